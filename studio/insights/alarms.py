"""Alarms about photos that look unlike those before, as far as somebody may see them."""

from math import exp

from annotation_store.errors import NotFoundError
from annotation_store.insights.drift import accept_alarm, list_alarms
from annotation_store.insights.figure_streams import Figure
from annotation_store.records import DriftAlarmRecord
from annotation_store.store import Store
from studio.sign_in.visitor import Visitor
from studio.visible_projects import visible_projects


def visible_alarms(
    store: Store, visitor: Visitor, *, project: int | None = None, open_only: bool = True
) -> tuple[DriftAlarmRecord, ...]:
    """Those of their projects, or of one of them, newest first."""
    mine = {each.id for each in visible_projects(store, visitor)}
    return list_alarms(store, project_ids=mine & {project} if project else mine, open_only=open_only)


def accept_as_normal(store: Store, visitor: Visitor, alarm_id: int) -> DriftAlarmRecord:
    """Raises NotFoundError for one of a project of others, as if it were not there."""
    mine = visible_alarms(store, visitor, open_only=False)
    if alarm_id not in {alarm.id for alarm in mine}:
        raise NotFoundError(f"There is no alarm number {alarm_id}: reload the list of alarms.")
    return accept_alarm(store, alarm_id, by=visitor.name)


def as_told(figure: str, value: float) -> float:
    """A figure as people know it: width by height instead of its logarithm, confidence in percent as everywhere."""
    if figure == Figure.ASPECT:
        return exp(value)
    return 100 * value if figure == Figure.CONFIDENCE else value
