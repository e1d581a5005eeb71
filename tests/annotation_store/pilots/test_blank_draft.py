"""A photo that begins from nothing: at the desk a draft like any other, and none to whatever learns from drafts."""

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.corrections import KeyedEdit, append_edits, check_may_redraft, load_base, open_document
from annotation_store.drafts import request_redraft
from annotation_store.events import list_events
from annotation_store.gallery import get_image
from annotation_store.insights.outcomes import measure_outcomes
from annotation_store.kinds import BLANK, PilotArm, RevisionKind, Supervision
from annotation_store.learning.effort import efforts_of_drafts_since, efforts_since, latest_efforts, measure_efforts
from annotation_store.learning.training_sets import freeze, load_items
from annotation_store.pilots.pilot_errors import InPilotError
from annotation_store.pilots.pilots import call_off_pilot, give_drafts_back, pilot_images
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue.honeypots import choose
from annotation_store.queue.leases import take
from annotation_store.queue.pull import pull
from annotation_store.reviews import approve_in_bulk, bulk_candidates
from annotation_store.reviews.bulk_approval import Hindrance
from annotation_store.reviews.restoring import restore
from annotation_store.reviews.returning import return_to_operator
from annotation_store.revisions import list_revisions, load_matte
from annotation_store.states import ImageState
from matting_core.edits.ink import Ink
from matting_core.edits.patch import Patch
from matting_core.edits.stroke import Stroke

LONG_AGO = utc_now() - timedelta(days=1)


@pytest.fixture
def pilot(ready, begin):
    """Ten photos, half of them blank."""
    return begin(ready(10))


@pytest.fixture
def of_arm(store, pilot):
    """``of_arm(PilotArm.BLANK)``: the numbers of its images."""

    def find(arm):
        return [each.image_id for each in pilot_images(store, pilot.id) if each.arm is arm]

    return find


@pytest.fixture
def blank(of_arm):
    return of_arm(PilotArm.BLANK)[0]


@pytest.fixture
def drafted(of_arm):
    return of_arm(PilotArm.DRAFTED)[0]


def patch():
    return Patch.of(np.full((4, 4), 255, np.uint8), left=2, top=2)


def put(store, image_id, edit):
    document = open_document(store, image_id)
    where = {"revision_id": document.revision_id, "position": document.position}
    return append_edits(store, image_id, **where, edits=[KeyedEdit("k", edit)], by="keiko")


def test_all_of_it_is_background_and_its_draft_stays_in_its_history(store, blank):
    draft, head = list_revisions(store, blank)
    trimap, alpha = load_matte(store, head)
    assert not trimap.any()
    assert not alpha.any()
    assert (head.kind, head.drafter, head.model_version_id) == (RevisionKind.DRAFT, BLANK, None)
    assert (head.parent_id, get_image(store, blank).head_revision_id) == (draft.id, head.id)
    assert get_image(store, blank).state is ImageState.READY


def test_a_drafted_one_keeps_its_draft(store, drafted):
    (draft,) = list_revisions(store, drafted)
    assert draft.model_version_id is not None


def test_the_audit_trail_goes_on_from_the_matte_before(store, blank):
    blanked, made = list_events(store, image_id=blank)[:2]
    assert (blanked.action, blanked.actor, blanked.before) == ("image.blanked", "ren", made.after)


def test_back_to_the_draft_leads_to_the_blank(store, blank):
    put(store, blank, Stroke(ink=Ink.FOREGROUND, radius=40, points=((80, 40), (90, 60))))
    document = open_document(store, blank)
    marks, _ = load_base(store, document.revision_id)
    for edit in (*document.edits, Stroke(ink=Ink.DRAFT, radius=80, points=((80, 40), (90, 60)))):
        edit.apply(marks)
    assert not marks.trimap.any()


@pytest.mark.parametrize("arm", PilotArm)
def test_no_photo_of_a_running_pilot_gets_a_new_draft(store, of_arm, arm, world):
    image_id = of_arm(arm)[0]
    with pytest.raises(InPilotError, match="end the pilot first"):
        request_redraft(store, image_id, by="keiko")
    with pytest.raises(InPilotError, match="keeps what it began with"):
        world.import_alpha(image_id)
    assert get_image(store, image_id).state is ImageState.READY


def test_no_part_of_a_blank_photo_is_drafted_while_its_pilot_runs(store, pilot, blank, drafted):
    with pytest.raises(InPilotError, match="draw it yourself"):
        check_may_redraft(store, blank)
    with pytest.raises(InPilotError, match="draw it yourself"):
        put(store, blank, patch())
    check_may_redraft(store, drafted)
    put(store, drafted, patch())
    call_off_pilot(store, pilot.id, by="ren")
    put(store, blank, patch())


def test_nor_does_it_go_back_to_the_draft_that_it_had(store, world, pilot, blank):
    world.stroke(blank, "a")
    seen = world.seen(blank)
    with pytest.raises(InPilotError, match="there again when the pilot has ended"):
        restore(store, blank, seen, revision_number=1, by="keiko")
    restore(store, blank, seen, revision_number=2, by="keiko")  # what it began with
    call_off_pilot(store, pilot.id, by="ren")
    restore(store, blank, world.seen(blank), revision_number=1, by="keiko")


def test_no_photo_of_a_pilot_is_approved_in_bulk(store, world, pilot, blank, drafted):
    world.set_project(bulk_confidence=0.5)
    in_it = {place.image_id for place in pilot_images(store, pilot.id)}
    assert not in_it & {image.id for image in bulk_candidates(store, FIRST_PROJECT)}
    report = approve_in_bulk(store, FIRST_PROJECT, [blank, drafted], by="ren")
    assert [each.why for each in report.left_out] == [Hindrance.PILOT] * 2


