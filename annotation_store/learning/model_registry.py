"""The model versions: shipped, trained here, or trained elsewhere. Where each of them serves: `standings.py`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.events import record_event
from annotation_store.kinds import ModelKind, Origin
from annotation_store.learning import standings
from annotation_store.records import ModelRecord
from annotation_store.remarks import check_remark
from annotation_store.rows import find_model, find_run
from annotation_store.states import ModelState, check_transition
from annotation_store.store import Store

PROGRAM = "matteloop"  # the actor in the audit trail where no person acts


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
    """Enter a matting model that comes with the program, once; it goes live if no other is.

    shipped_weights: the name of its file in the package; None for a classical method.
    """
    with store.database.write() as session:
        model = session.scalar(select(schema.ModelVersion).filter_by(name=name))
        if model is None:
            model = schema.ModelVersion(
                kind=ModelKind.MATTING,
                origin=Origin.SHIPPED,
                name=name,
                architecture=architecture,
                shipped_weights=shipped_weights,
                state=ModelState.CANDIDATE,
                metrics={},
                licence=licence,
                recipe={},
                provenance=[],
                notes="",
            )
            _enter(session, model, by=PROGRAM)
            standings.serve_first(session, model, by=PROGRAM)
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
    kind: ModelKind = ModelKind.MATTING,
    origin: Origin = Origin.TRAINED,
    recipe: Mapping[str, Any] | None = None,
    provenance: Sequence[Mapping[str, Any]] = (),
    by: str = PROGRAM,
) -> ModelRecord:
    """Enter a trained model under the next name, ``ARCHITECTURE-0001`` and up; it serves nothing by this.

    weights: the bytes of a safetensors file. metrics, recipe, provenance: anything that JSON can hold.
    """
    blob = store.blobs.put(weights)
    with store.database.write() as session:
        if parent_id is not None:
            find_model(session, parent_id)
        if run_id is not None:
            find_run(session, run_id)
        model = schema.ModelVersion(
            kind=kind,
            origin=origin,
            name=_next_name(session, architecture),
            architecture=architecture,
            weights_blob=blob,
            parent_id=parent_id,
            training_run_id=run_id,
            state=ModelState.CANDIDATE,
            metrics=dict(metrics),
            code_version=code_version,
            licence=licence,
            recipe=dict(recipe or {}),
            provenance=[dict(each) for each in provenance],
            notes="",
        )
        _enter(session, model, by=by)
        return ModelRecord.of(model)


def reject(store: Store, model_id: int, *, verdict: str, by: str) -> ModelRecord:
    """Rule a candidate out in all projects, with the reason."""
    with store.database.write() as session:
        model = find_model(session, model_id)
        check_transition(model.state, ModelState.REJECTED)
        standings.refuse_everywhere(session, model, verdict=verdict, by=by)
        model.verdict = verdict
        session.flush()
        return ModelRecord.of(model)


def note_verdict(store: Store, model_id: int, verdict: str, *, metrics: Mapping[str, Any]) -> ModelRecord:
    """Keep what the gate said about a version as a whole, and by which figures, beside what is known already."""
    with store.database.write() as session:
        model = find_model(session, model_id)
        model.verdict, model.metrics = verdict, {**model.metrics, **metrics}
        session.flush()
        return ModelRecord.of(model)


def annotate(store: Store, model_id: int, notes: str, *, by: str) -> ModelRecord:
    """Write down what people know about a version, in the place of what stood there. Raises InvalidTextError."""
    notes = check_remark(notes)
    with store.database.write() as session:
        model = find_model(session, model_id)
        if model.notes != notes:
            model.notes = notes
            record_event(session, actor=by, action="model.annotated", data={"model_id": model.id, "name": model.name})
        session.flush()
        return ModelRecord.of(model)


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
    record_event(session, actor=by, action="model.registered", data={"model_id": model.id, "name": model.name})
