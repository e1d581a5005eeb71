import os

import pytest
import torch
from quick_lessons import one_window_each
from small_images import approve, disc, draft

from annotation_store.kinds import ModelKind, Part
from annotation_store.learning import model_registry, standings, training_runs, training_sets
from annotation_store.states import ModelState, RunState
from annotation_store.store import open_store
from training import retrain as retrain_module
from training.built_in_models import register_built_in_models
from training.finetune import FinetuneSettings
from training.gate.verdict import GateOutcome, ProjectVerdict, Verdict
from training.models import load_model
from training.retrain import RetrainSettings, main, retrain

QUICK = RetrainSettings(FinetuneSettings(steps=2), threads=1, device="cpu")


@pytest.fixture(autouse=True)
def _small_and_talkative(monkeypatch):
    one_window_each(monkeypatch)
    monkeypatch.setattr(retrain_module, "BEAT_SECONDS", 0.0)


@pytest.fixture
def store(tmp_path, shipped_weights):
    """Approved mattes of two products, one photo each."""
    opened = open_store(tmp_path / "data")
    register_built_in_models(opened)
    for number, name in enumerate(("cup_1.png", "scarf_1.png")):
        approve(opened, name, number)
    yield opened
    opened.database.close()


@pytest.fixture
def run(store):
    return training_runs.request(store, by="keiko")


@pytest.fixture
def gate(monkeypatch):
    """``gate(promote)``: the gate decides as it is told."""

    def decide(promote):
        outcome = GateOutcome.BETTER if promote else GateOutcome.NOT_BETTER_BEYOND_NOISE
        overall = ProjectVerdict(None, ModelKind.MATTING, outcome, borrowed=False, figures=None)
        monkeypatch.setattr(retrain_module, "judge", lambda _: Verdict({}, {}, None, overall))
        monkeypatch.setattr(retrain_module, "in_words", lambda *_, **__: "Said the test.")

    return decide


def assert_live_model_unchanged(store):
    live = standings.live_model(store)
    assert (live.name, live.verdict) == ("compact", None)


def test_a_training_from_approved_mattes_to_the_verdict_of_the_gate(store, run):
    told = []
    done = retrain(store, run.id, QUICK, say=lambda progress, text: told.append((progress, text)))
    assert done.state is RunState.SUCCEEDED, done.verdict
    assert done.progress == 1
    assert done.pid == os.getpid()
    assert [point.step for point in training_runs.curve(store, done.id)] == [1, 2]

    candidate = model_registry.get_model(store, done.candidate_id)
    live = standings.live_model(store)
    assert candidate.parent_id == done.parent_model_id
    assert candidate.training_run_id == run.id
    assert candidate.verdict == done.verdict
    verdict = ProjectVerdict.from_json(candidate.metrics["gate"])
    assert verdict.figures.images == 1
    assert verdict.passed == (live.id == candidate.id)
    assert candidate.state is (ModelState.LIVE if verdict.passed else ModelState.REJECTED)
    assert load_model(store, candidate).name == "compact"

    progress = [share for share, _ in told]
    assert progress == sorted(progress)
    assert [text.split(":")[0] for _, text in told] == [
        "1 mattes to learn from, 1 to judge by",
        "Reading approved mattes",
        "Learning",
        "Learning",
        "Comparing with the live model",
    ]


def test_the_training_set_is_kept_with_the_run(store, run):
    done = retrain(store, run.id, QUICK)
    items = training_sets.load_items(store, done.training_set_id)
    assert {item.part for item in items} == {Part.TRAIN, Part.VALIDATION}
    assert len(items) == 2


def test_a_better_candidate_goes_live(store, run, gate):
    gate(True)
    done = retrain(store, run.id, QUICK)
    live = standings.live_model(store)
    assert (live.id, live.verdict) == (done.candidate_id, "Said the test.")
    assert model_registry.get_model(store, done.parent_model_id).state is ModelState.RETIRED


def test_a_worse_candidate_is_kept_and_rejected(store, run, gate):
    gate(False)
    done = retrain(store, run.id, QUICK)
    assert (done.state, done.verdict) == (RunState.SUCCEEDED, "Said the test.")
    assert model_registry.get_model(store, done.candidate_id).state is ModelState.REJECTED
    assert_live_model_unchanged(store)


