import signal
import subprocess
import sys

import pytest
from approved_discs import approve_disc
from ctrl_c import press
from quick_lessons import one_window_each

from annotation_store.kinds import ModelKind, RunCause
from annotation_store.learning import model_registry, training_runs, what_serves
from annotation_store.states import ModelState, RunState
from studio.commands.terminal import StatusLine
from training import run_teller
from training.built_in_models import register_built_in_models


@pytest.fixture
def taught(store, compact_weights, monkeypatch):
    """A store with approved mattes of two products, and trainings that are over in seconds."""
    for seed, name in enumerate(("cup.png", "scarf.png")):
        approve_disc(store, name, seed)
    one_window_each(monkeypatch)
    monkeypatch.setattr(run_teller, "BEAT_SECONDS", 0.0)
    return store


@pytest.fixture
def versions(store, compact_weights):
    """A store with a candidate that is waiting and one that was rejected, beside the shipped models."""
    register_built_in_models(store)
    weights = compact_weights.read_bytes()
    for verdict in (None, "compact stays live: too little gained."):
        candidate = model_registry.register_candidate(
            store,
            architecture="compact",
            weights=weights,
            parent_id=None,
            run_id=None,
            metrics={"overall": {"figures": {"changes": {"sad": {"candidate": 1.25, "live": 2.5}}}}},
            licence="test",
            code_version="test",
        )
        if verdict:
            model_registry.reject(store, candidate.id, verdict=verdict, by="gate")
    return store


def press_ctrl_c_at(monkeypatch, *calls):
    """Send this process SIGINT when the status line is shown for the given times."""
    shown = []

    def show(_line, text):
        shown.append(text)
        if len(shown) in calls:
            press()

    monkeypatch.setattr(StatusLine, "show", show)
    return shown


def test_retrain_trains_a_version_and_prints_the_verdict(run, taught):
    result = run("retrain", "--steps", 2)
    assert result.exit_code == 0, result.output
    done = training_runs.list_runs(taught)[0]
    assert done.state is RunState.SUCCEEDED
    assert result.stdout == f"{done.verdict}\n"
    assert done.requested_by == "keiko"
    assert [point.step for point in training_runs.curve(taught, done.id)] == [1, 2]
    assert done.cause is RunCause.COMMAND
    assert model_registry.get_model(taught, done.candidate_id).name == "compact-0001"
    assert "Learning: step 2" in (taught.folder / done.log_path).read_text()


def test_retrain_drafter_trains_a_version_and_prints_the_verdict(run, taught):
    result = run("retrain-drafter", "--steps", 2)
    assert result.exit_code == 0, result.output
    done = training_runs.list_runs(taught)[0]
    assert (done.kind, done.state, done.cause) == (ModelKind.DRAFTER, RunState.SUCCEEDED, RunCause.COMMAND)
    assert result.stdout == f"{done.verdict}\n"
    assert model_registry.get_model(taught, done.candidate_id).name == "drafter-0001"


def test_no_steps_of_the_drafter_are_refused(run, store):
    assert run("retrain-drafter", "--steps", 0).exit_code == 2


def test_ctrl_c_cancels_the_run_and_leaves_the_live_model(run, taught, monkeypatch):
    answer_before = signal.getsignal(signal.SIGINT)  # a shell in the background has it ignored
    shown = press_ctrl_c_at(monkeypatch, 3)
    result = run("retrain", "--steps", 1000)
    assert result.exit_code == 130, result.output
    assert result.stderr == "error: Cancelled. What serves is unchanged.\n"
    assert training_runs.list_runs(taught)[0].state is RunState.CANCELLED
    assert what_serves.live_model(taught).name == "compact"
    assert len(shown) <= 5
    assert signal.getsignal(signal.SIGINT) is answer_before


def test_a_second_ctrl_c_cancels_at_once(run, taught, monkeypatch):
    shown = press_ctrl_c_at(monkeypatch, 2, 3)
    monkeypatch.setattr(training_runs, "request_cancel", lambda *_a, **_k: None)  # the orderly way is blocked
    assert run("retrain", "--steps", 1000).exit_code == 130
    assert len(shown) == 3
    assert training_runs.list_runs(taught)[0].state is RunState.CANCELLED


def test_retrain_fails_with_the_reason_when_too_little_is_approved(run, store, compact_weights):
    approve_disc(store, "cup.png", 1)
    result = run("retrain")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1].startswith("error: Training needs approved photos of at least 2 products")
    assert training_runs.list_runs(store)[0].state is RunState.FAILED


def test_retrain_goes_on_with_a_dead_run_but_waits_for_a_living_one(run, store, compact_weights):
    dead = training_runs.request(store, by="keiko")
    training_runs.start(store, dead.id, 2**22 + 1)  # above the highest process number of Linux
    assert "Training needs approved photos" in run("retrain").stderr
    (only,) = training_runs.list_runs(store)
    assert (only.id, only.state, only.attempts) == (dead.id, RunState.FAILED, 2)

    living = training_runs.request(store, by="keiko")
    waiting = (sys.executable, "-c", "print(flush=True); input()", "retrain")
    with subprocess.Popen(waiting, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        training_runs.start(store, living.id, process.pid)
        result = run("retrain")
        process.communicate(b"\n")
    assert (result.exit_code, result.stderr) == (
        1,
        f"error: Training number {living.id} is running: wait for it, or cancel it.\n",
    )


def test_retrain_refuses_no_steps(run, store):
    result = run("retrain", "--steps", 0)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: the setting training_steps (MATTELOOP_TRAINING_STEPS) cannot be '0': ")


def test_models_lists_versions_with_state_figures_and_verdict(run, versions):
    lines = run("models").stdout.splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[0] == ["Version", "Kind", "State", "SAD / before", "Painted / before", "Verdict"]
    assert cells[2:] == [
        ["compact-0002", "matting", "rejected", "1.25 / 2.5", "", "compact stays live: too little gained."],
        ["compact-0001", "matting", "candidate", "1.25 / 2.5", "", ""],
        ["closed-form", "matting", "candidate", "", "", ""],
        ["compact", "matting", "live", "", "", ""],
    ]


def test_models_use_goes_forward_and_back(run, versions):
    assert run("models", "--use", "compact-0001").stdout == "compact-0001 is live now.\n"
    forward = what_serves.live_model(versions)
    assert (forward.name, forward.verdict) == ("compact-0001", "Made live by keiko.")
    assert run("models", "--use", "compact").stdout == "compact is live now.\n"
    assert model_registry.get_model(versions, forward.id).state is ModelState.RETIRED
    assert run("models", "--use", "compact").stdout == "compact is live already.\n"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("compact-0002", "This model is rejected and cannot become live"),
        ("compact-0009", "there is no model named compact-0009: choose one of closed-form, compact, compact-0001"),
    ],
)
def test_models_use_refuses_what_cannot_go_live(run, versions, name, reason):
    result = run("models", "--use", name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"error: {reason}")
    assert what_serves.live_model(versions).name == "compact"


def test_models_use_refuses_damaged_weights(run, versions):
    candidate = next(model for model in model_registry.list_models(versions) if model.name == "compact-0001")
    versions.blobs.path(candidate.weights_blob).write_bytes(b"damaged")
    result = run("models", "--use", "compact-0001")
    assert result.exit_code == 1
    assert "has changed on the disk" in result.stderr
    assert what_serves.live_model(versions).name == "compact"
