from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from small_images import HEIGHT, WIDTH, draft, force_known
from sqlalchemy import select

from annotation_store import schema
from annotation_store.corrections import KeyedEdit
from annotation_store.errors import NotFoundError
from annotation_store.kinds import MachineWork
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke
from matting_core.image_io import encode_alpha
from studio.desk import sessions as sessions_module
from studio.studio import open_studio


@pytest.fixture
def three(studio):
    return [draft(studio.store, f"cup_{number}.png", number).id for number in (1, 2, 3)]


def paint(studio, image_id, key="a"):
    session = studio.sessions.of(image_id)
    document = session.document()
    stroke = KeyedEdit(key, Stroke(Ink.BACKGROUND, 20, ((190, 60), (210, 120))))
    return session.edit([stroke], revision=document.revision_id, position=document.position, by="keiko")


def test_an_image_has_one_session_also_for_many_at_once(studio, drafted_image):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(studio.sessions.of, [drafted_image.id] * 16))
    assert len(set(map(id, found))) == 1


def test_an_unknown_image_has_none(studio):
    with pytest.raises(NotFoundError):
        studio.sessions.of(999)


def test_the_least_recently_used_goes_when_room_is_short(studio, three, monkeypatch):
    monkeypatch.setattr(sessions_module, "MOST_PIXELS", 2 * WIDTH * HEIGHT)
    first, second, third = three
    opened = {image_id: studio.sessions.of(image_id) for image_id in (first, second)}
    assert studio.sessions.of(first) is opened[first]
    studio.sessions.of(third)
    assert studio.sessions.of(first) is opened[first]
    assert studio.sessions.of(second) is not opened[second]


def test_one_session_stays_open_however_large(studio, three, monkeypatch):
    monkeypatch.setattr(sessions_module, "MOST_PIXELS", 1)
    assert studio.sessions.of(three[0]) is studio.sessions.of(three[0])


def test_a_session_rebuilt_from_the_store_has_the_same_trimap_and_exact_known_pixels(studio, drafted_image):
    paint(studio, drafted_image.id)
    document, trimap, _ = studio.sessions.of(drafted_image.id).planes()
    studio.sessions.forget(drafted_image.id)
    again, rebuilt_trimap, rebuilt_alpha = studio.sessions.of(drafted_image.id).planes()
    assert again == document
    assert np.array_equal(rebuilt_trimap, trimap)
    assert np.array_equal(rebuilt_alpha, force_known(rebuilt_alpha, trimap))


def test_a_studio_opened_again_shows_the_very_alpha_that_was_left(studio, settings, drafted_image):
    paint(studio, drafted_image.id)
    _, trimap, alpha = studio.sessions.of(drafted_image.id).planes()
    studio.close()
    reopened = open_studio(settings)
    _, same_trimap, same_alpha = reopened.sessions.of(drafted_image.id).planes()
    reopened.close()
    assert np.array_equal(same_trimap, trimap)
    assert np.array_equal(np.rint(same_alpha * 65535), np.rint(alpha * 65535))


def test_a_snapshot_that_contradicts_the_trimap_does_not_win(studio, drafted_image):
    """Wrong where the trimap is known, and another of the wrong size."""
    change = paint(studio, drafted_image.id)
    studio.close()
    studio.sessions.forget(drafted_image.id)
    name = f"{change.document.revision_id}-{change.document.position}.png"
    snapshot = studio.store.folder / "cache" / "snapshots" / name
    for size in ((HEIGHT, WIDTH), (5, 5)):
        snapshot.write_bytes(encode_alpha(np.full(size, 0.5, np.float32), bits=16))
        _, trimap, alpha = studio.sessions.of(drafted_image.id).planes()
        assert alpha.shape == trimap.shape
        assert np.array_equal(alpha, force_known(alpha, trimap))
        studio.sessions.forget(drafted_image.id)


def test_what_recompute_gave_an_untouched_draft_is_shown_again(studio, drafted_image):
    session = studio.sessions.of(drafted_image.id)
    document, _, drafted = session.planes()
    seen = session.recompute(revision=document.revision_id, position=document.position).alpha
    assert not np.array_equal(seen, drafted)
    studio.sessions.forget(drafted_image.id)
    _, _, alpha = studio.sessions.of(drafted_image.id).planes()
    assert np.array_equal(alpha, seen)


def test_what_the_desk_asks_of_the_machine_is_noted_when_it_closes(studio, drafted_image):
    change = paint(studio, drafted_image.id, "a")
    session = studio.sessions.of(drafted_image.id)
    change = session.undo(revision=change.document.revision_id, position=change.document.position, key="b", by="keiko")
    paint(studio, drafted_image.id, "c")
    place = session.document()
    session.settle(revision=place.revision_id, position=place.position)
    studio.close()
    with studio.store.database.read() as opened:
        (hour,) = opened.scalars(select(schema.MachineHour)).all()
    assert (hour.work, hour.device, hour.images) == (MachineWork.CORRECTING, "cpu", 2)
    assert hour.seconds > 0
