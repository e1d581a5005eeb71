"""Model versions of a store, as trainings make them, and approved images without pixels, in any number."""

import hashlib
from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import func, select

from annotation_store import schema
from annotation_store.kinds import ModelKind, RevisionKind, Verdict
from annotation_store.learning import model_registry, standings, training_runs
from annotation_store.learning.training_sets import freeze
from annotation_store.projects import FIRST_PROJECT, create_project
from annotation_store.records import ModelRecord, StandingRecord, TrainingSetRecord
from annotation_store.states import ImageState, RunState, StandingState
from annotation_store.store import Store


@pytest.fixture
def shipped(store: Store) -> ModelRecord:
    """The matting model that comes with the program, live everywhere."""
    return model_registry.register_shipped(
        store,
        name="compact-shipped",
        architecture="compact",
        shipped_weights="compact.safetensors",
        licence="Apache-2.0",
    )


@pytest.fixture
def version(store: Store) -> Callable[..., ModelRecord]:
    """``version(kind=…)``: a new candidate."""

    def register(*, kind: ModelKind = ModelKind.MATTING, **known: object) -> ModelRecord:
        usual = {
            "architecture": "compact" if kind is ModelKind.MATTING else "drafter",
            "weights": b"weights",
            "parent_id": None,
            "run_id": None,
            "metrics": {"sad": 3.5},
            "licence": "Apache-2.0",
            "code_version": "1ed0cf4",
        }
        return model_registry.register_candidate(store, kind=kind, **{**usual, **known})

    return register


@pytest.fixture
def learnt_from(store: Store, version: Callable[..., ModelRecord]) -> Callable[..., ModelRecord]:
    """``learnt_from(training_set)``: a candidate of a training on that set, or on what is approved now."""

    def train(training_set: TrainingSetRecord | None = None) -> ModelRecord:
        run = training_runs.request(store, by="ren")
        training_runs.start(store, run.id, 1)
        training_runs.attach(store, run.id, training_set_id=(training_set or freeze(store, by="ren")).id)
        model = version(run_id=run.id)
        training_runs.finish(store, run.id, RunState.SUCCEEDED, verdict="better", candidate_id=model.id)
        return model

    return train


@pytest.fixture
def other(store: Store) -> int:
    """The number of a second project."""
    return create_project(store, "Glass", by="ren").id


@pytest.fixture
def approve_at(store: Store) -> Callable[..., list[int]]:
    """``approve_at(moment, 0.1, 0.2)``: images, each a product of its own, drafted and approved at this moment, with
    these painted areas; their numbers. Effort is None where nobody has measured it. Columns of the draft may be given.
    """

    def put(moment: datetime, *areas: float | None, copy_of: int | None = None, **draft: object) -> list[int]:
        with store.database.write() as session:
            count = session.scalar(select(func.count()).select_from(schema.Image)) or 0
            return [
                _approve(session, number, area, moment, copy_of, draft) for number, area in enumerate(areas, count + 1)
            ]

    return put


def _approve(session, number, area, moment, copy_of, draft):  # type: ignore[no-untyped-def]
    image = schema.Image(
        project_id=FIRST_PROJECT,
        name=f"{number}.png",
        sha256=hashlib.sha256(f"{number}".encode()).hexdigest(),
        thumbnail_blob="",
        width=40,
        height=30,
        bit_depth=8,
        product_group=f"product {number}",
        state=ImageState.APPROVED,
        lot=0.5,
        created_by="ren",
        honeypot_of_id=copy_of,
    )
    session.add(image)
    session.flush()
    columns = {"drafter": "backdrop", "model_version_id": None} | draft
    revision = schema.Revision(
        image_id=image.id,
        number=1,
        kind=RevisionKind.DRAFT,
        trimap_blob="",
        alpha_blob="",
        author="drafting",
        created_at=moment,
        **columns,
    )
    session.add(revision)
    session.flush()
    image.head_revision_id = revision.id
    session.add(
        schema.Decision(
            image_id=image.id,
            revision_id=revision.id,
            verdict=Verdict.APPROVED,
            note="",
            author="ren",
            created_at=moment,
        )
    )
    if area is not None:
        session.add(
            schema.Effort(
                revision_id=revision.id,
                image_id=image.id,
                project_id=FIRST_PROJECT,
                strokes=round(100 * area),
                painted_area=area,
                approved_at=moment,
                **columns,
            )
        )
    session.flush()
    return image.id


@pytest.fixture
def serve(store: Store) -> Callable[..., ModelRecord]:
    """``serve(model, project, …)``: let it go live there, or everywhere."""

    def go(model: ModelRecord, *project_ids: int, **options: object) -> ModelRecord:
        wanted = project_ids or None
        return standings.go_live(store, model.id, by="ren", verdict="better", project_ids=wanted, **options)

    return go


@pytest.fixture
def stand(store: Store) -> Callable[..., StandingRecord]:
    """``stand(model, state)``: place it in the first project."""

    def put(
        model: ModelRecord, state: StandingState, *, project_id: int = FIRST_PROJECT, **more: object
    ) -> StandingRecord:
        return standings.place(store, model.id, project_id, state, by="gate", verdict="by 5 %", **more)

    return put
