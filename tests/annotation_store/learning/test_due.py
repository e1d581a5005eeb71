from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from annotation_store import schema
from annotation_store.kinds import ModelKind, RunCause, TriggerKind
from annotation_store.learning import training_runs
from annotation_store.learning.due import (
    LEAST_BEFORE,
    RECENT,
    Hindrance,
    NewApprovals,
    NextMoment,
    all_due,
    due,
    outlooks,
)
from annotation_store.learning.training_sets import freeze
from annotation_store.learning.triggers import change_trigger, note_fired
from annotation_store.reviews import reopen
from annotation_store.states import RunState

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def turn_on(store, monkeypatch):
    """``turn_on(kind, at=moment, ...)``: change a trigger and let it be active from then on."""

    def turn(kind, *, at=NOON - 2 * DAY, **values):
        monkeypatch.setattr("annotation_store.learning.triggers.utc_now", lambda: at)
        return change_trigger(store, kind, active=True, by="ren", **values)

    return turn


def freeze_at(store, moment):
    with store.database.write() as session:
        session.add(
            schema.TrainingSet(
                validation_share=0.25, train_count=1, validation_count=1, created_at=moment, created_by="ren"
            )
        )


def outlook(store, kind, now=NOON):
    return next(each for each in outlooks(store, now) if each.trigger.kind is kind)


def test_triggers_that_nobody_turned_on_tell_what_they_would_wait_for_and_never_fire(store, approve_at):
    approve_at(NOON - HOUR, *[0.1] * 60)
    approvals, schedule, effort = outlooks(store, NOON)
    assert {each.hindrance for each in (approvals, schedule, effort)} == {Hindrance.PAUSED}
    assert approvals.awaits == NewApprovals(60, 50)
    assert approvals.awaits.reached
    assert not approvals.is_due
    assert schedule.awaits == NextMoment(datetime(2026, 3, 5, 2, tzinfo=UTC), None)
    assert effort.awaits.limit == 0.25
    assert due(store, NOON) is None


def test_approvals_fire_when_enough_are_new(store, approve_at, turn_on):
    turn_on(TriggerKind.APPROVALS, approvals=3)
    (first, _) = approve_at(NOON - HOUR, 0.1, None)
    approve_at(NOON - HOUR, 0.1, copy_of=first)  # handed out as a test
    assert outlook(store, TriggerKind.APPROVALS).awaits == NewApprovals(2, 3)
    assert due(store, NOON) is None
    approve_at(NOON - HOUR, 0.1)
    assert due(store, NOON) is TriggerKind.APPROVALS
    assert outlook(store, TriggerKind.APPROVALS).is_due


def test_approvals_count_from_the_last_training_set_and_from_the_last_firing(store, approve_at, turn_on):
    turn_on(TriggerKind.APPROVALS, approvals=3)
    approve_at(NOON - 3 * HOUR, 0.1, 0.1, 0.1)
    freeze_at(store, NOON - 2 * HOUR)
    assert due(store, NOON) is None
    approve_at(NOON - HOUR, 0.1, 0.1, 0.1)
    assert due(store, NOON) is TriggerKind.APPROVALS
    note_fired(store, TriggerKind.APPROVALS, at=NOON)
    assert outlook(store, TriggerKind.APPROVALS, NOON + HOUR).awaits == NewApprovals(0, 3)


def test_an_image_that_was_opened_again_or_approved_twice_counts_for_what_it_is(world, store, turn_on, approve_at):
    turn_on(TriggerKind.APPROVALS, approvals=2)
    one, other = world.draft("a.png", "b.png")
    later = datetime.now(UTC) + HOUR
    for image in (one, other):
        world.approve(image.id)
    reopen(store, one.id, by="ren")
    world.approve(one.id)
    assert outlook(store, TriggerKind.APPROVALS, later).awaits.approved == 2
    reopen(store, one.id, by="ren")
    assert outlook(store, TriggerKind.APPROVALS, later).awaits.approved == 1


