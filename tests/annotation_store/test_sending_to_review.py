"""Submitting an image to a reviewer, who approves it, returns it or skips it."""

import numpy as np
import pytest

from annotation_store.corrections import open_document, redo, replayed_marks, undo
from annotation_store.drafts import record_draft, record_draft_failure, request_redraft
from annotation_store.errors import ConflictError, InvalidTextError, InvalidTransitionError, MismatchedMatteError
from annotation_store.events import recent_events
from annotation_store.gallery import get_image
from annotation_store.kinds import Verdict
from annotation_store.reviews import approve, list_decisions, reopen, return_to_operator, skip, submit
from annotation_store.revisions import get_revision, list_revisions, load_matte
from annotation_store.states import ImageState
from annotation_store.work_queue import count_open, next_image


@pytest.fixture
def image(world):
    return world.draft("shoe_1.png")[0]


@pytest.fixture
def hand_over(store, draft_matte):
    """``hand_over(submit, image_id)``: what the operator sees, under `submit` or `approve`."""

    def keep(how, image_id, *, by="keiko", **changes):
        document = open_document(store, image_id)
        trimap = replayed_marks(store, document).trimap
        seen = {
            "revision_id": document.revision_id,
            "position": document.position,
            "trimap": trimap,
            "alpha": np.where(trimap == 128, draft_matte[1], trimap == 255).astype(np.float32),
        }
        return how(store, image_id, by=by, **(seen | changes))

    return keep


@pytest.fixture
def in_review(world, hand_over, image):
    """An image with one stroke, submitted by keiko."""
    world.stroke(image.id, "a")
    return hand_over(submit, image.id)


def test_an_untouched_draft_is_submitted_as_it_is(store, image, hand_over):
    submitted = hand_over(submit, image.id)
    assert (submitted.state, submitted.head_revision_id) == (
        ImageState.IN_REVIEW,
        list_revisions(store, image.id)[0].id,
    )
    (decision,) = list_decisions(store, image.id)
    assert (decision.verdict, decision.author) == (Verdict.SUBMITTED, "keiko")
    assert decision.revision_id == submitted.head_revision_id
    assert recent_events(store)[0].action == "image.submitted"


def test_submitting_makes_the_revision_that_approving_would_have_made(world, store, hand_over):
    one, other = world.draft("a.png", "b.png")
    for image, how in ((one, submit), (other, approve)):
        world.stroke(image.id, "a")
        hand_over(how, image.id)
    ours, theirs = (list_revisions(store, image.id)[-1] for image in (one, other))
    assert (ours.number, ours.kind, ours.author, ours.drafter) == (2, theirs.kind, theirs.author, theirs.drafter)
    assert (ours.trimap_blob, ours.alpha_blob) == (theirs.trimap_blob, theirs.alpha_blob)


def test_what_is_approved_is_the_submitted_revision_itself(store, in_review, hand_over):
    approved = hand_over(approve, in_review.id, by="ren")
    assert (approved.state, approved.head_revision_id) == (ImageState.APPROVED, in_review.head_revision_id)
    assert [(decision.verdict, decision.author) for decision in list_decisions(store, in_review.id)] == [
        (Verdict.SUBMITTED, "keiko"),
        (Verdict.APPROVED, "ren"),
    ]


def test_a_returned_image_is_corrected_from_what_was_submitted(world, store, in_review, hand_over):
    returned = return_to_operator(store, in_review.id, reason=" the left strap \n", by="ren")
    assert (returned.state, returned.head_revision_id) == (ImageState.IN_CORRECTION, in_review.head_revision_id)
    decision = list_decisions(store, in_review.id)[-1]
    assert (decision.verdict, decision.note, decision.author) == (Verdict.RETURNED, "the left strap", "ren")
    event = recent_events(store)[0]
    assert (event.action, event.data["note"]) == ("image.returned", "the left strap")

    world.stroke(in_review.id, "a", x=100)
    again = hand_over(submit, in_review.id)
    assert again.state is ImageState.IN_REVIEW
    assert [revision.number for revision in list_revisions(store, in_review.id)] == [1, 2, 3]
    trimap, _ = load_matte(store, get_revision(store, again.head_revision_id))
    assert trimap[12, 26] == 255


