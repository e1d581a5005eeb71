import pytest

from annotation_store.errors import InvalidTextError, NotFoundError, PlaceOutsideImageError
from annotation_store.events import recent_events
from annotation_store.notes import add_note, list_notes, resolve_note


@pytest.fixture
def image(world):
    """40x30, waiting for its draft: notes need none."""
    return world.take_in("shoe_1.png")[0]


def test_notes_come_back_oldest_first_as_they_were_pinned(store, image):
    first = add_note(store, image.id, x=39, y=29, text=" the heel\n", by="keiko")
    second = add_note(store, image.id, x=0, y=0, text="the sole", by="ren")
    assert (first.x, first.y, first.text, first.author, first.image_id) == (39, 29, "the heel", "keiko", image.id)
    assert (first.resolved_at, first.resolved_by) == (None, None)
    assert first.created_at >= image.created_at
    assert list_notes(store, image.id) == (first, second)
    event = recent_events(store)[1]
    assert (event.action, event.actor, event.image_id) == ("note.added", "keiko", image.id)
    assert event.data == {"note_id": first.id, "x": 39, "y": 29, "text": "the heel"}


def test_notes_belong_to_their_image(world, store, image):
    (other,) = world.take_in("shoe_2.png")
    note = add_note(store, image.id, x=1, y=1, text="here", by="keiko")
    assert list_notes(store, other.id) == ()
    with pytest.raises(NotFoundError, match=f"no note number {note.id} on this image"):
        resolve_note(store, other.id, note.id, by="ren")
    assert list_notes(store, image.id) == (note,)


@pytest.mark.parametrize(("x", "y"), [(-1, 0), (0, -1), (40, 0), (0, 30), (2**70, 0)])
def test_a_place_outside_the_image_is_refused(store, image, x, y):
    with pytest.raises(PlaceOutsideImageError, match="it is 40x30"):
        add_note(store, image.id, x=x, y=y, text="here", by="keiko")
    assert list_notes(store, image.id) == ()


@pytest.mark.parametrize(("text", "words"), [("", "is empty"), (" \n", "is empty"), ("x" * 2001, "shorten it")])
def test_a_note_has_a_text_of_bounded_length(store, image, text, words):
    with pytest.raises(InvalidTextError, match=words):
        add_note(store, image.id, x=0, y=0, text=text, by="keiko")
    assert add_note(store, image.id, x=0, y=0, text="x" * 2000, by="keiko").text == "x" * 2000


def test_the_first_to_resolve_a_note_is_kept(store, image):
    note = add_note(store, image.id, x=0, y=0, text="here", by="keiko")
    resolved = resolve_note(store, image.id, note.id, by="ren")
    assert resolved.resolved_by == "ren"
    assert resolved.resolved_at >= note.created_at
    told = recent_events(store)
    assert (told[0].action, told[0].actor, told[0].data) == ("note.resolved", "ren", {"note_id": note.id})
    assert resolve_note(store, image.id, note.id, by="keiko") == resolved
    assert list_notes(store, image.id) == (resolved,)
    assert recent_events(store) == told


def test_what_is_not_there_is_not_found(store, image):
    with pytest.raises(NotFoundError, match="no note number 5"):
        resolve_note(store, image.id, 5, by="ren")
    unknown = [
        lambda: add_note(store, 7, x=0, y=0, text="here", by="keiko"),
        lambda: list_notes(store, 7),
        lambda: resolve_note(store, 7, 1, by="keiko"),
    ]
    for attempt in unknown:
        with pytest.raises(NotFoundError, match="no image number 7"):
            attempt()
