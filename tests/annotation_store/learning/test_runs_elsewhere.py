from pathlib import Path

import pytest

from annotation_store.errors import NotFoundError
from annotation_store.kinds import ModelKind
from annotation_store.learning import model_registry, runs_elsewhere, training_runs
from annotation_store.learning.training_runs import Point
from annotation_store.states import RunState


def entered(store, **given):
    asked = {
        "kind": ModelKind.MATTING,
        "training_set_id": None,
        "parent_model_id": None,
        "points": [Point(1, {"error": 0.2}), Point(9, {"error": 0.1})],
        "device": "a large GPU",
        "verdict": "Trained elsewhere.",
        "by": "keiko",
    }
    return runs_elsewhere.enter_run_elsewhere(store, **(asked | given))


def test_an_entered_run_has_succeeded_and_has_its_curve(store):
    run = entered(store)
    assert (run.state, run.progress, run.device) == (RunState.SUCCEEDED, 1.0, "a large GPU")
    assert training_runs.curve(store, run.id) == (Point(1, {"error": 0.2}), Point(9, {"error": 0.1}))
    assert Path(run.log_path).parent == Path(training_runs.folder_of(run.id))


def test_a_training_here_is_not_in_the_way(store):
    running = training_runs.request(store, by="keiko")
    entered(store)
    assert training_runs.get_run(store, running.id).state is RunState.QUEUED


def test_what_came_of_it_is_noted(store):
    run = entered(store)
    model = model_registry.register_candidate(
        store,
        architecture="compact",
        weights=b"weights",
        parent_id=None,
        run_id=run.id,
        metrics={},
        licence="MIT",
        code_version="test",
    )
    assert runs_elsewhere.attach_candidate(store, run.id, model.id).candidate_id == model.id
    with pytest.raises(NotFoundError):
        runs_elsewhere.attach_candidate(store, run.id, 99)