@pytest.mark.parametrize("reason", ["", " \n\t", "x" * 2001])
def test_a_return_needs_a_reason_of_bounded_length(store, in_review, reason):
    with pytest.raises(InvalidTextError, match=r"write what is to be corrected|shorten it to 2000"):
        return_to_operator(store, in_review.id, reason=reason, by="ren")
    assert get_image(store, in_review.id).state is ImageState.IN_REVIEW


def test_an_image_in_review_may_be_skipped_and_opened_again(store, in_review):
    assert skip(store, in_review.id, reason="not ours", by="ren").state is ImageState.SKIPPED
    assert reopen(store, in_review.id, by="ren").state is ImageState.READY


def test_images_in_review_are_not_in_the_operators_queue(world, store, in_review):
    assert next_image(store) is None
    assert next_image(store, after=in_review.id) is None
    assert count_open(store) == 0
    return_to_operator(store, in_review.id, reason="the strap", by="ren")
    assert (next_image(store).id, count_open(store)) == (in_review.id, 1)


def test_strokes_on_an_image_in_review_are_refused_in_words(world, store, in_review):
    place = {"revision_id": in_review.head_revision_id, "position": 0, "key": "k", "by": "keiko"}
    sentence = "“shoe_1.png” is in review: it can be corrected again once its reviewer has returned it"
    with pytest.raises(InvalidTransitionError, match=sentence):
        world.stroke(in_review.id, "late")
    for step in (undo, redo):
        with pytest.raises(InvalidTransitionError, match=sentence):
            step(store, in_review.id, **place)
    document = open_document(store, in_review.id)
    assert (document.position, document.can_undo, document.can_redo) == (0, False, False)


def test_nothing_leads_out_of_review_but_its_own_ways(store, in_review, hand_over, draft_matte):
    trimap, alpha = draft_matte
    refused = [
        lambda: hand_over(submit, in_review.id),
        lambda: reopen(store, in_review.id, by="ren"),
        lambda: request_redraft(store, in_review.id, by="ren"),
        lambda: record_draft_failure(store, in_review.id, "too dark"),
        lambda: record_draft(store, in_review.id, trimap=trimap, alpha=alpha, model_id=None, drafter=None, by="worker"),
    ]
    for attempt in refused:
        with pytest.raises(InvalidTransitionError, match="is in review"):
            attempt()
    assert get_image(store, in_review.id).state is ImageState.IN_REVIEW
    assert len(list_decisions(store, in_review.id)) == 1


def lead_to(state, world, store):
    """An image in `state`."""
    if state is ImageState.WAITING:
        return world.take_in("a.png")[0]
    (image,) = world.draft("a.png")
    match state:
        case ImageState.IN_CORRECTION:
            world.stroke(image.id, "a")
        case ImageState.APPROVED:
            world.approve(image.id)
        case ImageState.SKIPPED:
            skip(store, image.id, reason="", by="ren")
    return image


CLOSED = [ImageState.APPROVED, ImageState.SKIPPED]


@pytest.mark.parametrize("state", [ImageState.WAITING, ImageState.READY, ImageState.IN_CORRECTION, *CLOSED])
def test_only_what_is_in_review_can_be_returned(world, store, state):
    image = lead_to(state, world, store)
    with pytest.raises(InvalidTransitionError, match="only possible while it is in review"):
        return_to_operator(store, image.id, reason="why not", by="ren")
    assert get_image(store, image.id).state is state


@pytest.mark.parametrize("state", CLOSED)
def test_what_is_decided_cannot_be_submitted(world, store, hand_over, state):
    image = lead_to(state, world, store)
    decided = list_decisions(store, image.id)
    with pytest.raises(InvalidTransitionError, match="cannot become in review"):
        hand_over(submit, image.id)
    assert list_decisions(store, image.id) == decided


def test_submitting_something_older_is_refused(world, store, image, hand_over):
    world.stroke(image.id, "a")
    with pytest.raises(ConflictError):
        hand_over(submit, image.id, position=0)
    with pytest.raises(MismatchedMatteError, match="reload"):
        hand_over(submit, image.id, trimap=np.zeros((30, 40), np.uint8))
    assert get_image(store, image.id).state is ImageState.IN_CORRECTION
