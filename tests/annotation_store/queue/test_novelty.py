import numpy as np
import pytest

from annotation_store.incoming import IncomingFile
from annotation_store.intake import take_in
from annotation_store.kinds import QueuePolicy
from annotation_store.projects import FIRST_PROJECT, ProjectSettings, change_settings, create_project
from annotation_store.queue import novelty
from annotation_store.queue.novelty import LENGTH, Album, look_of
from annotation_store.queue.pull import pull
from annotation_store.reviews import skip
from matting_core.errors import InvalidArrayError
from matting_core.image_io import ImageLimits
from matting_core.image_io.encode import encode_display


def disc(*, colour=(200, 60, 60), ground=(240, 240, 240), x=0.5, radius=0.3, size=(90, 120), seed=0):
    """A made-up photo: a disc on a plain ground, with a little noise."""
    height, width = size
    rows, columns = np.mgrid[:height, :width]
    inside = np.hypot(rows / height - 0.5, columns / width - x) < radius
    pixels = np.where(inside[..., None], colour, ground) + np.random.default_rng(seed).normal(0, 3, (*size, 3))
    return pixels.clip(0, 255).astype(np.uint8)


def apart(one, other):
    album = Album()
    album.add(look_of(one))
    return album.novelty_of(look_of(other))


def test_a_look_is_small_and_finite():
    look = look_of(disc())
    assert (look.shape, look.dtype) == ((LENGTH,), np.float16)
    assert look.nbytes < 300
    assert np.isfinite(look).all()


def test_a_photo_is_not_new_beside_itself_whatever_its_size_and_depth():
    photo = disc()
    assert apart(photo, photo) == 0
    assert apart(photo, disc(size=(450, 600))) < 0.02
    assert apart(photo, photo.astype(np.uint16) * 257) < 0.01


@pytest.mark.parametrize(
    "change",
    [
        {"colour": (60, 60, 200)},
        {"ground": (40, 40, 40)},
        {"x": 0.2},
        {"radius": 0.1},
    ],
    ids=["colour", "ground", "place", "size"],
)
def test_another_thing_is_further_away_than_another_shot(change):
    another_shot = apart(disc(), disc(x=0.51, seed=1))
    assert apart(disc(), disc(**change)) > 3 * another_shot


def test_edges_tell_apart_what_is_as_light_and_as_coloured():
    stripes = np.indices((64, 64))
    lying, standing = (np.repeat((each // 4 % 2 * 200)[..., None], 3, axis=2).astype(np.uint8) for each in stripes)
    assert apart(lying, standing) > 0.1


def test_the_first_photo_is_all_new_and_the_nearest_decides():
    album = Album()
    assert album.novelty_of(look_of(disc())) == 1
    for photo in (disc(), disc(ground=(0, 0, 0))):
        album.add(look_of(photo))
    assert album.novelty_of(look_of(disc(ground=(10, 10, 10)))) == pytest.approx(
        apart(disc(ground=(0, 0, 0)), disc(ground=(10, 10, 10)))
    )


def test_novelty_never_exceeds_that_of_the_first():
    album = Album()
    album.add(np.full(LENGTH, 9, np.float16))
    assert album.novelty_of(np.zeros(LENGTH, np.float16)) == 1


def test_only_the_last_looks_are_remembered(monkeypatch):
    monkeypatch.setattr(novelty, "MOST_LOOKS", 2)
    album = Album()
    for ground in (0, 120, 240):
        album.add(look_of(disc(ground=(ground,) * 3)))
    assert len(album) == 2
    assert album.novelty_of(look_of(disc(ground=(240,) * 3))) == 0
    assert album.novelty_of(look_of(disc(ground=(0,) * 3))) > 0.1


def test_what_is_no_photo_has_no_look():
    with pytest.raises(InvalidArrayError):
        look_of(np.zeros((4, 4), np.uint8))


@pytest.fixture
def take(store):
    """``take(photo, photo, project_id=1)``: take photos in, named by their turn."""

    def take(*photos, project_id=FIRST_PROJECT):
        files = [IncomingFile(f"{n}.jpg", encode_display(photo)) for n, photo in enumerate(photos)]
        report = take_in(store, files, by="ren", limits=ImageLimits(), project_id=project_id)
        return [image.id for image in report.accepted]

    return take


def test_of_three_alike_and_one_that_is_not_the_odd_one_comes_right_after_the_first(store, take, make_ready):
    alike = [disc(seed=seed, x=0.5 + seed / 200) for seed in (1, 2, 3)]
    first, second, third, odd = take(*alike, disc(colour=(30, 120, 30), ground=(20, 20, 60), radius=0.15))
    make_ready()
    change_settings(store, FIRST_PROJECT, ProjectSettings(policy=QueuePolicy.DIVERSE), by="ren")
    given = []
    while (pulled := pull(store, project_ids=None, by="keiko")) is not None:
        given.append(pulled.image.id)
        skip(store, pulled.image.id, reason="", by="keiko")
    assert given[:2] == [first, odd]
    assert set(given[2:]) == {second, third}


def test_a_later_intake_remembers_the_photos_of_its_project_and_of_no_other(store, take, novelty_of):
    (first,) = take(disc())
    (again,) = take(disc(seed=1))
    other = create_project(store, "Bags", by="ren")
    (elsewhere,) = take(disc(seed=2), project_id=other.id)
    assert novelty_of(first) == novelty_of(elsewhere) == 1
    assert novelty_of(again) < 0.05
