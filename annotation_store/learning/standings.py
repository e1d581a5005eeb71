"""Standings: every model version has one in each project that it was tried for.

At most one version of a kind is live in a project, and one more is its canary.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import NotFoundError
from annotation_store.events import record_event
from annotation_store.kinds import ModelKind
from annotation_store.learning.what_serves import holder, latest_live
from annotation_store.projects import find_project
from annotation_store.records import ModelRecord, StandingRecord
from annotation_store.rows import find_model
from annotation_store.states import ModelState, StandingState, check_transition
from annotation_store.store import Store


def list_standings(
    store: Store, *, model_id: int | None = None, project_id: int | None = None
) -> tuple[StandingRecord, ...]:
    """The standings of a version or in a project, or all of them; the newest change first."""
    query = select(schema.Standing).order_by(schema.Standing.changed_at.desc(), schema.Standing.model_version_id.desc())
    if model_id is not None:
        query = query.filter_by(model_version_id=model_id)
    if project_id is not None:
        query = query.filter_by(project_id=project_id)
    with store.database.read() as session:
        return tuple(StandingRecord.of(row) for row in session.scalars(query))


def go_live(
    store: Store,
    model_id: int,
    *,
    by: str,
    verdict: str,
    project_ids: Collection[int] | None = None,
    figures: Mapping[str, Any] | None = None,
) -> ModelRecord:
    """Let a version serve projects; what served them retires in the same transaction.

    If no projects are named, these are all that have not refused it. Its file must have been loaded before: here nobody
    looks into it. Projects that it serves already are passed over. Raises InvalidTransitionError if a project that is
    named has refused it, or all that it was tried for have; nothing changes then.
    """
    with store.database.write() as session:
        model = find_model(session, model_id)
        if project_ids is None and model.state is ModelState.REJECTED:
            check_transition(model.state, ModelState.LIVE)
        for project_id in _open_projects(session, model) if project_ids is None else sorted(set(project_ids)):
            if not _stands(session, model, project_id, StandingState.LIVE):
                _put_live(session, model, project_id, verdict=verdict, by=by, figures=figures)
        model.verdict = verdict
        session.flush()
        return ModelRecord.of(model)


def place(
    store: Store,
    model_id: int,
    project_id: int,
    state: StandingState,
    *,
    by: str,
    verdict: str,
    figures: Mapping[str, Any] | None = None,
    canary_share: float | None = None,
) -> StandingRecord:
    """Give a version a standing in a project; the one that it has already only gets other reasons.

    canary_share: only of a canary, None for what the project's settings say. A canary takes the place of an older one,
    which is refused by that. Raises InvalidTransitionError, and ValueError for a retirement: a version retires when
    another goes live.
    """
    if state is StandingState.RETIRED:
        raise ValueError("a version retires by go_live, roll_back or draft_automatically")
    with store.database.write() as session:
        model = find_model(session, model_id)
        if state is StandingState.LIVE and not _stands(session, model, project_id, state):
            row = _put_live(session, model, project_id, verdict=verdict, by=by, figures=figures)
        else:
            if state is StandingState.CANARY:
                _end_canary(session, model, project_id, by=by)
                if canary_share is None:
                    canary_share = find_project(session, project_id).canary_share
            row = _put(session, model, project_id, state, verdict=verdict, by=by, figures=figures)
            row.canary_share = canary_share if state is StandingState.CANARY else None
        session.flush()
        return StandingRecord.of(row)


def roll_back(store: Store, project_id: int, kind: ModelKind, *, by: str) -> ModelRecord | None:
    """Let serve again what served a project before; doing it twice changes nothing.

    Returns what serves now: None where that is the automatic drafter. Raises NotFoundError where nothing served before.
    """
    with store.database.write() as session:
        before = _served_before(session, project_id, kind)
        if before is None:
            if kind is ModelKind.DRAFTER and _retire_live(session, project_id, kind, by=by):
                return None
            raise NotFoundError("No other model has been live before, so there is none to go back to.")
        model = find_model(session, before.model_version_id)
        _put_live(session, model, project_id, verdict=before.verdict, by=by, action="model.rolled_back")
        session.flush()
        return ModelRecord.of(model)


def draft_automatically(store: Store, project_id: int, *, by: str) -> None:
    """Let the automatic drafter draft a project again. Twice is as once."""
    with store.database.write() as session:
        _retire_live(session, project_id, ModelKind.DRAFTER, by=by)


def serve_first(session: Session, model: schema.ModelVersion, *, by: str) -> None:
    """Let a version serve every project while none of its kind serves anywhere; for this floor only."""
    if latest_live(session) is None:
        for project_id in _all_projects(session):
            _put_live(session, model, project_id, verdict="", by=by)


def refuse_everywhere(session: Session, model: schema.ModelVersion, *, verdict: str, by: str) -> None:
    """Rule a candidate out in every project; for this floor only. Raises InvalidTransitionError if it served one."""
    for project_id in _open_projects(session, model):
        _put(session, model, project_id, StandingState.REFUSED, verdict=verdict, by=by)


def _put_live(
    session: Session,
    model: schema.ModelVersion,
    project_id: int,
    *,
    verdict: str,
    by: str,
    figures: Mapping[str, Any] | None = None,
    action: str = "model.promoted",
) -> schema.Standing:
    older = holder(session, project_id, model.kind, StandingState.LIVE)
    _retire_live(session, project_id, model.kind, by=by)
    row = _put(session, model, project_id, StandingState.LIVE, verdict=verdict, by=by, figures=figures, action=action)
    row.activated_at = model.activated_at = row.changed_at
    if older is not None:
        older.changed_at = row.changed_at  # by which `_served_before` knows it again
    session.flush()
    return row


def _end_canary(session: Session, successor: schema.ModelVersion, project_id: int, *, by: str) -> None:
    older = holder(session, project_id, successor.kind, StandingState.CANARY)
    if older is not None and older.model_version_id != successor.id:
        model = find_model(session, older.model_version_id)
        _put(session, model, project_id, StandingState.REFUSED, verdict=f"{successor.name} took its place.", by=by)


def _retire_live(session: Session, project_id: int, kind: ModelKind, *, by: str) -> bool:
    """Whether there was anything to retire."""
    if (row := holder(session, project_id, kind, StandingState.LIVE)) is None:
        return False
    model = find_model(session, row.model_version_id)
    _put(session, model, project_id, StandingState.RETIRED, verdict=row.verdict, by=by)
    session.flush()  # the index that allows one live version is checked row by row
    return True


_ACTIONS = {
    StandingState.PASSED: "model.passed",
    StandingState.CANARY: "model.tried",
    StandingState.LIVE: "model.promoted",
    StandingState.RETIRED: "model.retired",
    StandingState.REFUSED: "model.rejected",
}


def _put(
    session: Session,
    model: schema.ModelVersion,
    project_id: int,
    state: StandingState,
    *,
    verdict: str,
    by: str,
    figures: Mapping[str, Any] | None = None,
    action: str | None = None,
) -> schema.Standing:
    """Enter or move a standing, and bring the version's own state into line."""
    row = _standing(session, model, project_id)
    before = None if row is None else row.state
    if row is None:
        find_project(session, project_id)
        row = schema.Standing(
            model_version_id=model.id, project_id=project_id, kind=model.kind, state=state, figures={}
        )
        session.add(row)
    elif row.state is not state:
        row.state = check_transition(row.state, state)
    row.verdict, row.changed_by, row.changed_at, row.canary_share = verdict, by, utc_now(), None
    if figures is not None:
        row.figures = dict(figures)
    session.flush()
    model.state = _summary(session, model)
    if before is not state:
        data = {"model_id": model.id, "name": model.name, "project_id": project_id, "verdict": verdict}
        record_event(session, actor=by, action=action or _ACTIONS[state], data=data)
    return row


