import pytest

from annotation_store.corrections import open_document, undo
from annotation_store.errors import NotFoundError
from annotation_store.reviews import restore
from annotation_store.reviews.hands import hands_in, hands_on_desk
from annotation_store.schema import Image


def in_revision(store, image):
    with store.database.read() as session:
        return hands_in(session, session.get_one(Image, image.id))


def test_the_desk_holds_what_is_drawn_on_the_newest_revision_too(world, store):
    (image,) = world.draft("shoe_1.png")
    assert hands_on_desk(store, image.id) == set()
    world.stroke(image.id, "a", by="keiko")
    assert (in_revision(store, image), hands_on_desk(store, image.id)) == (set(), {"keiko"})
    world.approve(image.id, by="ren")
    assert in_revision(store, image) == hands_on_desk(store, image.id) == {"keiko"}


def test_who_took_everything_back_has_no_hand_in_it(world, store):
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "a", by="keiko")
    at = open_document(store, image.id)
    undo(store, image.id, revision_id=at.revision_id, position=1, key="u", by="aoi")
    assert hands_on_desk(store, image.id) == set()


def test_hands_go_with_the_matte_that_is_restored(world, store):
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "a", by="keiko")
    restore(store, image.id, world.seen(image.id), revision_number=1, by="ren")
    assert in_revision(store, image) == set()
    world.stroke(image.id, "b", x=100, by="aoi")
    restore(store, image.id, world.seen(image.id), revision_number=2, by="ren")
    assert in_revision(store, image) == {"keiko"}


def test_a_photo_without_a_draft_is_in_nobodys_hands(world, store):
    (image,) = world.take_in("a.png")
    assert hands_on_desk(store, image.id) == set()
    with pytest.raises(NotFoundError, match="no image number 9"):
        hands_on_desk(store, 9)
