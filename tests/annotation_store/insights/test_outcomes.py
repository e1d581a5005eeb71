from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sqlalchemy import select

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.corrections import KeyedEdit, append_edits, open_document
from annotation_store.drafts import claim_next_for_drafting, record_draft, request_redraft
from annotation_store.errors import StoreUnavailableError
from annotation_store.gallery import get_image
from annotation_store.insights import outcomes as outcomes_module
from annotation_store.insights.ledger import read_ledger
from annotation_store.insights.outcomes import complexity_of, count_unmeasured, draft_errors, measure_outcomes
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue.honeypots import choose, serve_next
from annotation_store.records import OutcomeRecord
from annotation_store.reviews import approve, reopen
from annotation_store.reviews.bulk_approval import approve_in_bulk
from annotation_store.reviews.restoring import restore
from annotation_store.reviews.returning import return_to_operator
from annotation_store.revisions import get_revision
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke
from matting_core.metrics import MatteErrors


def kept(store):
    query = select(schema.Outcome).order_by(schema.Outcome.revision_id)
    with store.database.read() as session:
        return [OutcomeRecord.of(row) for row in session.scalars(query)]


def measured(store):
    measure_outcomes(store)
    return kept(store)


def errors(outcome):
    return outcome.sad, outcome.mse, outcome.grad, outcome.conn


def approve_lighter(world, image_id, by=0.2):
    """Approve with `by` added where the trimap is unknown."""
    seen = world.seen(image_id)
    alpha = np.where(seen.trimap == 128, np.clip(seen.alpha + np.float32(by), 0, 1), seen.alpha)
    return approve(world.store, image_id, replace(seen, alpha=alpha.astype(np.float32)), by="ren")


def draft_blank(store):
    image = claim_next_for_drafting(store)
    nothing = np.zeros((image.height, image.width), np.float32)
    record_draft(
        store, image.id, trimap=nothing.astype(np.uint8), alpha=nothing, model_id=None, drafter="blank", by="pilot"
    )


def paint_unknown(world, image_id):
    document = open_document(world.store, image_id)
    edit = KeyedEdit("unknown", Stroke(ink=Ink.UNKNOWN, radius=20, points=((20, 40), (60, 60))))
    append_edits(
        world.store, image_id, revision_id=document.revision_id, position=document.position, edits=[edit], by="keiko"
    )


def damage(store, digest):
    place = store.blobs.path(digest)
    place.chmod(0o600)
    place.write_bytes(b"no matte")


def test_an_untouched_draft_has_no_errors(world, store):
    (image,) = world.draft("cup_1.png")
    approved = world.approve(image.id)
    (told,) = measured(store)
    assert (told.image_id, told.project_id, told.revision_id) == (image.id, FIRST_PROJECT, approved.head_revision_id)
    assert told.draft_revision_id == approved.head_revision_id  # no new revision is made of what nobody changed
    assert (told.model_version_id, told.drafter) == (None, "backdrop")
    assert (told.as_drafted, told.in_bulk) == (True, False)
    assert errors(told) == (0, 0, 0, 0)
    assert told.complexity == pytest.approx(2 / 3)  # 20 unknown columns, 10 of foreground
    assert utc_now() - told.approved_at < timedelta(minutes=1)


def test_a_draft_is_compared_where_the_approved_trimap_is_unknown(world, store):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a", x=80)  # what it makes foreground is not unknown any more
    seen = world.seen(image.id)
    approve_lighter(world, image.id)
    (told,) = measured(store)
    unknown = seen.trimap == 128
    draft = np.tile(np.linspace(1, 0, 20), (30, 1))
    apart = np.abs(np.rint(255 * draft) - np.rint(255 * np.clip(draft + 0.2, 0, 1)))[unknown[:, 10:30]] / 255
    assert 0 < unknown.sum() < 600
    assert told.as_drafted is False
    assert told.sad == pytest.approx(apart.sum() / 1000, abs=600 / 255 / 1000)
    assert told.mse == pytest.approx((apart**2).mean(), rel=0.05)
    assert told.grad > 0
    assert told.conn > 0
    assert told.complexity == pytest.approx(unknown.sum() / (seen.trimap > 0).sum())


