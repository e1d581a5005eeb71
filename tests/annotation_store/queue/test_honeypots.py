"""Finished images that are served again: to whom, as what, and how it is told how they came out."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import select

from annotation_store import schema
from annotation_store.corrections import open_document, replayed_marks
from annotation_store.errors import InvalidTransitionError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.gallery import get_image
from annotation_store.kinds import Pick, QueuePolicy, RevisionKind
from annotation_store.projects import FIRST_PROJECT, ProjectSettings, change_settings, create_project, get_project
from annotation_store.queue.honeypots import (
    PersonResults,
    choose,
    choose_by_lot,
    list_honeypots,
    list_results,
    results_by_person,
    retire,
)
from annotation_store.queue.leases import release
from annotation_store.queue.pull import pull
from annotation_store.reviews import Seen, approve, reopen, skip, submit
from annotation_store.revisions import get_revision, list_revisions, load_matte
from annotation_store.states import ImageState
from annotation_store.tags import list_tags, set_tags, tags_of
from matting_core.metrics import measure


@pytest.fixture
def finished(world):
    """A finished image: drafted, corrected by keiko, approved by ren."""
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "key")
    return world.approve(image.id)


@pytest.fixture
def ask(store):
    """``ask("mia")``: the image that she is given; honeypots are drawn unless a draw is given."""
    settings = ProjectSettings.of(get_project(store, FIRST_PROJECT))
    change_settings(store, FIRST_PROJECT, replace(settings, honeypot_share=0.2), by="ren")

    def ask(by, *, after=None, draw=lambda: 0.1):
        pulled = pull(store, project_ids=None, by=by, after=after, draw=draw)
        return None if pulled is None else pulled.image

    return ask


def hand_over(store, image, how, *, by, error=0.0):
    """The truth of the copy's honeypot, with `error` added where its trimap is unknown."""
    document = open_document(store, image.id)
    trimap = replayed_marks(store, document).trimap
    alpha = load_matte(store, get_revision(store, document.revision_id))[1]
    alpha = np.where(trimap == 128, np.clip(alpha + error, 0, 1), alpha).astype(np.float32)
    return how(store, image.id, Seen(document.revision_id, document.position, trimap, alpha), by=by)


def test_only_a_finished_image_can_be_chosen(world, store, finished, ask):
    (image,) = world.draft("ready.png")
    with pytest.raises(InvalidTransitionError, match="is ready: only a finished image can be a honeypot"):
        choose(store, image.id, by="ren")
    with pytest.raises(NotFoundError):
        choose(store, 404, by="ren")
    choose(store, finished.id, by="ren")
    copy = hand_over(store, ask("mia"), approve, by="mia")
    with pytest.raises(InvalidTransitionError, match="only a finished image"):
        choose(store, copy.id, by="ren")


def test_finished_images_are_chosen_by_lot_up_to_a_number(world, store):
    images = world.draft("a.png", "b.png", "c.png", "d.png")
    for image in images[:3]:
        world.approve(image.id)
    assert choose_by_lot(store, FIRST_PROJECT, wanted=2, by="ren") == 2
    first = {each.image_id for each in list_honeypots(store)}
    with store.database.read() as session:
        lots = dict(session.execute(select(schema.Image.id, schema.Image.lot)).all())
    assert first == set(sorted([image.id for image in images[:3]], key=lots.get)[:2])
    assert choose_by_lot(store, FIRST_PROJECT, wanted=2, by="ren") == 2
    assert {each.image_id for each in list_honeypots(store)} == first
    assert choose_by_lot(store, FIRST_PROJECT, wanted=20, by="ren") == 3  # no more are finished


def test_what_is_approved_when_it_is_chosen_is_the_truth(store, finished):
    honeypot = choose(store, finished.id, by="ren")
    assert (honeypot.image_id, honeypot.revision_id) == (finished.id, finished.head_revision_id)
    assert (honeypot.created_by, honeypot.retired_at) == ("ren", None)
    assert list_honeypots(store) == list_honeypots(store, project_ids=[FIRST_PROJECT]) == (honeypot,)
    assert list_honeypots(store, project_ids=[2]) == ()
    (event, *_) = recent_events(store)
    assert (event.action, event.actor, event.image_id) == ("honeypot.chosen", "ren", finished.id)