def test_nor_is_one_that_was_left_blank_since_somebody_had_it_in_hand(store, world, pilot, blank, drafted):
    world.set_project(bulk_confidence=0.5)
    take(store, blank, by="keiko")
    call_off_pilot(store, pilot.id, by="ren")
    world.let_go(blank)
    report = approve_in_bulk(store, FIRST_PROJECT, [blank, drafted], by="ren")
    assert [each.id for each in report.approved] == [drafted]
    assert [each.why for each in report.left_out] == [Hindrance.PILOT]


def test_its_effort_is_kept_and_is_nobodys(store, world, blank, drafted):
    for image_id in (blank, drafted):
        world.stroke(image_id, "a")
        world.approve(image_id)
    measure_efforts(store)
    with store.database.read() as session:
        kept = {effort.image_id: effort for effort in session.scalars(select(schema.Effort))}
    assert (kept[blank].drafter, kept[blank].model_version_id, kept[blank].strokes) == (BLANK, None, 1)
    for told in (
        efforts_since(store, LONG_AGO),
        efforts_of_drafts_since(store, LONG_AGO, project_id=FIRST_PROJECT),
        latest_efforts(store, 10),
    ):
        assert [effort.image_id for effort in told] == [drafted]


def test_it_is_learnt_from_as_from_its_own_draft_and_without_weight(store, world, blank, drafted):
    for image_id in (blank, drafted):
        world.stroke(image_id, "a", "b", "c", "d", "e", "f")
        world.approve(image_id)
    measure_efforts(store)
    items = {item.image_id: item for item in load_items(store, freeze(store, by="ren").id)}
    assert items[blank].draft_trimap_blob == list_revisions(store, blank)[0].trimap_blob
    assert items[blank].weight == 1
    assert items[drafted].weight > 1
    assert items[blank].supervision is Supervision.TRIMAP  # what is unknown is a model's own


def test_a_test_copy_of_it_begins_with_the_draft_that_it_had(store, world, pilot, blank):
    world.stroke(blank, "a")
    world.approve(blank, by="ren")
    choose(store, blank, by="ren")
    world.set_project(honeypot_share=0.5)
    for place in pilot_images(store, pilot.id):
        if place.image_id != blank:
            world.set_image(place.image_id, assigned_to="nobody")
    world.draft("another.png")
    pulled = pull(store, project_ids=[FIRST_PROJECT], by="mia", draw=lambda: 0.0)
    assert pulled.image.honeypot_of_id == blank
    (draft,) = list_revisions(store, pulled.image.id)
    assert draft.trimap_blob == list_revisions(store, blank)[0].trimap_blob


def test_its_errors_are_no_models(store, world, blank):
    put(store, blank, Stroke(ink=Ink.UNKNOWN, radius=40, points=((80, 40), (90, 60))))
    world.approve(blank)
    measure_outcomes(store)
    with store.database.read() as session:
        outcome = session.scalars(select(schema.Outcome)).one()
        assert (outcome.drafter, outcome.model_version_id, outcome.sad) == (BLANK, None, None)


def test_what_nobody_began_has_its_draft_back_as_it_was(store, world, pilot, of_arm):
    begun, returned, *untouched = of_arm(PilotArm.BLANK)
    world.stroke(begun, "a")
    world.stroke(returned, "b")
    world.submit(returned)
    return_to_operator(store, returned, reason="hair", by="ren")
    call_off_pilot(store, pilot.id, by="ren")
    for image_id in untouched:
        draft, _, again = list_revisions(store, image_id)
        assert (again.trimap_blob, again.alpha_blob) == (draft.trimap_blob, draft.alpha_blob)
        assert (again.kind, again.drafter, again.created_at) == (draft.kind, draft.drafter, draft.created_at)
        assert again.model_version_id == draft.model_version_id
        assert get_image(store, image_id).state is ImageState.READY
        given_back, blanked = list_events(store, image_id=image_id)[:2]
        assert (given_back.action, given_back.before) == ("image.draft_given_back", blanked.after)
    assert list_revisions(store, begun)[-1].drafter == BLANK
    assert list_revisions(store, returned)[-1].kind is RevisionKind.CORRECTION


def test_what_somebody_had_in_hand_at_the_end_has_its_draft_back_once_they_have_let_it_go(store, world, pilot, of_arm):
    held, drawn_on, *_ = of_arm(PilotArm.BLANK)
    for image_id in (held, drawn_on):
        take(store, image_id, by="keiko")
    call_off_pilot(store, pilot.id, by="ren")
    assert give_drafts_back(store) == 0
    assert list_revisions(store, held)[-1].drafter == BLANK
    world.stroke(drawn_on, "a", by="keiko")
    world.let_go(held)
    world.let_go(drawn_on)
    assert give_drafts_back(store) == 1
    assert give_drafts_back(store) == 0
    draft, _, again = list_revisions(store, held)
    assert (again.alpha_blob, again.created_at) == (draft.alpha_blob, draft.created_at)
    assert (list_events(store, image_id=held)[0].action, get_image(store, held).state) == (
        "image.draft_given_back",
        ImageState.READY,
    )
    assert list_revisions(store, drawn_on)[-1].drafter == BLANK


def test_a_photo_that_another_pilot_has_made_blank_since_stays_so(store, pilot, blank, begin):
    ids = [each.image_id for each in pilot_images(store, pilot.id)]
    call_off_pilot(store, pilot.id, by="ren")
    other = begin([get_image(store, number) for number in ids])
    assert [each.image_id for each in pilot_images(store, other.id) if each.arm is PilotArm.BLANK].count(blank) == 1
    assert give_drafts_back(store) == 0
    assert list_revisions(store, blank)[-1].drafter == BLANK
