"""Model versions of a store, as trainings make them."""

from collections.abc import Callable

import pytest

from annotation_store.kinds import ModelKind
from annotation_store.learning import model_registry, training_runs
from annotation_store.learning.training_sets import freeze
from annotation_store.projects import create_project
from annotation_store.records import ModelRecord, TrainingSetRecord
from annotation_store.states import RunState
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