def test_what_is_served_looks_like_the_original_before_anybody_corrected_it(world, store, finished, ask):
    choose(store, finished.id, by="ren")
    world.draft("next.png")
    copy = ask("mia")
    assert copy.honeypot_of_id == finished.id
    assert (copy.pick, copy.assigned_to, copy.state) == (Pick.HONEYPOT, "mia", ImageState.READY)
    alike = ("project_id", "name", "sha256", "thumbnail_blob", "width", "height", "bit_depth", "product_group")
    alike += ("created_at", "created_by", "difficulty", "confidence", "failure", "flagged_at", "flagged_by")
    assert [getattr(copy, name) for name in alike] == [getattr(finished, name) for name in alike]
    (draft,) = list_revisions(store, copy.id)
    original = list_revisions(store, finished.id)[0]
    assert draft.id == copy.head_revision_id
    assert (draft.number, draft.parent_id, draft.kind) == (1, None, RevisionKind.DRAFT)
    alike = ("trimap_blob", "alpha_blob", "retouch_blob", "model_version_id", "drafter", "author", "created_at")
    assert [getattr(draft, name) for name in alike] == [getattr(original, name) for name in alike]
    document = open_document(store, copy.id)
    assert (document.position, document.can_undo) == (0, False)
    (event, *_) = recent_events(store)
    assert (event.action, event.image_id) == ("honeypot.served", finished.id)
    assert event.data["copy_id"] == copy.id


def test_what_is_served_has_the_tags_of_the_original(world, store, finished, ask):
    set_tags(store, finished.id, ["leather", "summer"], by="mika")
    choose(store, finished.id, by="mika")
    world.draft("next.png")
    assert tags_of(store, ask("mia").id) == ("leather", "summer")
    assert [tag.images for tag in list_tags(store)] == [1, 1]


def test_it_is_served_now_and_then_and_only_beside_other_work(world, store, finished, ask):
    choose(store, finished.id, by="ren")
    assert ask("mia") is None
    (image,) = world.draft("next.png")
    assert ask("mia", draw=lambda: 0.2).id == image.id
    assert ask("joe") is None  # the only other image is in mia's hands
    release(store, image.id, by="mia")
    assert ask("mia", draw=lambda: 0.19).honeypot_of_id == finished.id


def test_nobody_is_served_what_they_had_a_hand_in(world, store, finished, ask):
    choose(store, finished.id, by="mia")
    world.draft("next.png", "and next.png", "last.png")
    assert ask("keiko").honeypot_of_id is None  # corrected it
    assert ask("ren").honeypot_of_id is None  # approved it
    assert ask("mia").honeypot_of_id == finished.id


def test_nobody_is_served_the_same_twice_and_the_others_come_in_turn(world, store, finished, ask):
    (other,) = world.draft("shoe_2.png")
    world.approve(other.id)
    for image in (finished, other):
        choose(store, image.id, by="ren")
    world.draft("a.png", "b.png", "c.png")
    copies, last = [], None
    for _ in range(3):
        copies.append(ask("mia", after=last))
        last = copies[-1].id
        skip(store, last, reason="", by="mia")
    assert [copy.honeypot_of_id for copy in copies] == [finished.id, other.id, None]
    assert ask("joe").honeypot_of_id == finished.id


def test_a_copy_is_for_its_person_alone_and_waits_for_them(world, store, finished, ask):
    choose(store, finished.id, by="ren")
    (image,) = world.draft("next.png")
    copy = ask("mia")
    release(store, copy.id, by="mia")
    assert ask("joe", draw=lambda: 0.9).id == image.id
    assert ask("ren", draw=lambda: 0.9) is None
    assert ask("mia", draw=lambda: 0.9).id == copy.id


@pytest.mark.parametrize("how", ["retired", "reopened", "approved anew", "of another project"])
def test_some_are_not_due(world, store, shelve, finished, ask, how):
    choose(store, finished.id, by="ren")
    (image,) = world.draft("next.png")
    match how:
        case "retired":
            assert retire(store, finished.id, by="ren").retired_at is not None
        case "reopened":
            reopen(store, finished.id, by="ren")
        case "approved anew":
            reopen(store, finished.id, by="ren")
            world.stroke(finished.id, "again", x=100)
            world.approve(finished.id)
        case "of another project":
            other = create_project(store, "Bags", by="ren", settings=ProjectSettings(honeypot_share=0.5))
            (of_other,) = shelve("bag", project_id=other.id)
            assert pull(store, project_ids=[other.id], by="mia", draw=lambda: 0.0).image.id == of_other
            return
    skip(store, image.id, reason="", by="mia")
    world.draft("last.png")
    assert ask("mia").honeypot_of_id is None


