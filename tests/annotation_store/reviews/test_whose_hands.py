import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from annotation_store.corrections import open_document, undo
from annotation_store.errors import NotFoundError
from annotation_store.gallery import get_image
from annotation_store.kinds import EntryKind
from annotation_store.reviews import reopen, restore
from annotation_store.reviews.hands import authors_on, hands_in, hands_on_desk
from annotation_store.schema import EditEntry, Image

NAMES = ("a.png", "b.png", "c.png")


@pytest.fixture
def drafted(world):
    """The revisions of three drafts."""
    return [image.head_revision_id for image in (get_image(world.store, each.id) for each in world.draft(*NAMES))]


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


STEPS = st.lists(st.tuples(st.sampled_from(EntryKind), st.sampled_from("abc")), max_size=30)


def replayed(revision_id, steps):
    """The rows of a log, but for steps that lead nowhere, and the authors of the edits that count at its end."""
    rows, active, undone = [], [], []
    for kind, author in steps:
        if kind is EntryKind.EDIT:
            active, undone = [*active, author], []
        elif not (undone if kind is EntryKind.REDO else active):
            continue
        elif kind is EntryKind.UNDO:
            undone.append(active.pop())
        else:
            active.append(undone.pop())
        row = {"kind": kind, "author": author, "active": len(active), "undone": len(undone), "position": len(rows)}
        rows.append(EditEntry(revision_id=revision_id, client_key=str(len(rows)), **row))
    return rows, set(active)


@given(st.lists(STEPS, min_size=1, max_size=3))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_authors_are_those_whose_edits_a_walk_through_the_log_leaves(drafted, store, logs):
    expected = set()
    with store.database.engine.connect() as connection, Session(connection) as session:
        for revision_id, steps in zip(drafted, logs, strict=False):
            rows, authors = replayed(revision_id, steps)
            session.add_all(rows)
            expected |= authors
        session.flush()
        assert authors_on(session, drafted) == expected
        session.rollback()  # no trace is left for the next example


def test_whoever_brought_a_matte_answers_for_it_and_nobody_before(world, store):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a", by="keiko")
    world.approve(image.id)
    reopen(store, image.id, by="ren")
    world.import_alpha(image.id, by="mika")
    assert hands_on_desk(store, image.id) == {"mika"}
    world.stroke(image.id, "b", by="ren")
    assert hands_on_desk(store, image.id) == {"mika", "ren"}
