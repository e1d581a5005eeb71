"""Models and trainings."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.keeping.finding import Finding, damage, notice
from annotation_store.states import ModelState, in_words
from annotation_store.training_runs import UNFINISHED


def live_models(session: Session) -> Iterator[Finding]:
    """One model draws the drafts, not several."""
    query = select(schema.ModelVersion.name).filter_by(state=ModelState.LIVE).order_by(schema.ModelVersion.id)
    names = list(session.scalars(query))
    if len(names) > 1:
        yield damage(
            "live-models",
            f"{len(names)} models are live at once ({', '.join(names)}): make one of them live (`models --use NAME`).",
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