def test_a_schedule_fires_once_for_a_moment(store, approve_at, turn_on):
    turn_on(TriggerKind.SCHEDULE, schedule="0 11 * * *")
    approve_at(NOON - 3 * HOUR, 0.1, 0.1)
    eleven = NOON - HOUR
    assert due(store, eleven - timedelta(seconds=1)) is None
    assert due(store, eleven) is TriggerKind.SCHEDULE
    assert outlook(store, TriggerKind.SCHEDULE).awaits == NextMoment(eleven + DAY, eleven)
    note_fired(store, TriggerKind.SCHEDULE, at=NOON)
    assert due(store, NOON + HOUR) is None
    assert due(store, eleven + DAY) is TriggerKind.SCHEDULE


def test_what_a_schedule_missed_while_the_studio_was_off_is_made_up_for_once(store, approve_at, turn_on):
    turn_on(TriggerKind.SCHEDULE, schedule="0 11 * * *")
    approve_at(NOON - 3 * HOUR, 0.1, 0.1)
    after_holidays = NOON + 9 * DAY
    assert due(store, after_holidays) is TriggerKind.SCHEDULE
    note_fired(store, TriggerKind.SCHEDULE, at=after_holidays)
    assert due(store, after_holidays + timedelta(minutes=1)) is None


def test_a_schedule_makes_up_for_nothing_that_it_missed_while_it_was_paused(store, approve_at, turn_on):
    approve_at(NOON - 3 * DAY, 0.1, 0.1)
    turn_on(TriggerKind.SCHEDULE, schedule="0 11 * * *", at=NOON)
    assert due(store, NOON + HOUR) is None
    assert due(store, NOON + DAY) is TriggerKind.SCHEDULE


def test_a_schedule_with_nothing_new_to_learn_from_lets_its_moment_pass(store, approve_at, turn_on):
    turn_on(TriggerKind.SCHEDULE, schedule="0 11 * * *")
    approve_at(NOON - DAY, 0.1, 0.1)
    freeze_at(store, NOON - 5 * HOUR)
    assert due(store, NOON) is None
    approve_at(NOON, 0.1)
    assert due(store, NOON + HOUR) is None  # not at once, but when it comes up
    assert due(store, NOON + DAY) is TriggerKind.SCHEDULE


def test_a_schedule_fires_once_in_a_night_whose_hour_comes_twice(store, approve_at, turn_on):
    berlin = ZoneInfo("Europe/Berlin")
    approve_at(NOON, 0.1, 0.1)
    evening = datetime(2026, 10, 24, 20, tzinfo=berlin).astimezone(UTC)
    turn_on(TriggerKind.SCHEDULE, schedule="30 2 * * *", time_zone="Europe/Berlin", at=evening)
    fired = []
    for minute in range(0, 12 * 60, 15):
        now = evening + timedelta(minutes=minute)
        if due(store, now):
            fired.append(now)
            note_fired(store, TriggerKind.SCHEDULE, at=now)
    assert fired == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def efforts_over(approve_at, start, areas):
    """One image a minute."""
    for minute, area in enumerate(areas):
        approve_at(start + timedelta(minutes=minute), area)


def test_effort_says_how_many_images_are_missing(store, approve_at):
    efforts_over(approve_at, NOON - 3 * DAY, [0.1] * 5)
    awaits = outlook(store, TriggerKind.EFFORT).awaits
    assert (awaits.missing, awaits.change, awaits.reached) == (RECENT + LEAST_BEFORE - 5, None, False)


