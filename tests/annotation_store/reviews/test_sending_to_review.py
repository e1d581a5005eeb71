"""Submitting an image to a reviewer, who approves it, returns it or skips it."""

from dataclasses import replace

import numpy as np
import pytest

from annotation_store.corrections import open_document, redo, undo
from annotation_store.drafts import record_draft, record_draft_failure, request_redraft
from annotation_store.errors import (
    ConflictError,
    InvalidTextError,
    InvalidTransitionError,
    MismatchedMatteError,
    PlaceOutsideImageError,
)
from annotation_store.events import recent_events
from annotation_store.gallery import get_image
from annotation_store.kinds import Verdict
from annotation_store.notes import NewNote, list_notes
from annotation_store.reviews import list_decisions, open_return, reopen, return_to_operator, skip, submit
from annotation_store.revisions import get_revision, list_revisions, load_matte
from annotation_store.states import ImageState
from annotation_store.work_queue import count_open, next_image


@pytest.fixture
def image(world):
    return world.draft("shoe_1.png")[0]


@pytest.fixture
def in_review(world, image):
    """An image with one stroke, submitted by keiko."""
    world.stroke(image.id, "a")
    return world.submit(image.id)


def test_an_untouched_draft_is_submitted_as_it_is(world, store, image):
    submitted = world.submit(image.id)
    assert (submitted.state, submitted.head_revision_id) == (
        ImageState.IN_REVIEW,
        list_revisions(store, image.id)[0].id,
    )
    (decision,) = list_decisions(store, image.id)
    assert (decision.verdict, decision.author) == (Verdict.SUBMITTED, "keiko")
    assert decision.revision_id == submitted.head_revision_id
    assert recent_events(store)[0].action == "image.submitted"


def test_submitting_makes_the_revision_that_approving_would_have_made(world, store):
    one, other = world.draft("a.png", "b.png")
    for image, keep in ((one, world.submit), (other, world.approve)):
        world.stroke(image.id, "a")
        keep(image.id, by="keiko")
    ours, theirs = (list_revisions(store, image.id)[-1] for image in (one, other))
    assert (ours.number, ours.kind, ours.author, ours.drafter) == (2, theirs.kind, theirs.author, theirs.drafter)
    assert (ours.trimap_blob, ours.alpha_blob) == (theirs.trimap_blob, theirs.alpha_blob)


def test_what_is_approved_is_the_submitted_revision_itself(world, store, in_review):
    approved = world.approve(in_review.id, by="ren")
    assert (approved.state, approved.head_revision_id) == (ImageState.APPROVED, in_review.head_revision_id)
    assert [(decision.verdict, decision.author) for decision in list_decisions(store, in_review.id)] == [
        (Verdict.SUBMITTED, "keiko"),
        (Verdict.APPROVED, "ren"),
    ]


def test_a_returned_image_is_corrected_from_what_was_submitted(world, store, in_review):
    returned = return_to_operator(store, in_review.id, reason=" the left strap \n", by="ren")
    assert (returned.state, returned.head_revision_id) == (ImageState.IN_CORRECTION, in_review.head_revision_id)
    decision = list_decisions(store, in_review.id)[-1]
    assert (decision.verdict, decision.note, decision.author) == (Verdict.RETURNED, "the left strap", "ren")
    event = recent_events(store)[0]
    assert (event.action, event.data["note"]) == ("image.returned", "the left strap")

    world.stroke(in_review.id, "a", x=100)
    again = world.submit(in_review.id)
    assert again.state is ImageState.IN_REVIEW
    assert [revision.number for revision in list_revisions(store, in_review.id)] == [1, 2, 3]
    trimap, _ = load_matte(store, get_revision(store, again.head_revision_id))
    assert trimap[12, 26] == 255


