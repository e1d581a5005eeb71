"""Models and trainings."""

from collections.abc import Iterator
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.keeping.finding import Finding, damage, notice
from annotation_store.learning.training_runs import UNFINISHED
from annotation_store.states import StandingState, in_words


def live_models(session: Session) -> Iterator[Finding]:
    """One model draws the drafts of a project, not several."""
    query = (
        select(schema.Project.name, schema.ModelVersion.name, schema.Standing.kind)
        .join_from(schema.Standing, schema.Project, schema.Project.id == schema.Standing.project_id)
        .join(schema.ModelVersion, schema.ModelVersion.id == schema.Standing.model_version_id)
        .where(schema.Standing.state == StandingState.LIVE)
        .order_by(schema.Standing.project_id, schema.Standing.kind, schema.ModelVersion.id)
    )
    for (project, kind), rows in groupby(session.execute(query), key=lambda row: (row[0], row[2])):
        names = [row[1] for row in rows]
        if len(names) > 1:
            yield damage(
                "live-models",
                f"{len(names)} versions ({in_words(kind)}) are live at once in “{project}” ({', '.join(names)}): make "
                "one of them live (`models --use NAME`).",
            )


def unfinished_trainings(session: Session) -> Iterator[Finding]:
    """Trainings that wait or run; perhaps nobody works on them any more."""
    query = select(schema.TrainingRun.id, schema.TrainingRun.state).where(schema.TrainingRun.state.in_(UNFINISHED))
    for number, state in session.execute(query.order_by(schema.TrainingRun.id)):
        yield notice(
            "trainings",
            f"Training number {number} is {in_words(state)}: if its process is gone, the next start of the studio "
            "says so.",
        )