def _summary(session: Session, model: schema.ModelVersion) -> ModelState:
    """What the standings of a version add up to."""
    states = set(session.scalars(select(schema.Standing.state).filter_by(model_version_id=model.id)))
    if StandingState.LIVE in states:
        return ModelState.LIVE
    if StandingState.RETIRED in states:
        return ModelState.RETIRED
    return ModelState.REJECTED if states == {StandingState.REFUSED} else ModelState.CANDIDATE


def _served_before(session: Session, project_id: int, kind: ModelKind) -> schema.Standing | None:
    """What retired last; None if that was nothing, or if the automatic drafter served between it and what is live."""
    latest = (
        select(schema.Standing)
        .filter_by(project_id=project_id, kind=kind, state=StandingState.RETIRED)
        .order_by(schema.Standing.changed_at.desc(), schema.Standing.model_version_id.desc())
    )
    before = session.scalar(latest.limit(1))
    live = holder(session, project_id, kind, StandingState.LIVE)
    if kind is ModelKind.DRAFTER and before is not None and live is not None and live.activated_at is not None:
        return before if before.changed_at >= live.activated_at else None
    return before


def _standing(session: Session, model: schema.ModelVersion, project_id: int) -> schema.Standing | None:
    return session.get(schema.Standing, (model.id, project_id))


def _stands(session: Session, model: schema.ModelVersion, project_id: int, state: StandingState) -> bool:
    row = _standing(session, model, project_id)
    return row is not None and row.state is state


def _open_projects(session: Session, model: schema.ModelVersion) -> list[int]:
    """Those that have not refused a version."""
    return [each for each in _all_projects(session) if not _stands(session, model, each, StandingState.REFUSED)]


def _all_projects(session: Session) -> list[int]:
    return list(session.scalars(select(schema.Project.id).order_by(schema.Project.id)))
