"""Training runs: their logs as downloads."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import FileResponse

from annotation_store.errors import NotFoundError
from annotation_store.learning import training_runs
from annotation_store.people.roles import Ability
from studio.api.authorisation import needs
from studio.api.dependencies import LARGEST_ID, StudioDep
from studio.api.media import Text

router = APIRouter(tags=["runs"])

RunId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/runs/{run_id}/log", response_class=Text)
@needs(Ability.LEAD)
def read_log(run_id: RunId, studio: StudioDep) -> FileResponse:
    """All that the run has written so far: UTF-8 text."""
    path = studio.store.folder / training_runs.get_run(studio.store, run_id).log_path
    if not path.is_file():
        raise NotFoundError(f"Training run number {run_id} has written nothing yet: wait until it has begun.")
    headers = {"Cache-Control": "no-store"}  # a training that goes on writes on
    name = f"training-{run_id:04d}.log"
    return FileResponse(path, filename=name, media_type="text/plain; charset=utf-8", headers=headers)