def test_choosing_again_takes_what_is_approved_by_then_and_serves_it_again(world, store, finished, ask):
    first = choose(store, finished.id, by="ren")
    retire(store, finished.id, by="ren")
    reopen(store, finished.id, by="ren")
    world.stroke(finished.id, "again", x=100)
    approved = world.approve(finished.id)
    again = choose(store, finished.id, by="joe")
    assert (again.id, again.revision_id, again.retired_at) == (first.id, approved.head_revision_id, None)
    world.draft("next.png")
    assert ask("mia").honeypot_of_id == finished.id


def test_what_is_no_honeypot_cannot_be_retired(store, finished):
    with pytest.raises(NotFoundError, match="is no honeypot"):
        retire(store, finished.id, by="ren")


@pytest.mark.parametrize("how", [submit, approve])
def test_handing_a_copy_over_tells_how_near_it_came(world, store, finished, ask, how):
    honeypot = choose(store, finished.id, by="ren")
    world.draft("next.png")
    copy = ask("mia")
    hand_over(store, copy, how, by="mia", error=0.1)
    trimap, truth = load_matte(store, get_revision(store, honeypot.revision_id))
    made = load_matte(store, get_revision(store, get_image(store, copy.id).head_revision_id))[1]
    errors = measure(made, truth, trimap)
    (result,) = list_results(store)
    assert (result.honeypot_id, result.image_id, result.person) == (honeypot.id, copy.id, "mia")
    assert (result.sad, result.mse, result.grad, result.conn) == pytest.approx(
        (errors.sad, errors.mse, errors.grad, errors.conn), rel=0.02
    )
    assert result.sad > 0
    assert get_image(store, copy.id).state is (ImageState.IN_REVIEW if how is submit else ImageState.APPROVED)


def test_no_other_image_has_a_result_nor_has_a_copy_that_was_skipped(world, store, finished, ask):
    choose(store, finished.id, by="ren")
    (image,) = world.draft("next.png")
    skip(store, ask("mia").id, reason="", by="mia")
    world.approve(image.id)
    assert list_results(store) == ()


def test_the_first_handing_over_of_a_copy_counts(world, store, finished, ask):
    choose(store, finished.id, by="ren")
    world.draft("next.png")
    copy = ask("mia")
    hand_over(store, copy, approve, by="mia", error=0.1)
    before = list_results(store)
    reopen(store, copy.id, by="mia")
    hand_over(store, copy, approve, by="mia", error=0.3)
    assert list_results(store) == before


def test_results_are_told_person_by_person(world, store, finished, ask):
    choose(store, finished.id, by="ren")
    world.draft("a.png", "b.png")
    for person, error in (("mia", 0.2), ("joe", 0.0)):
        hand_over(store, ask(person), approve, by=person, error=error)
    (of_mia,) = list_results(store, person="mia")
    (of_joe,) = list_results(store, person="joe")
    assert results_by_person(store, project_ids=[FIRST_PROJECT]) == (
        PersonResults("joe", 1, of_joe.sad, of_joe.mse, of_joe.grad, of_joe.conn),
        PersonResults("mia", 1, of_mia.sad, of_mia.mse, of_mia.grad, of_mia.conn),
    )
    assert results_by_person(store, project_ids=[2]) == ()


def test_the_next_shot_follows_a_copy_as_it_would_follow_any_image(world, store, finished, ask):
    choose(store, finished.id, by="ren")
    settings = ProjectSettings.of(get_project(store, FIRST_PROJECT))
    change_settings(store, FIRST_PROJECT, replace(settings, policy=QueuePolicy.FIRST_IN), by="ren")
    first, shot = world.draft("bag_1.png", "shoe_2.png")
    copy = ask("mia")
    assert ask("mia", after=copy.id, draw=lambda: 0.9).id == shot.id
    assert first.id != shot.id


def test_what_was_never_drafted_cannot_be_begun_with_again(world, store):
    imported, drafted = world.take_in("shoe_1.png", "shoe_2.png")
    world.import_alpha(imported.id)
    world.draft_next()
    for image in (imported, drafted):
        world.approve(image.id)
    with pytest.raises(InvalidTransitionError, match="was never drafted here"):
        choose(store, imported.id, by="ren")
    assert choose_by_lot(store, FIRST_PROJECT, wanted=2, by="ren") == 1
    assert [honeypot.image_id for honeypot in list_honeypots(store)] == [drafted.id]