@pytest.mark.parametrize("at", ["1 mattes", "Reading", "Learning", "Comparing"])
def test_a_training_is_cancelled_wherever_it_is(store, run, at):
    told = []

    def say(_progress, text):
        told.append(text)
        if text.startswith(at):
            training_runs.request_cancel(store, run.id, by="keiko")

    done = retrain(store, run.id, QUICK, say=say)
    assert (done.state, done.verdict) == (RunState.CANCELLED, "Cancelled. The live model is unchanged.")
    assert told[-1].startswith(at) or at == "1 mattes"
    assert_live_model_unchanged(store)
    assert not any(model.training_run_id for model in model_registry.list_models(store))


def test_too_little_approved_fails_with_the_reason(tmp_path, shipped_weights):
    store = open_store(tmp_path / "data")
    register_built_in_models(store)
    approve(store, "cup_1.png", 1)
    approve(store, "cup_2.png", 2)
    draft(store, "scarf_1.png", 3)
    done = retrain(store, training_runs.request(store, by="keiko").id, QUICK)
    assert done.state is RunState.FAILED
    assert "at least 2 products" in done.verdict
    assert_live_model_unchanged(store)


def test_nothing_unknown_to_learn_from_fails_with_the_reason(tmp_path, shipped_weights):
    store = open_store(tmp_path / "data")
    register_built_in_models(store)
    trimap = disc()[1].copy()
    trimap[trimap == 128] = 0
    for number, name in enumerate(("cup_1.png", "scarf_1.png")):
        approve(store, name, number, trimap=trimap)
    done = retrain(store, training_runs.request(store, by="keiko").id, QUICK)
    assert done.state is RunState.FAILED
    assert "mark soft edges as unknown" in done.verdict


def test_the_program_finds_its_run_on_the_database_that_its_environment_names(tmp_path, monkeypatch, postgresql_url):
    store = open_store(tmp_path / "data", database_url=postgresql_url)
    run = training_runs.request(store, by="keiko")
    monkeypatch.setenv("MATTELOOP_DATABASE_URL", postgresql_url)
    retrain_module.main(store.folder, run.id, steps=1, minutes=1, learning_rate=1e-4, validation_share=0.25)
    done = training_runs.get_run(store, run.id)
    store.database.close()
    assert done.state is RunState.FAILED
    assert "at least 2 products" in done.verdict


def test_an_error_on_the_way_fails_in_words_and_leaves_the_live_model(store, run, monkeypatch, capsys):
    def fail(*_arguments, **_options):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(retrain_module, "finetune", fail)
    done = retrain(store, run.id, QUICK)
    assert done.state is RunState.FAILED
    assert done.verdict == ("The training failed (ZeroDivisionError: oops). The live model is unchanged; see the log.")
    assert "Traceback" in capsys.readouterr().err
    assert_live_model_unchanged(store)


def test_a_candidate_that_cannot_be_loaded_does_not_go_live(store, run, gate, monkeypatch):
    gate(True)
    monkeypatch.setattr(retrain_module, "save_network", lambda _network: b"no weights")
    assert retrain(store, run.id, QUICK).state is RunState.FAILED
    assert_live_model_unchanged(store)


def test_the_threads_of_the_settings_are_used(store, run, gate):
    gate(False)
    retrain(store, run.id, RetrainSettings(FinetuneSettings(steps=1), threads=2, device="cpu"))
    assert torch.get_num_threads() == 2


def test_the_process_of_a_studio_that_is_gone_stops(store, run, monkeypatch, capsys):
    parents = iter([100, 100])
    monkeypatch.setattr(os, "getppid", lambda: next(parents, 1))
    arguments = {"steps": 2, "minutes": 1, "learning_rate": 1e-4, "validation_share": 0.25}
    main(store.folder, run.id, **arguments, threads=1, device="cpu")
    assert training_runs.get_run(store, run.id).state is RunState.CANCELLED
    assert "cancelled Cancelled. The live model is unchanged." in capsys.readouterr().out
