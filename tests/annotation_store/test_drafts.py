import numpy as np
import pytest

from annotation_store.corrections import open_document, undo
from annotation_store.drafts import (
    claim_next_for_drafting,
    record_draft,
    record_draft_failure,
    request_redraft,
    return_unfinished_drafts,
)
from annotation_store.errors import InvalidTransitionError, MismatchedMatteError, NotFoundError
from annotation_store.gallery import get_image
from annotation_store.kinds import RevisionKind
from annotation_store.queue.difficulty import Difficulty
from annotation_store.reviews import skip
from annotation_store.revisions import get_revision, list_revisions, load_matte
from annotation_store.states import ImageState
from matting_core.errors import InvalidArrayError


def record(store, image_id, trimap, alpha, model_id=None):
    return record_draft(store, image_id, trimap=trimap, alpha=alpha, model_id=model_id, drafter="backdrop", by="worker")


def test_the_oldest_waiting_image_is_claimed_once(world, store):
    first, second = world.take_in("a.png", "b.png")
    assert claim_next_for_drafting(store).id == first.id
    assert get_image(store, first.id).state is ImageState.DRAFTING
    assert claim_next_for_drafting(store).id == second.id
    assert claim_next_for_drafting(store) is None


def test_a_draft_becomes_the_first_revision_and_the_image_ready(world, store, draft_matte):
    world.take_in("a.png")
    revision = world.draft_next()
    image = get_image(store, revision.image_id)
    assert (image.state, image.head_revision_id) == (ImageState.READY, revision.id)
    assert (revision.number, revision.parent_id, revision.kind) == (1, None, RevisionKind.DRAFT)
    assert (revision.drafter, revision.author) == ("backdrop", "worker")
    trimap, alpha = load_matte(store, get_revision(store, revision.id))
    np.testing.assert_array_equal(trimap, draft_matte[0])
    np.testing.assert_allclose(alpha, draft_matte[1], atol=0.5 / 65535 + 1e-7)


def test_how_hard_an_image_will_be_is_kept_with_its_draft_and_forgotten_with_a_new_one(world, store, draft_matte):
    (image,) = world.take_in("a.png")
    claim_next_for_drafting(store)
    trimap, alpha = draft_matte
    made = {"trimap": trimap, "alpha": alpha, "model_id": None, "drafter": "backdrop", "by": "worker"}
    record_draft(store, image.id, difficulty=Difficulty(expected_sad=1.25, confidence=0.75), **made)
    kept = get_image(store, image.id)
    assert (kept.difficulty, kept.confidence) == (1.25, 0.75)
    request_redraft(store, image.id, by="keiko")
    world.draft_next()
    kept = get_image(store, image.id)
    assert (kept.difficulty, kept.confidence) == (None, None)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda trimap, alpha: (trimap[:-1], alpha[:-1]), MismatchedMatteError),
        (lambda trimap, alpha: (trimap, alpha * np.float32(0.5)), MismatchedMatteError),
        (lambda trimap, alpha: (trimap, alpha.astype(np.float64)), InvalidArrayError),
        (lambda trimap, alpha: (trimap + np.uint8(1), alpha), InvalidArrayError),
    ],
    ids=["wrong size", "known pixels not exact", "wrong dtype", "strange trimap values"],
)
def test_a_draft_that_breaks_its_contract_is_refused(world, store, draft_matte, spoil, error):
    (image,) = world.take_in("a.png")
    claim_next_for_drafting(store)
    with pytest.raises(error):
        record(store, image.id, *spoil(*draft_matte))
    assert get_image(store, image.id).state is ImageState.DRAFTING


def test_only_a_claimed_image_takes_a_draft(world, store, draft_matte):
    waiting, ready = *world.take_in("a.png"), None
    with pytest.raises(InvalidTransitionError):
        record(store, waiting.id, *draft_matte)
    ready = world.draft_next()
    skip(store, ready.image_id, reason="", by="keiko")  # from here the table would lead back to ready
    with pytest.raises(InvalidTransitionError, match="only possible while it is drafting"):
        record(store, ready.image_id, *draft_matte)


def test_a_draft_by_an_unknown_model_is_refused(world, store, draft_matte):
    (image,) = world.take_in("a.png")
    claim_next_for_drafting(store)
    with pytest.raises(NotFoundError, match="no model number 9"):
        record(store, image.id, *draft_matte, model_id=9)


def test_a_failure_keeps_its_reason_until_the_draft_is_asked_for_again(world, store):
    (image,) = world.take_in("a.png")
    claim_next_for_drafting(store)
    failed = record_draft_failure(store, image.id, "the subject fills the whole photo")
    assert (failed.state, failed.failure) == (ImageState.FAILED, "the subject fills the whole photo")
    again = request_redraft(store, image.id, by="keiko")
    assert (again.state, again.failure) == (ImageState.WAITING, None)


def test_after_a_crash_claimed_images_wait_again(world, store):
    world.take_in("a.png", "b.png")
    claimed = claim_next_for_drafting(store)
    assert return_unfinished_drafts(store) == 1
    assert claim_next_for_drafting(store).id == claimed.id


def test_a_redraft_is_the_child_of_the_draft_before(world, store):
    (image,) = world.draft("a.png")
    request_redraft(store, image.id, by="keiko")
    second = world.draft_next()
    first, last = list_revisions(store, image.id)
    assert (last, last.parent_id, last.number) == (second, first.id, 2)
    assert open_document(store, image.id).revision_id == second.id


def test_a_redraft_never_hides_strokes(world, store):
    (image,) = world.draft("a.png")
    world.stroke(image.id, "one")
    with pytest.raises(InvalidTransitionError, match="carries 1 strokes"):
        request_redraft(store, image.id, by="keiko")
    document = open_document(store, image.id)
    undo(store, image.id, revision_id=document.revision_id, position=1, key="two", by="keiko")
    assert request_redraft(store, image.id, by="keiko").state is ImageState.WAITING


def test_an_image_being_drafted_cannot_be_asked_for_again(world, store):
    (image,) = world.take_in("a.png")
    claim_next_for_drafting(store)
    with pytest.raises(InvalidTransitionError):
        request_redraft(store, image.id, by="keiko")