def test_drafts_that_were_approved_together_are_there_and_say_so(world, store):
    world.set_project(bulk_confidence=0.5)
    (image,) = world.draft("cup_1.png")
    world.set_image(image.id, confidence=0.9)
    world.let_go(image.id)
    assert approve_in_bulk(store, FIRST_PROJECT, [image.id], by="ren").approved
    (told,) = measured(store)
    assert (told.in_bulk, told.as_drafted, told.sad) == (True, True, 0)
    reopen(store, image.id, by="ren")
    assert measured(store) == [told]
    world.approve(image.id)
    (looked_at,) = measured(store)
    assert (looked_at.in_bulk, looked_at.revision_id) == (False, told.revision_id)
    assert looked_at.approved_at > told.approved_at
    assert measured(store) == [looked_at]


def test_a_second_look_before_the_measuring_counts_as_well(world, store):
    world.set_project(bulk_confidence=0.5)
    (image,) = world.draft("cup_1.png")
    world.set_image(image.id, confidence=0.9)
    world.let_go(image.id)
    assert approve_in_bulk(store, FIRST_PROJECT, [image.id], by="ren").approved
    reopen(store, image.id, by="ren")
    reopened = utc_now()
    world.approve(image.id)
    (told,) = measured(store)
    assert told.in_bulk is False
    assert told.approved_at >= reopened


def test_copies_that_were_handed_out_as_tests_have_none(world, store):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a")
    world.approve(image.id)
    choose(store, image.id, by="ren")
    with store.database.write() as session:
        copy_id = serve_next(session, session.get_one(schema.Project, FIRST_PROJECT), to="mia").id
    world.stroke(copy_id, "b", by="mia")
    world.approve(copy_id, by="mia")
    assert [told.image_id for told in measured(store)] == [image.id]
    assert count_unmeasured(store) == 0


def test_what_came_from_elsewhere_has_no_errors_to_tell(world, store):
    (image,) = world.draft("cup_1.png")
    world.import_alpha(image.id)
    world.stroke(image.id, "a")
    world.approve(image.id)
    (told,) = measured(store)
    assert (told.draft_revision_id, told.drafter, told.as_drafted) == (None, None, False)
    assert errors(told) == (None, None, None, None)
    assert 0 < told.complexity <= 1


def test_a_blank_draft_is_none_of_a_model_and_has_no_errors_to_tell(world, store):
    (image,) = world.take_in("cup_1.png")
    draft_blank(store)
    world.stroke(image.id, "a", x=80)
    paint_unknown(world, image.id)
    seen = world.seen(image.id)
    trimap = seen.trimap
    world.approve(image.id)
    (told,) = measured(store)
    assert (told.drafter, told.as_drafted) == ("blank", False)
    assert told.draft_revision_id is not None
    assert errors(told) == (None, None, None, None)
    assert told.complexity == pytest.approx((trimap == 128).sum() / (trimap > 0).sum())


def test_a_restored_matte_is_compared_with_the_draft_of_the_one_that_it_repeats(world, store):
    (image,) = world.draft("cup_1.png")
    draft = get_image(store, image.id).head_revision_id
    world.stroke(image.id, "a", x=60)
    world.submit(image.id)  # revision 2
    return_to_operator(store, image.id, reason="the strap", by="ren")
    restore(store, image.id, world.seen(image.id), revision_number=1, by="ren")
    world.approve(image.id)
    (told,) = measured(store)
    assert (told.draft_revision_id, told.as_drafted, told.sad) == (draft, True, 0)


def test_an_image_that_is_approved_again_has_a_second_row_and_one_line(world, store):
    (image,) = world.draft("cup_1.png")
    world.approve(image.id)
    measure_outcomes(store)
    reopen(store, image.id, by="ren")
    world.stroke(image.id, "a")
    world.approve(image.id)
    first, again = measured(store)
    assert (first.as_drafted, again.as_drafted) == (True, False)
    assert first.draft_revision_id == again.draft_revision_id
    assert [line.revision_id for line in read_ledger(store)] == [again.revision_id]


