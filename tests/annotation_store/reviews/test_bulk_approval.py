"""Drafts approved together: which, by whom, and what is left out."""

from datetime import timedelta

import pytest

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.corrections import open_document, undo
from annotation_store.errors import BulkApprovalOffError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.flags import flag
from annotation_store.gallery import get_image
from annotation_store.kinds import Verdict
from annotation_store.notes import add_note, resolve_note
from annotation_store.projects import FIRST_PROJECT
from annotation_store.reviews import approve_in_bulk, bulk_candidates, list_decisions, reopen, skip
from annotation_store.reviews.bulk_approval import Hindrance, LeftOut, bulk_threshold, was_in_bulk
from annotation_store.revisions import list_revisions
from annotation_store.states import ImageState


@pytest.fixture
def images(world):
    """Three drafts of the confidences 0.95, 0.99 and 0.9, where 0.9 is enough."""
    world.set_project(bulk_confidence=0.9)
    images = world.draft("a.png", "b.png", "c.png")
    for image, confidence in zip(images, (0.95, 0.99, 0.9), strict=True):
        world.set_image(image.id, confidence=confidence)
    return images


def lease(store, image, *, minutes):
    now = utc_now()
    ends = now + timedelta(minutes=minutes)
    with store.database.write() as session:
        session.add(schema.Lease(image_id=image.id, person="keiko", taken_at=now, expires_at=ends))


def candidates(store):
    return [image.name for image in bulk_candidates(store, FIRST_PROJECT)]


def test_the_surest_drafts_come_first(store, images):
    assert candidates(store) == ["b.png", "a.png", "c.png"]
    assert [image.name for image in bulk_candidates(store, FIRST_PROJECT, limit=1)] == ["b.png"]


def test_drafts_are_approved_as_they_stand_each_by_a_decision_of_its_own(store, images):
    report = approve_in_bulk(store, FIRST_PROJECT, [image.id for image in images], by="ren")
    assert [image.name for image in report.approved] == ["a.png", "b.png", "c.png"]
    assert report.left_out == ()
    for image in images:
        (draft,) = list_revisions(store, image.id)
        (decision,) = list_decisions(store, image.id)
        assert get_image(store, image.id).state is ImageState.APPROVED
        assert (decision.verdict, decision.author, decision.revision_id) == (Verdict.APPROVED, "ren", draft.id)
    assert [event.action for event in recent_events(store, 3)] == ["image.approved"] * 3
    assert candidates(store) == []


def test_they_can_be_told_from_what_somebody_looked_at(world, store, images):
    approve_in_bulk(store, FIRST_PROJECT, [images[0].id], by="ren")
    world.approve(images[1].id, by="ren")
    skip(store, images[2].id, reason="in bulk", by="ren")
    assert [was_in_bulk(list_decisions(store, image.id)[-1]) for image in images] == [True, False, False]


@pytest.fixture
def hinder(world, store, images):
    """``hinder(hindrance)``: let it stand against the first image."""
    image = images[0]

    def reopened():
        world.approve(image.id)
        reopen(store, image.id, by="keiko")

    def drawn_and_taken_back():
        world.stroke(image.id, "a")
        at = open_document(store, image.id)
        undo(store, image.id, revision_id=at.revision_id, position=1, key="u", by="keiko")
        world.set_image(image.id, state=ImageState.READY)

    ways = {
        "moved to another project": lambda: world.set_image(image.id, project_id=world.add_project("Shoes")),
        "in review": lambda: world.submit(image.id),
        "in correction": lambda: world.stroke(image.id, "a"),
        "a honeypot": lambda: world.set_image(image.id, honeypot_of_id=images[1].id),
        "opened again": reopened,
        "drawn on": drawn_and_taken_back,
        "not sure enough": lambda: world.set_image(image.id, confidence=0.899),
        "nobody knows how sure": lambda: world.set_image(image.id, confidence=None),
        "in somebody's hands": lambda: lease(store, image, minutes=5),
        "flagged": lambda: flag(store, image.id, note="", by="keiko"),
        "noted": lambda: add_note(store, image.id, x=0, y=0, text="here", by="keiko"),
    }
    return lambda way: ways[way]()


@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("moved to another project", Hindrance.ELSEWHERE),
        ("in review", Hindrance.NOT_READY),
        ("in correction", Hindrance.NOT_READY),
        ("a honeypot", Hindrance.HONEYPOT),
        ("opened again", Hindrance.TOUCHED),
        ("drawn on", Hindrance.TOUCHED),
        ("not sure enough", Hindrance.UNSURE),
        ("nobody knows how sure", Hindrance.UNSURE),
        ("in somebody's hands", Hindrance.IN_HANDS),
        ("flagged", Hindrance.FLAGGED),
        ("noted", Hindrance.NOTED),
    ],
)
def test_what_deserves_a_look_is_left_out_and_the_report_says_why(store, images, hinder, way, why):
    first, second, _ = images
    hinder(way)
    assert candidates(store) == ["b.png", "c.png"]
    decided, state = list_decisions(store, first.id), get_image(store, first.id).state
    report = approve_in_bulk(store, FIRST_PROJECT, [first.id, second.id], by="ren")
    assert report.left_out == (LeftOut(first.id, why),)
    assert [image.id for image in report.approved] == [second.id]
    assert (list_decisions(store, first.id), get_image(store, first.id).state) == (decided, state)


def test_a_lease_that_ran_out_and_a_note_that_was_seen_to_stand_against_nothing(store, images):
    lease(store, images[0], minutes=-1)
    note = add_note(store, images[0].id, x=0, y=0, text="here", by="keiko")
    resolve_note(store, images[0].id, note.id, by="ren")
    assert candidates(store) == ["b.png", "a.png", "c.png"]


def test_an_image_that_is_named_twice_or_does_not_exist_is_told_once(store, images):
    first = images[0].id
    report = approve_in_bulk(store, FIRST_PROJECT, [first, 999, first, 999], by="ren")
    assert [image.id for image in report.approved] == [first]
    assert report.left_out == (LeftOut(999, Hindrance.ELSEWHERE),)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"bulk_confidence": None}, "it is switched off there"),
        ({"bulk_confidence": 0.9, "four_eyes": True}, "it asks for two pairs of eyes"),
    ],
)
def test_it_is_off_until_a_project_allows_it_and_never_on_with_four_eyes(world, store, images, settings, reason):
    world.set_project(**settings)
    assert bulk_threshold(store, FIRST_PROJECT) is None
    assert candidates(store) == []
    with pytest.raises(BulkApprovalOffError, match=reason):
        approve_in_bulk(store, FIRST_PROJECT, [images[0].id], by="ren")
    assert list_decisions(store, images[0].id) == ()


def test_a_new_project_allows_none(world, store):
    assert bulk_threshold(store, FIRST_PROJECT) is None
    with pytest.raises(BulkApprovalOffError):
        approve_in_bulk(store, FIRST_PROJECT, [], by="ren")


def test_an_unknown_project_is_not_found(store):
    for attempt in (
        lambda: bulk_threshold(store, 9),
        lambda: bulk_candidates(store, 9),
        lambda: approve_in_bulk(store, 9, [], by="ren"),
    ):
        with pytest.raises(NotFoundError, match="no project number 9"):
            attempt()
