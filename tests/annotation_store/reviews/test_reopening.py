import pytest

from annotation_store.corrections import open_document, undo
from annotation_store.errors import InvalidTransitionError
from annotation_store.kinds import Verdict
from annotation_store.reviews import list_decisions, reopen, restore, skip
from annotation_store.revisions import get_revision, list_revisions
from annotation_store.states import ImageState


@pytest.fixture
def image(world):
    return world.draft("shoe_1.png")[0]


def test_a_skipped_image_keeps_its_reason_and_its_strokes(world, store, image):
    world.stroke(image.id, "a")
    assert skip(store, image.id, reason="motion blur", by="ren").state is ImageState.SKIPPED
    assert list_decisions(store, image.id)[0].note == "motion blur"
    assert reopen(store, image.id, by="ren").state is ImageState.IN_CORRECTION
    document = open_document(store, image.id)
    assert (len(document.edits), document.can_undo) == (1, True)


def test_a_reopened_approval_is_corrected_from_where_it_stood(world, store, image):
    world.stroke(image.id, "a")
    first = world.approve(image.id)
    assert reopen(store, image.id, by="keiko").state is ImageState.IN_CORRECTION
    document = open_document(store, image.id)
    assert (document.revision_id, document.position) == (first.head_revision_id, 0)
    world.stroke(image.id, "a", x=100)  # keys are the log's own: the new log may use one again
    second = world.approve(image.id)
    assert [revision.number for revision in list_revisions(store, image.id)] == [1, 2, 3]
    assert get_revision(store, second.head_revision_id).parent_id == first.head_revision_id
    verdicts = [decision.verdict for decision in list_decisions(store, image.id)]
    assert verdicts == [Verdict.APPROVED, Verdict.REOPENED, Verdict.APPROVED]


def test_a_draft_without_anybodys_strokes_is_a_draft_again(world, store, image):
    world.approve(image.id)
    assert reopen(store, image.id, by="ren").state is ImageState.READY
    world.stroke(image.id, "a")
    at = open_document(store, image.id)
    undo(store, image.id, revision_id=at.revision_id, position=1, key="u", by="keiko")
    skip(store, image.id, reason="", by="keiko")
    assert reopen(store, image.id, by="ren").state is ImageState.READY


def test_a_restored_draft_is_somebodys_choice_and_so_in_correction(world, store, image):
    world.stroke(image.id, "a")
    restore(store, image.id, world.seen(image.id), revision_number=1, by="keiko")
    world.approve(image.id)
    assert reopen(store, image.id, by="ren").state is ImageState.IN_CORRECTION


def test_a_photo_skipped_before_its_draft_waits_again_when_reopened(world, store):
    (image,) = world.take_in("a.png")
    skip(store, image.id, reason="wrong photo", by="ren")
    assert list_decisions(store, image.id)[0].revision_id is None
    assert reopen(store, image.id, by="ren").state is ImageState.WAITING


def test_only_what_was_closed_can_be_reopened(world, store, image):
    with pytest.raises(InvalidTransitionError, match="only possible while it is approved or skipped"):
        reopen(store, image.id, by="ren")


def test_what_came_from_elsewhere_is_where_it_came_in(world, store):
    (image,) = world.take_in("cup_1.png")
    world.import_alpha(image.id)
    skip(store, image.id, reason="", by="ren")
    assert reopen(store, image.id, by="ren").state is ImageState.READY