def test_the_newest_draft_is_the_one_that_a_matte_grew_from(world, store):
    (image,) = world.draft("cup_1.png")
    request_redraft(store, image.id, by="keiko")
    newest = world.draft_next()
    world.approve(image.id)
    (told,) = measured(store)
    assert told.draft_revision_id == newest.id


def test_no_more_than_asked_for_are_measured_and_the_oldest_first(world, store):
    images = world.draft("cup_1.png", "hat_1.png", "pen_1.png")
    for image in reversed(images):
        world.approve(image.id)
    assert count_unmeasured(store) == 3
    assert measure_outcomes(store, limit=2) == 2
    assert {told.image_id for told in kept(store)} == {images[1].id, images[2].id}
    assert count_unmeasured(store, project_ids=[FIRST_PROJECT]) == 1
    assert count_unmeasured(store, project_ids=[]) == 0
    assert measure_outcomes(store, limit=2) == 1
    assert measure_outcomes(store, limit=2) == 0


def test_a_damaged_file_stops_no_other_and_is_told_once(world, store):
    images = world.draft("cup_1.png", "hat_1.png", "pen_1.png")
    approved = []
    for number, image in enumerate(images):
        world.stroke(image.id, "a", x=60 + 20 * number)
        approved.append(approve_lighter(world, image.id, by=0.1 + 0.1 * number).head_revision_id)
    damage(store, get_revision(store, approved[0]).alpha_blob)
    assert measure_outcomes(store, limit=1) == 1  # the first one that can be
    passed_over = {}
    assert measure_outcomes(store, limit=1, passed_over=passed_over) == 1
    assert [told.revision_id for told in kept(store)] == approved[1:]
    assert list(passed_over) == [approved[0]]
    assert "has changed on the disk" in passed_over[approved[0]]
    assert measure_outcomes(store, passed_over=passed_over) == 0


def test_a_store_that_cannot_be_read_now_passes_nothing_over(world, store, monkeypatch):
    (image,) = world.draft("cup_1.png")
    world.approve(image.id)
    passed_over = {}

    def fail(_digest):
        raise StoreUnavailableError("not now")

    with monkeypatch.context() as patch:
        patch.setattr(store.blobs, "get", fail)
        with pytest.raises(StoreUnavailableError):
            measure_outcomes(store, passed_over=passed_over)
    assert passed_over == {}
    assert measure_outcomes(store, passed_over=passed_over) == 1


def test_what_another_process_has_measured_meanwhile_stays(world, store, monkeypatch):
    (image,) = world.draft("cup_1.png")
    approve_lighter(world, image.id)
    of_both = []

    def slow(draft, approved, trimap):
        with monkeypatch.context() as patch:
            patch.setattr(outcomes_module, "measure", lambda *_: MatteErrors(1, 2, 3, 4))
            of_both.append(measure_outcomes(store))  # no transaction is open, or this would wait for ever
        return MatteErrors(5, 6, 7, 8)

    monkeypatch.setattr(outcomes_module, "measure", slow)
    assert measure_outcomes(store) == 1
    assert of_both == [1]
    assert errors(kept(store)[0]) == (1, 2, 3, 4)


def test_where_nothing_is_unknown_only_agreement_can_be_told():
    known = np.zeros((4, 6), np.uint8)
    known[:, :3] = 255
    right = (known / 255).astype(np.float32)
    assert draft_errors(right, right, known) == MatteErrors(0, 0, 0, 0)
    assert draft_errors(np.zeros_like(right), right, known) is None


@given(arrays(np.uint8, (5, 7), elements=st.sampled_from([0, 128, 255])))
def test_complexity_is_the_unknown_share_of_the_subject(trimap):
    complexity = complexity_of(trimap)
    assert 0 <= complexity <= 1
    assert (complexity == 0) == (not (trimap == 128).any())
    assert (complexity == 1) == ((trimap == 128).any() and not (trimap == 255).any())
    assert complexity_of(np.pad(trimap, 3)) == complexity  # more background around it changes nothing


def test_what_nobody_has_approved_is_not_measured(world, store):
    (image,) = world.draft("cup_1.png")
    world.submit(image.id)
    assert measure_outcomes(store) == 0