def test_a_reviewer_sends_an_approved_image_back_after_the_fact(world, store, image):
    world.stroke(image.id, "a")
    approved = world.approve(image.id, by="ren")
    returned = return_to_operator(store, image.id, reason="the heel", by="aoi")
    assert (returned.state, returned.head_revision_id) == (ImageState.IN_CORRECTION, approved.head_revision_id)
    assert open_return(store, image.id).author == "aoi"
    world.stroke(image.id, "b")
    assert world.submit(image.id).state is ImageState.IN_REVIEW


def test_notes_come_with_the_return(store, in_review):
    places = [NewNote(1, 2, "a hair here"), NewNote(39, 29, " and here ")]
    return_to_operator(store, in_review.id, reason="two hairs", by="ren", notes=places)
    notes = [(note.x, note.y, note.text, note.author) for note in list_notes(store, in_review.id)]
    assert notes == [(1, 2, "a hair here", "ren"), (39, 29, "and here", "ren")]
    assert [event.action for event in recent_events(store, 3)] == ["note.added", "note.added", "image.returned"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        (NewNote(40, 0, "beside it"), PlaceOutsideImageError),
        (NewNote(0, -1, "above it"), PlaceOutsideImageError),
        (NewNote(0, 0, " "), InvalidTextError),
        (NewNote(0, 0, "x" * 2001), InvalidTextError),
    ],
)
def test_a_note_that_cannot_be_pinned_lets_nothing_be_returned(store, in_review, wrong, error):
    events = recent_events(store)
    with pytest.raises(error):
        return_to_operator(store, in_review.id, reason="hairs", by="ren", notes=[NewNote(1, 2, "here"), wrong])
    assert get_image(store, in_review.id).state is ImageState.IN_REVIEW
    assert list_notes(store, in_review.id) == ()
    assert recent_events(store) == events


@pytest.mark.parametrize("reason", ["", " \n\t", "x" * 2001])
def test_a_return_needs_a_reason_of_bounded_length(store, in_review, reason):
    with pytest.raises(InvalidTextError, match=r"write what is to be corrected|shorten it to 2000"):
        return_to_operator(store, in_review.id, reason=reason, by="ren")
    assert get_image(store, in_review.id).state is ImageState.IN_REVIEW


def test_an_image_in_review_may_be_skipped_and_opened_again(store, in_review):
    assert skip(store, in_review.id, reason="not ours", by="ren").state is ImageState.SKIPPED
    assert reopen(store, in_review.id, by="ren").state is ImageState.IN_CORRECTION


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


def test_nothing_leads_out_of_review_but_its_own_ways(world, store, in_review, draft_matte):
    trimap, alpha = draft_matte
    refused = [
        lambda: world.submit(in_review.id),
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
NOT_HANDED_OVER = [ImageState.WAITING, ImageState.READY, ImageState.IN_CORRECTION, ImageState.SKIPPED]


@pytest.mark.parametrize("state", NOT_HANDED_OVER)
def test_only_what_is_in_review_or_approved_can_be_returned(world, store, state):
    image = lead_to(state, world, store)
    with pytest.raises(InvalidTransitionError, match="only possible while it is in review or approved"):
        return_to_operator(store, image.id, reason="why not", by="ren")
    assert get_image(store, image.id).state is state


@pytest.mark.parametrize("state", CLOSED)
def test_what_is_decided_cannot_be_submitted(world, store, state):
    image = lead_to(state, world, store)
    decided = list_decisions(store, image.id)
    with pytest.raises(InvalidTransitionError, match="cannot become in review"):
        world.submit(image.id)
    assert list_decisions(store, image.id) == decided


def test_submitting_something_older_is_refused(world, store, image):
    world.stroke(image.id, "a")
    seen = world.seen(image.id)
    with pytest.raises(ConflictError):
        submit(store, image.id, replace(seen, position=0), by="keiko")
    with pytest.raises(MismatchedMatteError, match="reload"):
        submit(store, image.id, replace(seen, trimap=np.zeros((30, 40), np.uint8)), by="keiko")
    assert get_image(store, image.id).state is ImageState.IN_CORRECTION
