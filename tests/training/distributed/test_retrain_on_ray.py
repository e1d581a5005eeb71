"""A training as the studio starts it, with a Ray cluster: the same row, curve and candidate as without."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from quick_lessons import one_window_each
from small_images import approve

from annotation_store.learning import model_registry, training_runs
from annotation_store.states import RunState
from training import retrain as retrain_module
from training import run_teller
from training.built_in_models import register_built_in_models
from training.drafter.drafter_training import DrafterSettings
from training.finetune_settings import FinetuneSettings
from training.retrain import RetrainSettings, retrain

ray = pytest.importorskip("ray", reason="a Ray cluster needs `pip install -r requirements-extra.txt`")
pytestmark = pytest.mark.scale

ROOT = Path(__file__).parents[3]


@pytest.fixture
def address(monkeypatch):
    """Of a cluster that was not started by this process, as in a studio."""
    program = "import ray, sys; found = ray.init(address='local', num_cpus=2, include_dashboard=False, " + (
        "log_to_driver=False); print(found.address_info['gcs_address'], flush=True); sys.stdin.read()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    head = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
    )
    yield head.stdout.readline().strip()
    head.stdin.close()
    head.wait(60)


@pytest.fixture
def store(tmp_path, new_store, shipped_weights, monkeypatch):
    one_window_each(monkeypatch)
    monkeypatch.setattr(run_teller, "BEAT_SECONDS", 0.0)
    opened = new_store(tmp_path / "data")
    register_built_in_models(opened)
    for number, name in enumerate(("cup_1.png", "scarf_1.png")):
        approve(opened, name, number)
    yield opened
    opened.database.close()


def settings(address):
    return RetrainSettings(
        FinetuneSettings(steps=3, batch=2, crop=64),
        DrafterSettings(steps=2, batch=2, side=64),
        threads=1,
        device="cpu",
        processes=2,
        ray_address=address,
    )


def test_a_training_on_a_cluster_ends_with_a_registered_candidate_and_one_that_is_cancelled_with_none(store, address):
    run = training_runs.request(store, by="keiko")
    told = []
    done = retrain(store, run.id, settings(address), say=lambda progress, text: told.append(text))
    assert done.state is RunState.SUCCEEDED, done.verdict
    assert [point.step for point in training_runs.curve(store, run.id)] == [1, 2, 3]
    candidate = model_registry.get_model(store, done.candidate_id)
    assert candidate.recipe["steps"] == 3
    assert "ray_address" not in str(candidate.recipe)
    steps = [text for text in told if text.startswith("Learning: step")]
    assert [text.split()[2] for text in steps] == ["1,", "2,", "3,"]
    assert [path.name for path in (store.folder / training_runs.folder_of(run.id)).iterdir()] == []

    second = training_runs.request(store, by="keiko")

    def cancel(_progress, text):
        if text.startswith("Learning"):
            training_runs.request_cancel(store, second.id, by="keiko")

    cancelled = retrain(store, second.id, settings(address), say=cancel)
    assert (cancelled.state, cancelled.verdict) == (RunState.CANCELLED, retrain_module.CANCELLED)
    assert cancelled.candidate_id is None
