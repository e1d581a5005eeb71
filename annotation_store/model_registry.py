"""The models: shipped ones and trained candidates, of which exactly one is live and draws the drafts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import NotFoundError
from annotation_store.events import record_event
from annotation_store.records import ModelRecord
from annotation_store.rows import find_model, find_run
from annotation_store.states import ModelState, check_transition
from annotation_store.store import Store

PROGRAM = "matteloop"  # the actor in the audit trail where no person acts


def live_model(store: Store) -> ModelRecord:
    """The model that draws the drafts. Raises NotFoundError before any was registered."""
    with store.database.read() as session:
        if (row := _live(session)) is None:
            raise NotFoundError("No model is live yet: start the studio once, it brings its own model.")
        return ModelRecord.of(row)


def get_model(store: Store, model_id: int) -> ModelRecord:
    """The model version, or NotFoundError."""
    with store.database.read() as session:
        return ModelRecord.of(find_model(session, model_id))


def list_models(store: Store) -> tuple[ModelRecord, ...]:
    """All model versions, newest first."""
    with store.database.read() as session:
        rows = session.scalars(select(schema.ModelVersion).order_by(schema.ModelVersion.id.desc()))
        return tuple(ModelRecord.of(row) for row in rows)


def weights_of(store: Store, model: ModelRecord) -> bytes | None:
    """The weights (safetensors) of a trained model; None if they ship with the program or there are none."""
    return None if model.weights_blob is None else store.blobs.get(model.weights_blob)


def register_shipped(
    store: Store, *, name: str, architecture: str, shipped_weights: str | None, licence: str
) -> ModelRecord:
    """Enter a model that comes with the program, once; it goes live if no other is.

    shipped_weights: the name of its file in the package; None for a classical method.
    """
    with store.database.write() as session:
        model = session.scalar(select(schema.ModelVersion).filter_by(name=name))
        if model is None:
            model = schema.ModelVersion(
                name=name,
                architecture=architecture,
                shipped_weights=shipped_weights,
                state=ModelState.CANDIDATE,
                metrics={},
                licence=licence,
            )
            _enter(session, model, by=PROGRAM)
            if _live(session) is None:
                _go_live(session, model)
        return ModelRecord.of(model)


def register_candidate(
    store: Store,
    *,
    architecture: str,
    weights: bytes,
    parent_id: int | None,
    run_id: int | None,
    metrics: Mapping[str, Any],
    licence: str,
    code_version: str,
) -> ModelRecord:
    """Enter a trained model under the next name, ``ARCHITECTURE-0001`` and up; it does not go live by this.

    weights: the bytes of a safetensors file. metrics: anything that JSON can hold.
    """
    blob = store.blobs.put(weights)
    with store.database.write() as session:
        if parent_id is not None:
            find_model(session, parent_id)
        if run_id is not None:
            find_run(session, run_id)
        model = schema.ModelVersion(
            name=_next_name(session, architecture),
            architecture=architecture,
            weights_blob=blob,
            parent_id=parent_id,
            training_run_id=run_id,
            state=ModelState.CANDIDATE,
            metrics=dict(metrics),
            code_version=code_version,
            licence=licence,
        )
        _enter(session, model, by=PROGRAM)
        return ModelRecord.of(model)


def promote(store: Store, model_id: int, *, verdict: str, by: str) -> ModelRecord:
    """Let a candidate or a retired model go live; the one that was live retires in the same transaction."""
    with store.database.write() as session:
        model = find_model(session, model_id)
        check_transition(model.state, ModelState.LIVE)
        _go_live(session, model)
        model.verdict = verdict
        _tell(session, model, "model.promoted", by=by, verdict=verdict)
        return ModelRecord.of(model)


def reject(store: Store, model_id: int, *, verdict: str, by: str) -> ModelRecord:
    """Rule a candidate out, with the reason."""
    with store.database.write() as session:
        model = find_model(session, model_id)
        model.state = check_transition(model.state, ModelState.REJECTED)
        model.verdict = verdict
        _tell(session, model, "model.rejected", by=by, verdict=verdict)
        return ModelRecord.of(model)


def roll_back(store: Store, *, by: str) -> ModelRecord:
    """Let the model go live again that was live before the present one; doing it twice changes nothing."""
    retired = (
        select(schema.ModelVersion)
        .filter_by(state=ModelState.RETIRED)
        .order_by(schema.ModelVersion.activated_at.desc().nulls_last(), schema.ModelVersion.id.desc())
    )
    with store.database.write() as session:
        if (model := session.scalar(retired.limit(1))) is None:
            raise NotFoundError("No other model has been live before, so there is none to go back to.")
        _go_live(session, model)
        _tell(session, model, "model.rolled_back", by=by)
        return ModelRecord.of(model)


def _live(session: Session) -> schema.ModelVersion | None:
    return session.scalar(select(schema.ModelVersion).filter_by(state=ModelState.LIVE))


def _go_live(session: Session, model: schema.ModelVersion) -> None:
    if (predecessor := _live(session)) is not None:
        predecessor.state = check_transition(predecessor.state, ModelState.RETIRED)
        session.flush()  # the index that allows one live model is checked row by row
    model.state = check_transition(model.state, ModelState.LIVE)
    model.activated_at = utc_now()
    session.flush()


def _next_name(session: Session, architecture: str) -> str:
    names = session.scalars(
        select(schema.ModelVersion.name).where(schema.ModelVersion.name.startswith(f"{architecture}-"))
    )
    endings = (name.removeprefix(f"{architecture}-") for name in names)
    highest = max((int(ending) for ending in endings if ending.isdecimal()), default=0)
    return f"{architecture}-{highest + 1:04d}"


def _enter(session: Session, model: schema.ModelVersion, *, by: str) -> None:
    session.add(model)
    session.flush()
    _tell(session, model, "model.registered", by=by)


def _tell(session: Session, model: schema.ModelVersion, action: str, *, by: str, verdict: str | None = None) -> None:
    data = {"model_id": model.id, "name": model.name} | ({} if verdict is None else {"verdict": verdict})
    record_event(session, actor=by, action=action, data=data)