def test_effort_fires_when_it_rises_beyond_chance_and_again_only_for_another_rise(store, approve_at, turn_on):
    turn_on(TriggerKind.EFFORT, rise=0.25)
    usual, hard = [0.08, 0.1, 0.12, 0.1] * (LEAST_BEFORE // 4), [0.18, 0.2, 0.22, 0.2] * (RECENT // 4)
    efforts_over(approve_at, NOON - 3 * DAY, usual + usual)
    awaits = outlook(store, TriggerKind.EFFORT).awaits
    assert (awaits.missing, awaits.reached) == (0, False)
    assert awaits.change.relative == pytest.approx(0)
    efforts_over(approve_at, NOON - 2 * DAY, hard)
    change = outlook(store, TriggerKind.EFFORT).awaits.change
    assert (change.before, change.after) == (pytest.approx(0.1), pytest.approx(0.2))
    assert change.relative == pytest.approx(1)
    assert due(store, NOON) is TriggerKind.EFFORT
    note_fired(store, TriggerKind.EFFORT, at=NOON)
    efforts_over(approve_at, NOON + HOUR, hard + hard)
    assert due(store, NOON + DAY) is None  # so it is from now on


@pytest.mark.parametrize(
    ("rise", "recent"),
    [
        (1.5, [0.2] * RECENT),  # beyond chance, below the limit
        (0.25, [0.0] * (RECENT - 1) + [4.0]),  # above the limit, by one image alone
        (0.25, [0.05] * RECENT),  # less
    ],
)
def test_effort_does_not_fire_below_its_limit_or_by_chance(store, approve_at, turn_on, rise, recent):
    turn_on(TriggerKind.EFFORT, rise=rise)
    efforts_over(approve_at, NOON - 3 * DAY, [0.08, 0.12] * LEAST_BEFORE + recent)
    assert outlook(store, TriggerKind.EFFORT).awaits.change is not None
    assert due(store, NOON) is None


def test_a_rise_that_came_before_the_last_training_waits_for_what_that_brings(store, approve_at, turn_on):
    turn_on(TriggerKind.EFFORT)
    efforts_over(approve_at, NOON - 3 * DAY, [0.1] * LEAST_BEFORE + [0.2] * RECENT)
    freeze_at(store, NOON - 2 * DAY)
    assert due(store, NOON) is None
    assert outlook(store, TriggerKind.EFFORT).awaits.missing == RECENT
    efforts_over(approve_at, NOON - DAY, [0.3] * 5)
    assert outlook(store, TriggerKind.EFFORT).awaits.missing == RECENT - 5
    efforts_over(approve_at, NOON - HOUR, [0.3] * (RECENT - 5))
    assert due(store, NOON) is TriggerKind.EFFORT


def test_nothing_fires_while_a_training_is_unfinished_or_too_little_is_approved(store, approve_at, turn_on):
    turn_on(TriggerKind.APPROVALS, approvals=1)
    approve_at(NOON - HOUR, 0.1)
    assert outlook(store, TriggerKind.APPROVALS).awaits.reached
    assert outlook(store, TriggerKind.APPROVALS).hindrance is Hindrance.TOO_LITTLE
    assert due(store, NOON) is None
    approve_at(NOON - HOUR, 0.1)
    assert due(store, NOON) is TriggerKind.APPROVALS
    run = training_runs.request(store, by="keiko", kind=ModelKind.DRAFTER)
    assert outlook(store, TriggerKind.APPROVALS).hindrance is Hindrance.IN_TRAINING
    assert due(store, NOON) is None
    training_runs.request_cancel(store, run.id, by="keiko")
    assert due(store, NOON) is TriggerKind.APPROVALS


def test_a_training_that_was_asked_for_counts_as_fired_even_if_nobody_noted_it(store, approve_at, turn_on):
    turn_on(TriggerKind.APPROVALS, approvals=2)
    approve_at(datetime.now(UTC) - HOUR, 0.1, 0.1)
    later = datetime.now(UTC) + HOUR
    assert due(store, later) is TriggerKind.APPROVALS
    run = training_runs.request(store, by="approvals", cause=RunCause.APPROVALS)
    training_runs.start(store, run.id, 1)
    training_runs.finish(store, run.id, RunState.FAILED, verdict="out of memory")
    assert due(store, later) is None


def test_several_triggers_may_be_due_at_once(store, approve_at, turn_on):
    turn_on(TriggerKind.APPROVALS, approvals=2)
    turn_on(TriggerKind.SCHEDULE, schedule="0 11 * * *")
    approve_at(NOON - 3 * HOUR, 0.1, 0.1)
    assert all_due(store, NOON) == (TriggerKind.APPROVALS, TriggerKind.SCHEDULE)
    assert due(store, NOON) is TriggerKind.APPROVALS
    freeze(store, by="training")
    assert all_due(store, datetime.now(UTC) + DAY) == ()
