"""A long life as one list."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from annotation_store import schema
from annotation_store.corrections import open_document, redo, undo
from annotation_store.drafts import request_redraft
from annotation_store.errors import NotFoundError
from annotation_store.history import Decided, Drawn, Made, history_of
from annotation_store.learning.model_registry import register_shipped
from annotation_store.reviews import reopen, restore, return_to_operator, skip


def told(happening):
    """One line of the golden list: all but the moments."""
    match happening:
        case Made(by=by, revision=revision, kind=kind, model=model, drafter=drafter, restored=restored):
            again = "" if restored is None else f" of {restored}"
            return f"{revision}: {kind}{again} by {by}, {model}, {drafter}"
        case Decided(by=by, revision=revision, verdict=verdict, note=note):
            return f"{revision}: {verdict} by {by} ({note})"
        case Drawn(by=by, revision=revision, edits=edits, undone=undone, redone=redone):
            return f"{revision}: {by} drew {edits}, undid {undone}, redid {redone}"


def step(how, world, image_id, key, *, by):
    at = open_document(world.store, image_id)
    how(world.store, image_id, revision_id=at.revision_id, position=at.position, key=key, by=by)


def test_a_long_life_is_told_from_its_beginning(world, store):
    live = register_shipped(store, name="compact", architecture="compact", shipped_weights="c", licence="MIT")
    (image,) = world.take_in("shoe_1.png")
    skip(store, image.id, reason="wrong photo", by="ren")
    reopen(store, image.id, by="ren")
    world.draft_next(model_id=live.id)
    world.stroke(image.id, "a", "b", by="keiko")
    world.stroke(image.id, "c", by="aoi")
    step(undo, world, image.id, "d", by="keiko")
    step(undo, world, image.id, "e", by="keiko")
    step(redo, world, image.id, "f", by="keiko")
    world.submit(image.id, by="keiko")
    return_to_operator(store, image.id, reason="the heel", by="ren")
    world.stroke(image.id, "a", x=100, by="aoi")
    skip(store, image.id, reason="tomorrow", by="aoi")
    reopen(store, image.id, by="keiko")
    world.stroke(image.id, "b", x=60, by="keiko")
    restore(store, image.id, world.seen(image.id), revision_number=1, by="ren")
    request_redraft(store, image.id, by="ren")
    world.draft_next()
    world.approve(image.id, by="keiko")
    assert [told(happening) for happening in history_of(store, image.id)] == [
        "None: skipped by ren (wrong photo)",
        "None: reopened by ren ()",
        "1: draft by worker, compact, backdrop",
        "1: keiko drew 2, undid 2, redid 1",
        "1: aoi drew 1, undid 0, redid 0",
        "2: correction by keiko, compact, backdrop",
        "2: submitted by keiko ()",
        "2: returned by ren (the heel)",
        "2: aoi drew 1, undid 0, redid 0",
        "2: skipped by aoi (tomorrow)",
        "2: reopened by keiko ()",
        "2: keiko drew 1, undid 0, redid 0",
        "3: correction by ren, compact, backdrop",
        "4: restored of 1 by ren, compact, backdrop",
        "5: draft by worker, None, backdrop",
        "5: approved by keiko ()",
    ]


def test_moments_are_those_of_what_happened(world, store):
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "a", by="keiko")
    world.stroke(image.id, "b", by="aoi")
    world.stroke(image.id, "c", by="keiko")
    world.approve(image.id)
    made, keikos, aois, corrected, approved = history_of(store, image.id)
    assert made.at < keikos.at < aois.at == aois.until < keikos.until < corrected.at <= approved.at


def test_a_clock_that_was_put_back_does_not_mix_revisions_up(world, store, rewritable):
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "a", by="keiko")
    world.approve(image.id)
    reopen(store, image.id, by="ren")
    before = [told(happening) for happening in history_of(store, image.id)]
    for table in (schema.Decision, schema.EditEntry):
        rewritable(table.__tablename__)
        with store.database.write() as session:
            session.execute(update(table).values(created_at=image.created_at - timedelta(days=1)))
    assert [told(happening) for happening in history_of(store, image.id)] == before


def test_a_photo_to_which_nothing_happened_has_no_history_and_an_unknown_one_is_not_found(world, store):
    (image,) = world.take_in("a.png")
    assert history_of(store, image.id) == ()
    with pytest.raises(NotFoundError, match="no image number 9"):
        history_of(store, 9)
