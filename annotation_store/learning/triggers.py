"""The triggers: when trainings begin by themselves. Whether one of them is due: `due.py`.

There is one of each kind. As long as nobody has changed it, it is paused and has the default below.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import InvalidTriggerError
from annotation_store.events import record_event
from annotation_store.kinds import TriggerKind
from annotation_store.learning.model_registry import PROGRAM
from annotation_store.learning.schedules import check_schedule, check_time_zone
from annotation_store.records import TriggerRecord
from annotation_store.store import Store

DEFAULTS: Mapping[TriggerKind, Mapping[str, Any]] = {
    TriggerKind.APPROVALS: {"approvals": 50},
    TriggerKind.SCHEDULE: {"schedule": "0 2 * * *", "time_zone": "UTC"},
    TriggerKind.EFFORT: {"rise": 0.25},
}
MOST_APPROVALS = 100_000
LEAST_RISE, MOST_RISE = 0.05, 10.0


def list_triggers(store: Store) -> tuple[TriggerRecord, ...]:
    """All of them, in the order of `TriggerKind`."""
    with store.database.read() as session:
        return tuple(TriggerRecord.of(session.get(schema.Trigger, kind) or _untouched(kind)) for kind in TriggerKind)


def get_trigger(store: Store, kind: TriggerKind) -> TriggerRecord:
    """As it stands."""
    with store.database.read() as session:
        return TriggerRecord.of(session.get(schema.Trigger, kind) or _untouched(kind))


def change_trigger(
    store: Store,
    kind: TriggerKind,
    *,
    by: str,
    active: bool | None = None,
    approvals: int | None = None,
    schedule: str | None = None,
    time_zone: str | None = None,
    rise: float | None = None,
) -> TriggerRecord:
    """Change what is given, and leave the rest. The audit trail tells what became different.

    approvals: newly approved mattes, 1 to 100,000. schedule: a cron expression of five fields. time_zone: its name.
    rise: of the effort above its running mean, as a share from 0.05 to 10. Raises InvalidTriggerError, also for what
    another kind of trigger goes by.
    """
    given = {"approvals": approvals, "schedule": schedule, "time_zone": time_zone, "rise": rise}
    values = {name: _checked(kind, name, value) for name, value in given.items() if value is not None}
    if active is not None:
        values["active"] = active
    with store.database.write() as session:
        row = _row(session, kind)
        changes = {name: [getattr(row, name), value] for name, value in values.items() if getattr(row, name) != value}
        if changes:
            for name, (_, value) in changes.items():
                setattr(row, name, value)
            row.changed_by, row.changed_at = by, utc_now()
            data = {"kind": kind.value, "changes": changes}
            record_event(session, actor=by, action="trigger.changed", data=data)
        session.flush()
        return TriggerRecord.of(row)


def pause(store: Store, kind: TriggerKind, *, by: str) -> TriggerRecord:
    """Let it begin nothing until it is resumed. Twice is as once."""
    return change_trigger(store, kind, by=by, active=False)


def resume(store: Store, kind: TriggerKind, *, by: str) -> TriggerRecord:
    """Let it begin trainings. What a schedule missed while it was paused stays missed. Twice is as once."""
    return change_trigger(store, kind, by=by, active=True)


def note_fired(store: Store, kind: TriggerKind, *, at: datetime, by: str = PROGRAM) -> TriggerRecord:
    """Note that it had its reason at `at` (aware), and that this was answered: it now waits for another one."""
    with store.database.write() as session:
        row = _row(session, kind)
        row.fired_at = at
        record_event(session, actor=by, action="trigger.fired", data={"kind": kind.value})
        session.flush()
        return TriggerRecord.of(row)


def _checked(kind: TriggerKind, name: str, value: Any) -> Any:
    if name not in DEFAULTS[kind]:
        raise InvalidTriggerError(f"The trigger {kind} goes by {' and '.join(DEFAULTS[kind])}, not by {name}.")
    if name == "schedule":
        return check_schedule(value)
    if name == "time_zone":
        return check_time_zone(value)
    if name == "approvals" and not 1 <= value <= MOST_APPROVALS:
        raise InvalidTriggerError(
            f"A training every {value} newly approved mattes is not possible: choose a number from 1 to "
            f"{MOST_APPROVALS:,}."
        )
    if name == "rise" and not LEAST_RISE <= value <= MOST_RISE:
        raise InvalidTriggerError(
            f"A rise of {value:.0%} cannot be told from chance, or never comes: choose one from {LEAST_RISE:.0%} to "
            f"{MOST_RISE:.0%}."
        )
    return value


def _row(session: Session, kind: TriggerKind) -> schema.Trigger:
    if (row := session.get(schema.Trigger, kind)) is None:
        row = _untouched(kind)
        session.add(row)
        session.flush()
    return row


def _untouched(kind: TriggerKind) -> schema.Trigger:
    return schema.Trigger(kind=kind, active=False, changed_by=PROGRAM, changed_at=utc_now(), **DEFAULTS[kind])
