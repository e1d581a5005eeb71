from datetime import timedelta

import pytest
from sqlalchemy import select

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.corrections import open_document, redo, undo
from annotation_store.drafts import request_redraft
from annotation_store.learning import effort as effort_module
from annotation_store.learning.effort import (
    MeanEffort,
    efforts_of_drafts_since,
    efforts_since,
    latest_efforts,
    mean_effort,
    measure_efforts,
)
from annotation_store.learning.model_registry import register_shipped
from annotation_store.projects import FIRST_PROJECT
from annotation_store.reviews import reopen
from annotation_store.reviews.bulk_approval import approve_in_bulk
from annotation_store.reviews.restoring import restore
from annotation_store.reviews.returning import return_to_operator
from matting_core.box import Box
from matting_core.edits.coverage import covered_pixels
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke

LONG_AGO = utc_now() - timedelta(days=1)


def share(*columns):
    """The part of the photo that the world's strokes at these columns cover."""
    dabs = (Stroke(ink=Ink.FOREGROUND, radius=12, points=((x, 40), (x + 8, 60))) for x in columns)
    return sum(covered_pixels(dab, Box(0, 0, 40, 30)) for dab in dabs) / (40 * 30)


def step(store, image_id, what, key):
    document = open_document(store, image_id)
    what(store, image_id, revision_id=document.revision_id, position=document.position, key=key, by="keiko")


def measured(store):
    measure_efforts(store)
    return efforts_since(store, LONG_AGO)


def test_an_effort_is_the_strokes_that_count_and_all_that_they_cover(world, store):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a", x=20)
    world.stroke(image.id, "b", x=80)
    world.stroke(image.id, "c", x=80)  # over the same pixels: they were painted twice
    approved = world.approve(image.id)
    (told,) = measured(store)
    assert (told.image_id, told.revision_id) == (image.id, approved.head_revision_id)
    assert (told.project_id, told.model_version_id, told.drafter) == (FIRST_PROJECT, None, "backdrop")
    assert told.strokes == 3
    assert told.painted_area == pytest.approx(share(20, 80, 80))
    assert told.painted_area > 0


def test_what_was_taken_back_costs_nothing_and_what_was_brought_back_does(world, store):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a", x=20)
    world.stroke(image.id, "b", x=80)
    step(store, image.id, undo, "c")
    step(store, image.id, undo, "d")
    step(store, image.id, redo, "e")
    world.approve(image.id)
    (told,) = measured(store)
    assert (told.strokes, told.painted_area) == (1, pytest.approx(share(20)))


def test_an_untouched_draft_cost_nothing_and_its_edits_are_not_read(world, store, monkeypatch):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a")
    step(store, image.id, undo, "b")
    world.approve(image.id)
    monkeypatch.setattr(effort_module, "read_log", None)
    (told,) = measured(store)
    assert (told.strokes, told.painted_area) == (0, 0.0)


def test_strokes_before_and_after_a_review_are_added_up(world, store):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a", x=20)
    world.submit(image.id)
    return_to_operator(store, image.id, reason="the strap", by="ren")
    world.stroke(image.id, "b", x=80)
    world.submit(image.id)
    world.approve(image.id)
    (told,) = measured(store)
    assert (told.strokes, told.painted_area) == (2, pytest.approx(share(20, 80)))


def test_an_image_that_is_approved_again_counts_once_with_all_its_strokes(world, store):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a", x=20)
    world.approve(image.id)
    (first,) = measured(store)
    reopen(store, image.id, by="ren")
    world.stroke(image.id, "b", x=80)
    assert measured(store) == (first,)  # what is drawn now is in no approved matte yet
    world.approve(image.id)
    (again,) = measured(store)
    assert (first.strokes, again.strokes) == (1, 2)
    assert again.painted_area == pytest.approx(share(20, 80))
    assert latest_efforts(store, 5) == (again,)


def test_approving_the_very_same_matte_again_measures_nothing_anew(world, store):
    (image,) = world.draft("cup_1.png")
    world.approve(image.id)
    before = measured(store)
    reopen(store, image.id, by="ren")
    world.approve(image.id)
    assert measure_efforts(store) == 0
    assert efforts_since(store, LONG_AGO) == before


def test_a_restored_matte_cost_what_the_one_that_it_repeats_did(world, store):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a", x=60)
    world.submit(image.id)  # revision 2
    return_to_operator(store, image.id, reason="the strap", by="ren")
    world.stroke(image.id, "b", "c", x=80)
    restore(store, image.id, world.seen(image.id), revision_number=2, by="ren")
    world.stroke(image.id, "d", x=120)
    world.approve(image.id)
    (told,) = measured(store)
    assert (told.strokes, told.painted_area) == (2, pytest.approx(share(60, 120)))


def test_a_draft_that_was_restored_cost_nothing(world, store):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a")
    restore(store, image.id, world.seen(image.id), revision_number=1, by="ren")
    world.approve(image.id)
    (told,) = measured(store)
    assert (told.strokes, told.painted_area, told.drafter) == (0, 0.0, "backdrop")


