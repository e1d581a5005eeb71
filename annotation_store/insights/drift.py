"""Drift: photos come in that are unlike those before, so that what models have learnt may not hold for them.

Each project's latest photos are compared with those before them, figure by figure; unlikeness.py says when that counts.
An alarm stays open until photos look again as they did before it, or until somebody accepts them as the new normal:
then only what comes in after that is a measure for what follows.

Confidence is that of drafts. A new model version begins anew with it, and ends an alarm about an older one; a new
drafter does not, and its drafts may raise an alarm of their own.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import NotFoundError
from annotation_store.events import record_event
from annotation_store.insights.figure_streams import Figure, stream_of
from annotation_store.insights.unlikeness import (
    LATELY,
    LEAST_BEFORE,
    MOST_BEFORE,
    STEP,
    Unlikeness,
    level_of_look,
    number_of_looks,
    unlikeness,
)
from annotation_store.learning.model_registry import PROGRAM
from annotation_store.records import DriftAlarmRecord
from annotation_store.store import Store


def look_for_drift(store: Store) -> tuple[DriftAlarmRecord, ...]:
    """Look at every project that is not archived; gives the alarms that this raised.

    Alarms that are over end by it. Only photos with statistics are seen: measure them first (photo_statistics.py). As
    a look goes up to the last STEP of them, looking twice at the same photos comes to the same.
    """
    with store.database.read() as session:
        project_ids = session.scalars(_large_enough()).all()
    looks = [_look(store, project_id, figure) for project_id in project_ids for figure in Figure]
    return tuple(alarm for alarm in looks if alarm is not None)


def list_alarms(
    store: Store, *, project_ids: Collection[int] | None = None, open_only: bool = True
) -> tuple[DriftAlarmRecord, ...]:
    """The alarms of these projects (None: of all), newest first; those that are over only if asked for."""
    query = select(schema.DriftAlarm).order_by(schema.DriftAlarm.id.desc())
    if project_ids is not None:
        query = query.where(schema.DriftAlarm.project_id.in_(project_ids))
    if open_only:
        query = query.where(schema.DriftAlarm.ended_at.is_(None))
    with store.database.read() as session:
        return tuple(DriftAlarmRecord.of(row) for row in session.scalars(query))


def accept_alarm(store: Store, alarm_id: int, *, by: str) -> DriftAlarmRecord:
    """Say that photos are to be as they are now: what came before is no measure for this figure any more.

    An alarm that is over stays as it ended. Raises NotFoundError.
    """
    with store.database.write() as session:
        alarm = session.get(schema.DriftAlarm, alarm_id)
        if alarm is None:
            raise NotFoundError(f"There is no alarm number {alarm_id}: reload the list of alarms.")
        if alarm.ended_at is None:
            _end(session, alarm, by=by)
            _tell(session, alarm, "drift.accepted", by=by)
        return DriftAlarmRecord.of(alarm)


def _look(store: Store, project_id: int, figure: Figure) -> DriftAlarmRecord | None:
    with store.database.read() as session:
        alarm = session.scalar(_open_alarm(project_id, figure))
        stream = stream_of(session, project_id, figure)
        if (accepted_at := session.scalar(_accepted_at(project_id, figure))) is not None:
            stream = stream.after(accepted_at)
        count = stream.count(session)
        lately = stream.newest(session, LATELY, but=count % STEP)
        # an open alarm is judged by what was there before it, for what raised it is soon among what came before
        earlier = stream if alarm is None else stream.until(alarm.noticed_at)
        skipped = count if alarm is None else earlier.count(session)
        before = earlier.newest(session, MOST_BEFORE, but=skipped % STEP + LATELY)
    comparison = unlikeness(before, lately) if len(before) >= LEAST_BEFORE else None
    if alarm is not None:
        if comparison is None or comparison.is_over:  # none: its drafts were another model's
            _end_by_itself(store, alarm.id)
        return None
    if comparison is None:
        return None
    level = level_of_look(number_of_looks(count), figures=len(Figure))
    return _raise(store, project_id, figure, comparison) if comparison.is_beyond(level) else None


def _raise(store: Store, project_id: int, figure: Figure, comparison: Unlikeness) -> DriftAlarmRecord | None:
    with store.database.write() as session:
        if session.scalar(_open_alarm(project_id, figure)) is not None:  # another process was faster
            return None
        alarm = schema.DriftAlarm(
            project_id=project_id,
            figure=figure.value,
            before=comparison.before,
            lately=comparison.lately,
            distance=comparison.distance,
            p_value=comparison.p_value,
        )
        session.add(alarm)
        session.flush()
        _tell(session, alarm, "drift.noticed", by=PROGRAM)
        return DriftAlarmRecord.of(alarm)


def _end_by_itself(store: Store, alarm_id: int) -> None:
    with store.database.write() as session:
        alarm = session.get_one(schema.DriftAlarm, alarm_id)
        if alarm.ended_at is None:  # nobody has accepted it this very moment
            _end(session, alarm, by=PROGRAM)
            _tell(session, alarm, "drift.ended", by=PROGRAM)


def _end(session: Session, alarm: schema.DriftAlarm, *, by: str) -> None:
    alarm.ended_at, alarm.ended_by = utc_now(), by
    session.flush()


def _tell(session: Session, alarm: schema.DriftAlarm, action: str, *, by: str) -> None:
    data = {name: getattr(alarm, name) for name in ("project_id", "figure", "before", "lately", "distance")}
    record_event(session, actor=by, action=action, data={"alarm_id": alarm.id, **data})


def _large_enough() -> Select[int]:
    """Projects in which there is something to compare."""
    image, project = schema.Image, schema.Project
    return (
        select(image.project_id)
        .join(schema.PhotoStatistics, schema.PhotoStatistics.image_id == image.id)
        .join(project, project.id == image.project_id)
        .where(project.archived_at.is_(None))
        .group_by(image.project_id)
        .having(func.count() >= LEAST_BEFORE + LATELY)
        .order_by(image.project_id)
    )


def _open_alarm(project_id: int, figure: Figure) -> Select[schema.DriftAlarm]:
    alarm = schema.DriftAlarm
    return select(alarm).where(alarm.project_id == project_id, alarm.figure == figure.value, alarm.ended_at.is_(None))


def _accepted_at(project_id: int, figure: Figure) -> Select[datetime | None]:
    alarm = schema.DriftAlarm
    return select(func.max(alarm.ended_at)).where(
        alarm.project_id == project_id, alarm.figure == figure.value, alarm.ended_by != PROGRAM
    )
