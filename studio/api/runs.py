"""Training runs: their logs as downloads."""

from typing import Annotated

from fastapi import APIRouter, Path

from annotation_store.learning import run_logs, training_runs
from annotation_store.people.roles import Ability
from studio.api.authorisation import needs
from studio.api.dependencies import LARGEST_ID, StudioDep
from studio.api.downloads import attachment
from studio.api.media import Text

router = APIRouter(tags=["runs"])

RunId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/runs/{run_id}/log", response_class=Text)
@needs(Ability.LEAD)
def read_log(run_id: RunId, studio: StudioDep) -> Text:
    """All that the run has written so far: UTF-8 text. While another computer is at work on it, it says which one."""
    written = run_logs.read_log(studio.store, training_runs.get_run(studio.store, run_id))
    unkept = {"Cache-Control": "no-store"}  # a training that goes on writes on
    return Text(written, headers={**unkept, **attachment(f"training-{run_id:04d}.log")})