def test_only_what_follows_the_newest_draft_counts(world, store):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a", x=20)
    world.approve(image.id)
    reopen(store, image.id, by="ren")
    request_redraft(store, image.id, by="ren")
    world.draft_next()
    world.stroke(image.id, "b", x=80)
    world.approve(image.id)
    (told,) = measured(store)
    assert (told.strokes, told.painted_area) == (1, pytest.approx(share(80)))


def test_drafts_approved_in_bulk_and_copies_say_nothing(world, store):
    world.set_project(bulk_confidence=0.5, honeypot_share=0.5)
    (unseen,) = world.draft("cup_1.png")
    world.set_image(unseen.id, confidence=0.9)
    assert approve_in_bulk(store, FIRST_PROJECT, [unseen.id], by="ren").approved
    (copy,) = world.draft("hat_1.png")
    world.set_image(copy.id, honeypot_of_id=unseen.id)
    with store.database.write() as session:
        session.add(schema.Decision(image_id=copy.id, revision_id=1, verdict="approved", note="", author="ren"))
    assert measure_efforts(store) == 0


def test_measuring_goes_on_where_it_stopped(world, store):
    images = world.draft("a.png", "b.png", "c.png")
    for image in images:
        world.approve(image.id)
    assert [measure_efforts(store, limit=2) for _ in range(3)] == [2, 1, 0]
    assert [told.image_id for told in efforts_since(store, LONG_AGO)] == [image.id for image in images]


def test_two_processes_may_measure_at_once(world, store, monkeypatch):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a")
    world.approve(image.id)
    measure = effort_module._measure

    def slowly(*given):
        mine = measure(*given)
        monkeypatch.setattr(effort_module, "_measure", measure)
        assert measure_efforts(store) == 1  # by the other one, meanwhile
        return mine

    monkeypatch.setattr(effort_module, "_measure", slowly)
    measure_efforts(store)
    assert len(efforts_since(store, LONG_AGO)) == 1


def test_efforts_are_told_from_a_moment_on_and_by_project(world, store):
    first, second = world.draft("a.png", "b.png")
    world.stroke(first.id, "a")
    world.approve(first.id)
    world.approve(second.id)
    one, two = measured(store)
    assert efforts_since(store, two.approved_at) == (two,)
    assert efforts_since(store, LONG_AGO, project_id=FIRST_PROJECT) == (one, two)
    assert efforts_since(store, LONG_AGO, project_id=7) == ()
    assert latest_efforts(store, 1) == (two,)
    assert latest_efforts(store, 2) == (one, two)
    assert latest_efforts(store, 2, since=one.approved_at) == (two,)
    assert mean_effort(store, since=LONG_AGO) == MeanEffort(2, 0.5, pytest.approx(one.painted_area / 2))
    assert mean_effort(store, since=utc_now()) == MeanEffort(0, 0.0, 0.0)


def test_what_was_drafted_before_a_moment_can_be_left_out(world, store):
    (early,) = world.draft("a.png")
    moment = utc_now()
    (late,) = world.draft("b.png")
    world.approve(early.id)
    world.approve(late.id)
    measure_efforts(store)
    assert [e.image_id for e in efforts_of_drafts_since(store, LONG_AGO, project_id=FIRST_PROJECT)] == [1, 2]
    assert [e.image_id for e in efforts_of_drafts_since(store, moment, project_id=FIRST_PROJECT)] == [late.id]


def test_the_drafts_own_model_is_told_not_that_of_the_correction(world, store):
    model = register_shipped(store, name="compact", architecture="compact", shipped_weights="c", licence="MIT")
    (image,) = world.draft("cup_1.png", model_id=model.id)
    world.stroke(image.id, "a")
    world.approve(image.id)
    assert measured(store)[0].model_version_id == model.id
    with store.database.read() as session:
        assert session.scalar(select(schema.Effort.drafter)) == "backdrop"


def test_what_came_from_elsewhere_says_nothing_about_our_drafts(world, store):
    drafted, both, imported = world.draft("cup_1.png", "cup_2.png", "cup_3.png")
    world.stroke(both.id, "a")
    world.approve(drafted.id)
    world.approve(both.id)
    reopen(store, both.id, by="ren")
    for image in (both, imported):
        world.import_alpha(image.id)
        world.stroke(image.id, "b", x=20)
        world.stroke(image.id, "c", x=40)
        world.approve(image.id)
    assert [effort.image_id for effort in measured(store)] == [drafted.id]
    assert mean_effort(store, since=LONG_AGO).images == 1
    assert measure_efforts(store) == 0
    with store.database.read() as session:  # but what was painted on it here is known
        kept = session.scalars(select(schema.Effort).filter_by(image_id=imported.id)).one()
        assert (kept.strokes, kept.model_version_id, kept.drafter) == (2, None, None)
