"""Who may approve what, where a project asks for two pairs of eyes."""

from dataclasses import replace
from itertools import chain, combinations

import numpy as np
import pytest

from annotation_store.corrections import open_document, undo
from annotation_store.drafts import request_redraft
from annotation_store.errors import FourEyesError, InvalidTransitionError
from annotation_store.gallery import get_image
from annotation_store.reviews import approve, four_eyes, list_decisions, reopen, restore, return_to_operator
from annotation_store.revisions import list_revisions
from annotation_store.states import ImageState

PEOPLE = ("aoi", "keiko", "ren")
DRAWERS = tuple(chain.from_iterable(combinations(PEOPLE, count) for count in range(len(PEOPLE) + 1)))


@pytest.fixture
def image(world):
    world.set_project(four_eyes=True)
    return world.draft("shoe_1.png")[0]


def those_who_may(store, image):
    """Of all people, those who may approve the image as it stands."""
    allowed = set()
    for person in PEOPLE:
        try:
            four_eyes.check(store, image.id, by=person)
        except FourEyesError:
            continue
        allowed.add(person)
    return allowed


@pytest.mark.parametrize("drawers", DRAWERS, ids=lambda people: "+".join(people) or "nobody")
def test_neither_who_drew_nor_who_submitted_may_approve(world, store, drawers):
    world.set_project(four_eyes=True)
    for submitter, image in zip(PEOPLE, world.draft("a.png", "b.png", "c.png"), strict=True):
        for drawer in drawers:
            world.stroke(image.id, drawer, by=drawer)
        world.submit(image.id, by=submitter)
        assert those_who_may(store, image) == set(PEOPLE) - {submitter, *drawers}
        for person in PEOPLE:
            if person in {submitter, *drawers}:
                with pytest.raises(FourEyesError, match="asks for a second pair of eyes"):
                    world.approve(image.id, by=person)
                assert get_image(store, image.id).state is ImageState.IN_REVIEW


@pytest.mark.parametrize("drawers", DRAWERS, ids=lambda people: "+".join(people) or "nobody")
@pytest.mark.parametrize("is_submitted", [True, False])
def test_without_four_eyes_everybody_may_approve_everything(world, store, drawers, is_submitted):
    (image,) = world.draft("shoe_1.png")
    for drawer in drawers:
        world.stroke(image.id, drawer, by=drawer)
    if is_submitted:
        world.submit(image.id, by="keiko")
    assert those_who_may(store, image) == set(PEOPLE)
    assert world.approve(image.id, by="keiko").state is ImageState.APPROVED


def test_what_was_not_submitted_is_not_approved_and_told_what_to_do(world, store, image):
    for key in ("while ready", "while in correction"):
        with pytest.raises(FourEyesError, match=r"submit “shoe_1.png”, and let somebody else approve it"):
            world.approve(image.id, by="ren")
        world.stroke(image.id, key)
    assert list_decisions(store, image.id) == ()
    assert len(list_revisions(store, image.id)) == 1


def test_each_refusal_says_whose_hands_are_in_it(world, image):
    world.stroke(image.id, "a", by="keiko")
    world.submit(image.id, by="aoi")
    with pytest.raises(FourEyesError, match=r"^You submitted “shoe_1.png” yourself"):
        world.approve(image.id, by="aoi")
    with pytest.raises(FourEyesError, match=r"^Your own edits are in “shoe_1.png”"):
        world.approve(image.id, by="keiko")
    assert world.approve(image.id, by="ren").state is ImageState.APPROVED


def test_only_what_was_submitted_is_approved_and_no_other_alpha(world, store, image):
    submitted = world.submit(image.id, by="keiko")
    seen = world.seen(image.id)
    other = replace(seen, alpha=np.where(seen.trimap == 128, seen.alpha / 2, seen.alpha))
    with pytest.raises(FourEyesError, match="is not what was submitted"):
        approve(store, image.id, other, by="ren")
    assert approve(store, image.id, seen, by="ren").head_revision_id == submitted.head_revision_id


def test_edits_that_were_taken_back_keep_nobody_from_approving(world, store, image):
    world.stroke(image.id, "a", by="ren")
    at = open_document(store, image.id)
    undo(store, image.id, revision_id=at.revision_id, position=1, key="u", by="keiko")
    world.stroke(image.id, "b", by="keiko")
    world.submit(image.id, by="keiko")
    assert those_who_may(store, image) == {"aoi", "ren"}


def test_a_matte_that_came_back_is_still_of_all_who_drew_on_it(world, store, image):
    world.stroke(image.id, "a", by="keiko")
    world.submit(image.id, by="keiko")
    return_to_operator(store, image.id, reason="the heel", by="ren")
    world.stroke(image.id, "b", by="aoi")
    world.submit(image.id, by="aoi")
    assert those_who_may(store, image) == {"ren"}


def test_only_the_last_submission_counts(world, store, image):
    world.submit(image.id, by="aoi")
    return_to_operator(store, image.id, reason="the heel", by="ren")
    world.stroke(image.id, "a", by="keiko")
    world.submit(image.id, by="keiko")
    assert those_who_may(store, image) == {"aoi", "ren"}


def test_a_restored_matte_is_of_those_who_drew_it_and_not_of_those_whose_work_it_replaced(world, store, image):
    world.stroke(image.id, "a", by="keiko")
    world.submit(image.id, by="keiko")
    return_to_operator(store, image.id, reason="the heel", by="ren")
    world.stroke(image.id, "b", by="aoi")
    restore(store, image.id, world.seen(image.id), revision_number=2, by="aoi")
    world.submit(image.id, by="ren")
    assert those_who_may(store, image) == {"aoi"}

    return_to_operator(store, image.id, reason="from the start", by="aoi")
    restore(store, image.id, world.seen(image.id), revision_number=1, by="ren")
    world.submit(image.id, by="ren")
    assert those_who_may(store, image) == {"aoi", "keiko"}


def test_a_restored_one_that_is_restored_once_more_is_still_of_those_who_drew_it(world, store, image):
    world.stroke(image.id, "a", by="keiko")
    restore(store, image.id, world.seen(image.id), revision_number=1, by="ren")  # keeps keiko's as revision 2
    restore(store, image.id, world.seen(image.id), revision_number=2, by="ren")
    restore(store, image.id, world.seen(image.id), revision_number=3, by="ren")
    restore(store, image.id, world.seen(image.id), revision_number=4, by="ren")
    world.submit(image.id, by="ren")
    assert those_who_may(store, image) == {"aoi"}


def test_a_new_draft_is_nobodys(world, store, image):
    world.stroke(image.id, "a", by="keiko")
    world.submit(image.id, by="keiko")
    return_to_operator(store, image.id, reason="all of it", by="ren")
    request_redraft(store, image.id, by="ren")
    world.draft_next()
    world.submit(image.id, by="aoi")
    assert those_who_may(store, image) == {"keiko", "ren"}


def test_what_is_approved_and_opened_again_has_to_be_submitted_again(world, store, image):
    world.submit(image.id, by="keiko")
    world.approve(image.id, by="ren")
    with pytest.raises(InvalidTransitionError):
        world.approve(image.id, by="ren")
    reopen(store, image.id, by="ren")
    assert those_who_may(store, image) == set()
