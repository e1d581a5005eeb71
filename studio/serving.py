"""What a lead decides about what serves a project, by the page Learn or over the wire."""

from annotation_store.errors import InvalidTransitionError
from annotation_store.learning import standings
from annotation_store.records import ModelRecord
from annotation_store.states import ModelState, StandingState
from annotation_store.store import Store
from matting_core.errors import MattingError


class NotServingError(MattingError):
    """Something was to be taken back that does not serve, or does not any more."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} does not serve this project, so there is nothing to go back from: reload the page.")


def let_serve(store: Store, version: ModelRecord, project_id: int, *, by: str) -> None:
    """Let a version serve a project; what is said of it there stays. Raises InvalidTransitionError if it was refused
    there, or rejected altogether, NotFoundError, and WeightsError or DamagedBlobError for weights that must not
    serve."""
    if version.state is ModelState.REJECTED:
        raise InvalidTransitionError(f"{version.name} was rejected, so it cannot serve: choose another version.")
    check_file(store, version)
    said = standing_text(store, version, project_id)
    standings.place(store, version.id, project_id, StandingState.LIVE, by=by, verdict=said)


def roll_back(store: Store, version: ModelRecord, project_id: int, *, by: str) -> ModelRecord | None:
    """Go back from `version` to what served before; None if that is the automatic drafter.

    It names what it goes back from, so that two people who do it go back once. Raises NotServingError, NotFoundError.
    """
    states = {each.state for each in standings.list_standings(store, model_id=version.id, project_id=project_id)}
    if StandingState.LIVE not in states:
        raise NotServingError(version.name)
    return standings.roll_back(store, project_id, version.kind, by=by)


def check_file(store: Store, version: ModelRecord) -> None:
    """A version whose weights are damaged must not serve. Raises WeightsError or DamagedBlobError."""
    from training.models import check_loads  # late, as in studio/live_model.py

    check_loads(store, version)


def standing_text(store: Store, version: ModelRecord, project_id: int) -> str:
    """What was said about the version in the project so far: it stays true, whoever decides."""
    found = standings.list_standings(store, model_id=version.id, project_id=project_id)
    return found[0].verdict if found else ""
