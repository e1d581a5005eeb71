"""A pilot from its beginning to its end."""

import json

import pytest
from sqlalchemy import select

from annotation_store import schema
from annotation_store.errors import InvalidTextError, InvalidTransitionError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.keeping.doctor import Depth, examine
from annotation_store.kinds import PilotArm
from annotation_store.money.rate_card import STARTING_CARD, keep_card
from annotation_store.pilots.pilot_errors import InvalidPilotError
from annotation_store.pilots.pilot_figures import pilot_figures
from annotation_store.pilots.pilot_report import PilotReport
from annotation_store.pilots.pilots import (
    begin_pilot,
    call_off_pilot,
    finish_pilot,
    get_pilot,
    list_pilots,
    pilot_images,
)
from annotation_store.projects import FIRST_PROJECT, archive_project
from annotation_store.revisions import list_revisions
from annotation_store.states import PilotState


def test_it_holds_its_photos_in_the_order_of_its_lot_with_what_people_begin_from(store, ready, begin):
    images = ready(10)
    pilot = begin(images, name="  First   try ", blank_share=0.3)
    assert (pilot.name, pilot.state, pilot.blank_share, pilot.seed) == ("First try", PilotState.RUNNING, 0.3, 7)
    places = pilot_images(store, pilot.id)
    assert {place.image_id for place in places} == {image.id for image in images}
    assert [place.position for place in places] == list(range(10))
    assert sum(place.arm is PilotArm.BLANK for place in places) == 3
    for place in places:
        newest = list_revisions(store, place.image_id)[-1]
        assert (place.draft_revision_id, newest.number) == (newest.id, 1 + (place.arm is PilotArm.BLANK))
    told = recent_events(store, 1)[0]
    assert (told.action, told.data["images"], told.data["blank"], told.data["seed"]) == ("pilot.begun", 10, 3, 7)
    assert list_pilots(store) == list_pilots(store, state=PilotState.RUNNING) == (pilot,)
    assert list_pilots(store, project_ids=[]) == list_pilots(store, state=PilotState.FINISHED) == ()


def test_an_archived_project_has_no_pilot_since_it_hands_nothing_out(store, ready, begin):
    images = ready(10)
    archive_project(store, FIRST_PROJECT, by="keiko")
    with pytest.raises(InvalidPilotError, match="is archived"):
        begin(images)
    assert list_pilots(store) == ()


@pytest.mark.parametrize(
    ("count", "changes", "why"),
    [
        (9, {}, "30 to 100 are best"),
        (10, {"blank_share": 0.0}, "nothing to compare"),
        (10, {"blank_share": float("nan")}, "nothing to compare"),
        (10, {"blank_share": 0.1}, "at least 2 of each"),
        (10, {"blank_share": 0.95}, "at least 2 of each"),
    ],
)
def test_what_could_not_tell_anything_is_refused(ready, begin, count, changes, why):
    with pytest.raises(InvalidPilotError, match=why):
        begin(ready(count), **changes)


def test_photos_that_cannot_be_in_it_are_named_and_nothing_is_begun(store, world, ready, begin):
    images = ready(11)
    world.stroke(images[4].id, "a")
    with pytest.raises(InvalidPilotError, match=r"“photooooo\.png” cannot be in a pilot"):
        begin(images)
    assert list_pilots(store) == ()
    assert all(len(list_revisions(store, image.id)) == 1 for image in images)


def test_one_runs_in_a_project_at_a_time(ready, begin):
    images = ready(20)
    begin(images[:10])
    with pytest.raises(InvalidPilotError, match="“First try” is running"):
        begin(images[10:], name="Second")


@pytest.mark.parametrize("name", ["", " \n", "x" * 81])
def test_it_needs_a_name(ready, begin, name):
    with pytest.raises(InvalidTextError):
        begin(ready(10), name=name)


def test_what_is_not_there_is_not_found(store):
    with pytest.raises(NotFoundError):
        begin_pilot(store, 77, name="x", image_ids=range(10), blank_share=0.5, by="ren")
    for missing in (get_pilot, pilot_images):
        with pytest.raises(NotFoundError):
            missing(store, 77)


def test_a_lot_without_a_seed_is_kept_with_the_one_it_drew(store, ready, begin):
    assert get_pilot(store, begin(ready(10), seed=None).id).seed >= 0


def test_the_report_is_kept_at_the_end_with_what_is_missing(store, ready, begin, at_work):
    card = keep_card(store, STARTING_CARD, by="ren")
    pilot = begin(ready(10))
    first, second, *left = [place.image_id for place in pilot_images(store, pilot.id)]
    at_work(first, 60)
    at_work(second, 30)
    done = finish_pilot(store, pilot.id, by="ren", card=STARTING_CARD, idle_seconds=100)
    assert (done.state, done.rate_card_id) == (PilotState.FINISHED, card.id)
    assert done.ended_at is not None
    report = PilotReport.from_json(json.loads(json.dumps(done.report)))
    assert report.state is PilotState.FINISHED
    assert report.missing.unfinished == tuple(sorted(left))
    assert recent_events(store, 1)[0].action == "pilot.finished"
    at_work(left[0], 60)
    assert pilot_figures(store, pilot.id, card=STARTING_CARD, idle_seconds=10) == report


def test_at_the_end_only_its_own_photos_are_measured_however_many_wait_elsewhere(store, world, ready, begin, at_work):
    images = ready(12)
    pilot = begin(images[:10])
    for image in (images[0], images[11]):
        at_work(image.id, 60)
    finish_pilot(store, pilot.id, by="ren", card=STARTING_CARD)
    with store.database.read() as session:
        assert session.scalars(select(schema.Outcome.image_id)).all() == [images[0].id]


def test_what_is_over_is_neither_finished_nor_called_off_again(store, ready, begin):
    pilot = begin(ready(10))
    off = call_off_pilot(store, pilot.id, by="ren")
    assert (off.state, off.report) == (PilotState.CALLED_OFF, None)
    with pytest.raises(InvalidTransitionError):
        finish_pilot(store, pilot.id, by="ren", card=STARTING_CARD)
    with pytest.raises(InvalidTransitionError):
        call_off_pilot(store, pilot.id, by="ren")


def test_after_one_is_over_another_can_begin(store, ready, begin):
    images = ready(20)
    call_off_pilot(store, begin(images[:10]).id, by="ren")
    assert begin(images[10:]).id == list_pilots(store, project_ids=[FIRST_PROJECT])[0].id


def test_the_doctor_finds_nothing_amiss_where_drafts_were_taken_away_and_given_back(store, ready, begin, at_work):
    pilot = begin(ready(10))
    blank = [place.image_id for place in pilot_images(store, pilot.id) if place.arm is PilotArm.BLANK]
    at_work(blank[0], 60)
    assert list(examine(store, depth=Depth.DEEP)) == []
    finish_pilot(store, pilot.id, by="ren", card=STARTING_CARD)
    assert list(examine(store, depth=Depth.DEEP)) == []
