import pytest

from annotation_store.errors import InvalidTextError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.flags import flag, unflag
from annotation_store.gallery import get_image, list_images
from annotation_store.reviews import skip
from annotation_store.states import ImageState


@pytest.fixture
def image(world):
    return world.draft("shoe_1.png")[0]


def test_a_new_image_is_not_flagged(image):
    assert (image.flagged, image.flagged_at, image.flagged_by, image.flag_note) == (False, None, None, None)


def test_a_flagged_image_says_who_when_and_why_and_stays_in_its_state(store, image):
    flagged = flag(store, image.id, note="  the heel?\n", by="keiko")
    assert (flagged.flagged, flagged.flagged_by, flagged.flag_note) == (True, "keiko", "the heel?")
    assert flagged.flagged_at >= image.created_at
    assert flagged.state is ImageState.READY
    assert get_image(store, image.id) == flagged
    event = recent_events(store)[0]
    assert (event.action, event.actor, event.image_id, event.data) == (
        "image.flagged",
        "keiko",
        image.id,
        {"note": "the heel?"},
    )


def test_a_note_is_not_needed_and_a_later_one_replaces_it(store, image):
    assert flag(store, image.id, note="", by="keiko").flag_note == ""
    again = flag(store, image.id, note="the sole", by="ren")
    assert (again.flag_note, again.flagged_by) == ("the sole", "ren")


def test_a_flag_is_taken_away_once(store, image):
    flag(store, image.id, note="the heel?", by="keiko")
    plain = unflag(store, image.id, by="ren")
    assert (plain.flagged, plain.flagged_at, plain.flagged_by, plain.flag_note) == (False, None, None, None)
    told = recent_events(store)
    assert (told[0].action, told[0].actor) == ("image.unflagged", "ren")
    assert unflag(store, image.id, by="ren") == plain
    assert recent_events(store) == told


def test_a_flag_outlasts_decisions(world, store, image):
    flag(store, image.id, note="", by="keiko")
    assert world.submit(image.id).flagged
    assert world.approve(image.id).flagged
    (waiting,) = world.take_in("shoe_2.png")
    flag(store, waiting.id, note="", by="keiko")
    assert skip(store, waiting.id, reason="", by="ren").flagged


def test_a_note_that_is_too_long_is_refused(store, image):
    with pytest.raises(InvalidTextError, match="shorten it to 2000"):
        flag(store, image.id, note="x" * 2001, by="keiko")
    assert not get_image(store, image.id).flagged


def test_an_unknown_image_is_not_found(store):
    for change in (lambda: flag(store, 7, note="", by="keiko"), lambda: unflag(store, 7, by="keiko")):
        with pytest.raises(NotFoundError, match="no image number 7"):
            change()


def test_the_gallery_lists_what_is_flagged_or_what_is_not(world, store, image):
    (other,) = world.take_in("shoe_2.png")
    flag(store, image.id, note="", by="keiko")
    assert [each.id for each in list_images(store, flagged=True)] == [image.id]
    assert [each.id for each in list_images(store, flagged=False)] == [other.id]
    assert [each.id for each in list_images(store)] == [other.id, image.id]
    assert list_images(store, flagged=True, states=[ImageState.WAITING]) == ()
