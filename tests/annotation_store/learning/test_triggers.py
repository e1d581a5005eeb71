from datetime import UTC, datetime

import pytest

from annotation_store.errors import InvalidTriggerError
from annotation_store.events import recent_events
from annotation_store.kinds import TriggerKind
from annotation_store.learning.triggers import change_trigger, get_trigger, list_triggers, note_fired, pause, resume

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_triggers_that_nobody_touched_are_paused_and_have_their_defaults(store):
    approvals, schedule, effort = list_triggers(store)
    assert [each.kind for each in (approvals, schedule, effort)] == list(TriggerKind)
    assert not any(each.active or each.fired_at for each in (approvals, schedule, effort))
    assert (approvals.approvals, approvals.schedule, approvals.rise) == (50, None, None)
    assert (schedule.schedule, schedule.time_zone) == ("0 2 * * *", "UTC")
    assert (effort.rise, effort.approvals) == (0.25, None)


def test_a_change_is_kept_and_told_with_what_was_before(store):
    changed = change_trigger(
        store, TriggerKind.SCHEDULE, schedule="30 1 * * 1-5", time_zone="Asia/Tokyo", active=True, by="ren"
    )
    assert (changed.schedule, changed.time_zone, changed.active) == ("30 1 * * 1-5", "Asia/Tokyo", True)
    assert changed.changed_by == "ren"
    assert get_trigger(store, TriggerKind.SCHEDULE) == changed
    assert list_triggers(store)[1] == changed
    (event,) = recent_events(store)
    assert (event.actor, event.action) == ("ren", "trigger.changed")
    assert event.data == {
        "kind": "schedule",
        "changes": {
            "schedule": ["0 2 * * *", "30 1 * * 1-5"],
            "time_zone": ["UTC", "Asia/Tokyo"],
            "active": [False, True],
        },
    }


def test_pausing_and_resuming_twice_is_as_once(store):
    first = resume(store, TriggerKind.EFFORT, by="ren")
    assert first.active
    assert resume(store, TriggerKind.EFFORT, by="keiko") == first
    paused = pause(store, TriggerKind.EFFORT, by="keiko")
    assert (paused.active, paused.rise, paused.changed_by) == (False, 0.25, "keiko")
    assert pause(store, TriggerKind.EFFORT, by="ren") == paused
    assert [event.actor for event in recent_events(store)] == ["keiko", "ren"]


def test_having_fired_is_noted_without_changing_what_people_chose(store):
    chosen = change_trigger(store, TriggerKind.APPROVALS, approvals=7, active=True, by="ren")
    fired = note_fired(store, TriggerKind.APPROVALS, at=NOON)
    assert fired.fired_at == NOON
    assert (fired.approvals, fired.active, fired.changed_by, fired.changed_at) == (7, True, "ren", chosen.changed_at)
    assert recent_events(store)[0].action == "trigger.fired"


@pytest.mark.parametrize(
    ("kind", "values", "reason"),
    [
        (TriggerKind.APPROVALS, {"approvals": 0}, "number from 1 to 100,000"),
        (TriggerKind.APPROVALS, {"approvals": 100_001}, "number from 1 to 100,000"),
        (TriggerKind.APPROVALS, {"rise": 0.5}, "approvals goes by approvals, not by rise"),
        (TriggerKind.SCHEDULE, {"schedule": "at night"}, "5 fields"),
        (TriggerKind.SCHEDULE, {"time_zone": "Tokyo"}, "no time zone “Tokyo”"),
        (TriggerKind.SCHEDULE, {"approvals": 5}, "goes by schedule and time_zone, not by approvals"),
        (TriggerKind.EFFORT, {"rise": 0.0}, "from 5% to 1000%"),
        (TriggerKind.EFFORT, {"rise": float("nan")}, "from 5% to 1000%"),
        (TriggerKind.EFFORT, {"rise": 11}, "from 5% to 1000%"),
    ],
)
def test_what_no_training_can_begin_by_is_refused_and_nothing_changes(store, kind, values, reason):
    with pytest.raises(InvalidTriggerError, match=reason):
        change_trigger(store, kind, by="ren", active=True, **values)
    assert not get_trigger(store, kind).active
    assert recent_events(store) == ()
