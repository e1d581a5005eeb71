"""The training as a process of its own; its steps are tested in tests/training/test_retrain.py."""

import os
import subprocess
import sys
import threading

import pytest
import structlog
from pydantic import SecretStr
from small_images import approve

from annotation_store import clock
from annotation_store.errors import StoreFullError
from annotation_store.kinds import ModelKind, RunCause
from annotation_store.learning import model_registry, training_runs
from annotation_store.learning.run_logs import read_log
from annotation_store.states import ModelState, RunState
from annotation_store.workers.places import Place, here, process_is_alive
from studio import training_job
from studio.training_job import TrainingJob, training_is_alive
from training.exit_status import ExitStatus
from training.leftovers import CHECKPOINT

SLEEP = "import time; print('learning', flush=True); time.sleep(60)"
PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
NOBODY = 2**22 + 1  # above the highest process number of Linux


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch):
    monkeypatch.setattr(training_job, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(training_job, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(training_job, "GRACE_SECONDS", 0.1)


@pytest.fixture
def run(studio):
    return training_runs.request(studio.store, by="keiko")


@pytest.fixture
def job_of(studio, monkeypatch):
    """A job whose training is the given Python program, which first tells the store its process."""

    def make(program):
        job = TrainingJob(studio.store, studio.settings)
        start = "import sys, os; sys.path[:0] = [os.getcwd()]\n"
        start += "from pathlib import Path; from annotation_store import states, store\n"
        start += "from annotation_store.learning import training_runs\n"
        start += "training_runs.start(store.open_store(Path(sys.argv[1])), int(sys.argv[2]), os.getpid())\n"
        monkeypatch.setattr(
            job,
            "_command",
            lambda run_id: [sys.executable, "-c", start + program, str(studio.store.folder), str(run_id)],
        )
        return job

    return make


@pytest.fixture
def in_background():
    """Call a function in a thread and return the thread."""

    def start(function, *arguments):
        thread = threading.Thread(target=function, args=arguments)
        thread.start()
        return thread

    return start


def is_running(store, run_id):
    return training_runs.get_run(store, run_id).state is RunState.RUNNING


@pytest.mark.slow
def test_a_real_training_ends_with_a_verdict_and_a_log(studio):
    for number, name in enumerate(("cup_1.png", "scarf_1.png")):
        approve(studio.store, name, number)
    run = training_runs.request(studio.store, by="keiko")
    settings = studio.settings.model_copy(update={"training_steps": 2})
    TrainingJob(studio.store, settings).run(run.id)
    run = training_runs.get_run(studio.store, run.id)
    log = (studio.store.folder / run.log_path).read_text()
    assert run.state is RunState.SUCCEEDED, log
    assert "held-out image" in run.verdict
    candidate = model_registry.get_model(studio.store, run.candidate_id)
    assert candidate.state in (ModelState.RETIRED, ModelState.LIVE, ModelState.REJECTED)
    assert "Learning: step 2" in log
    assert run.verdict in log


def test_a_cancelled_training_that_does_not_stop_by_itself_is_ended(studio, run, job_of, in_background, eventually):
    thread = in_background(job_of(SLEEP).run, run.id)
    eventually(lambda: is_running(studio.store, run.id))
    pid = training_runs.get_run(studio.store, run.id).pid
    training_runs.request_cancel(studio.store, run.id, by="keiko")
    thread.join(20)
    ended = training_runs.get_run(studio.store, run.id)
    assert (ended.state, ended.verdict) == (RunState.CANCELLED, "Cancelled. What serves is unchanged.")
    assert not process_is_alive(pid)


def test_a_training_that_is_killed_is_gone_on_with_by_another_process(studio, run, job_of):
    program = f"""
print("attempt", flush=True)
store = store.open_store(Path(sys.argv[1]))
if training_runs.get_run(store, {run.id}).attempts < 3:
    os.kill(os.getpid(), 9)
training_runs.finish(store, {run.id}, states.RunState.SUCCEEDED, verdict="done")
"""
    job_of(program).run(run.id)
    ended = training_runs.get_run(studio.store, run.id)
    assert (ended.state, ended.attempts, ended.verdict) == (RunState.SUCCEEDED, 3, "done")
    assert (studio.store.folder / ended.log_path).read_text() == "attempt\n" * 3


def test_a_training_that_is_killed_again_and_again_is_given_up_in_words(studio, run, job_of):
    job_of("os.kill(os.getpid(), 9)").run(run.id)
    ended = training_runs.get_run(studio.store, run.id)
    assert (ended.state, ended.attempts) == (RunState.FAILED, training_runs.MOST_ATTEMPTS)
    assert "most often because memory ran out" in ended.verdict


def test_a_training_that_could_not_tell_the_store_of_its_end_goes_on_and_is_not_blamed(studio, run, job_of):
    program = f"""
store = store.open_store(Path(sys.argv[1]))
hits = Path(sys.argv[1]) / "hits"
with hits.open("a") as file:
    file.write("x")
if hits.stat().st_size <= {training_runs.MOST_ATTEMPTS}:
    sys.exit({ExitStatus.STORE_IS_AWAY.value})
training_runs.finish(store, {run.id}, states.RunState.SUCCEEDED, verdict="done")
"""
    job_of(program).run(run.id)
    ended = training_runs.get_run(studio.store, run.id)
    assert (ended.state, ended.attempts) == (RunState.SUCCEEDED, 1)


def test_what_a_given_up_training_kept_is_cleared_away(studio, run, job_of):
    folder = studio.store.folder / training_runs.folder_of(run.id)
    folder.mkdir(parents=True)
    (folder / CHECKPOINT).touch()
    job_of("os.kill(os.getpid(), 9)").run(run.id)
    assert [path.name for path in folder.iterdir()] == ["training.log"]


def test_no_training_begins_beside_one_that_somebody_else_began(studio, run, job_of):
    waiting = training_runs.request(studio.store, by="keiko", kind=ModelKind.DRAFTER)
    other = subprocess.Popen([sys.executable, "-c", "print(flush=True); input()", "retrain"], **PIPES)
    try:
        other.stdout.readline()
        training_runs.start(studio.store, run.id, other.pid)
        job_of(SLEEP).run(waiting.id)
        assert training_runs.get_run(studio.store, waiting.id).state is RunState.QUEUED
    finally:
        other.communicate(b"\n")


def test_a_run_that_was_put_back_is_left_for_a_while_to_the_computer_that_has_its_checkpoint(
    studio, run, job_of, monkeypatch
):
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(training_runs, "here", lambda: Place("gpu-2", 7))
        training_runs.start(studio.store, run.id, 7)
        training_runs.put_back(studio.store, run.id)
    job = job_of(
        f"opened = store.open_store(Path(sys.argv[1])); number = {run.id}\n"
        "training_runs.finish(opened, number, states.RunState.SUCCEEDED, verdict='done')"
    )
    job.run(run.id)
    assert training_runs.get_run(studio.store, run.id).state is RunState.QUEUED
    later = clock.utc_now() + training_job.CHECKPOINT_PATIENCE
    monkeypatch.setattr(training_job, "shared_now", lambda _session: later)
    job.run(run.id)
    ended = training_runs.get_run(studio.store, run.id)
    assert (ended.state, ended.host, ended.attempts) == (RunState.SUCCEEDED, here().host, 2)


def test_no_training_begins_beside_one_of_another_computer_that_is_heard_of(studio, run, job_of, monkeypatch):
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(training_runs, "here", lambda: Place("gpu-2", 7))
        training_runs.start(studio.store, run.id, NOBODY)
    waiting = training_runs.request(studio.store, by="keiko", kind=ModelKind.DRAFTER)
    job_of(SLEEP).run(waiting.id)
    assert training_runs.get_run(studio.store, waiting.id).state is RunState.QUEUED


def test_a_run_that_another_computer_has_taken_over_is_not_put_back_by_this_one(studio, run, job_of):
    program = f"""
opened = store.open_store(Path(sys.argv[1]))
training_runs.put_back(opened, {run.id})
training_runs.here = lambda: type("Place", (), {{"host": "gpu-2"}})
training_runs.start(opened, {run.id}, 7)
"""
    job_of(program).run(run.id)
    now = training_runs.get_run(studio.store, run.id)
    assert (now.state, now.host, now.pid, now.attempts) == (RunState.RUNNING, "gpu-2", 7, 2)


def test_the_log_of_a_training_that_is_over_is_kept_for_all_computers(studio, run, job_of):
    job_of("print('learnt', flush=True); sys.exit(3)").run(run.id)
    ended = training_runs.get_run(studio.store, run.id)
    (studio.store.folder / ended.log_path).unlink()
    assert read_log(studio.store, ended) == b"learnt\n" * training_runs.MOST_ATTEMPTS


def test_a_training_is_watched_on_while_the_store_cannot_be_read(studio, run, job_of, monkeypatch):
    get_run, refused = training_runs.get_run, []

    def read(*given):
        if len(refused) < 2:
            refused.append(given)
            raise StoreFullError("There is no room left.")
        return get_run(*given)

    job = job_of("time.sleep(0.3); sys.exit(3)".replace("time", "__import__('time')"))
    monkeypatch.setattr(training_runs, "get_run", read)
    job.run(run.id)
    assert len(refused) == 2
    assert training_runs.get_run(studio.store, run.id).attempts == training_runs.MOST_ATTEMPTS


def test_a_training_that_cannot_start_has_failed_in_words(studio, run, job_of):
    job = job_of("")
    job._command = lambda run_id: [sys.executable, "-c", "raise SystemExit(3)"]
    job.run(run.id)
    ended = training_runs.get_run(studio.store, run.id)
    assert (ended.state, ended.attempts) == (RunState.FAILED, 0)
    assert "could not be started (status 3)" in ended.verdict


def test_a_training_learns_where_the_tables_are_and_its_command_tells_nobody(studio, run, job_of):
    address = "postgresql://keiko:s3cret@db.example/store"
    job = job_of("print(os.environ['MATTELOOP_DATABASE_URL'])")
    job._settings = studio.settings.model_copy(update={"database_url": SecretStr(address)})
    job.run(run.id)
    assert (studio.store.folder / run.log_path).read_text() == (address + "\n") * training_runs.MOST_ATTEMPTS
    assert not any("s3cret" in part for part in TrainingJob(studio.store, job._settings)._command(run.id))


def test_an_end_that_finds_no_room_on_the_disk_is_noted_when_there_is_some(studio, run, job_of, monkeypatch):
    refused = []

    def put_back(*given, **named):
        if len(refused) < 2:
            refused.append(given)
            raise StoreFullError("There is no room left.")
        return original(*given, **named)

    original = training_runs.put_back
    monkeypatch.setattr(training_runs, "put_back", put_back)
    job_of("sys.exit(3)").run(run.id)
    assert len(refused) == 2
    assert training_runs.get_run(studio.store, run.id).state is RunState.FAILED


def test_closing_the_studio_ends_the_training_before_it_returns(studio, run, job_of, in_background, eventually):
    job = job_of(SLEEP)
    thread = in_background(job.run, run.id)
    eventually(lambda: is_running(studio.store, run.id))
    pid = training_runs.get_run(studio.store, run.id).pid
    job.stop()
    ended = training_runs.get_run(studio.store, run.id)
    assert (ended.state, ended.attempts, ended.verdict) == (RunState.QUEUED, 0, None)
    assert not process_is_alive(pid)
    thread.join(5)


def test_children_of_the_training_are_ended_with_it(studio, run, job_of, in_background, eventually, tmp_path):
    note = tmp_path / "child"
    child = (
        f"import subprocess; child = subprocess.Popen(['sleep', '60']); Path({str(note)!r}).write_text(str(child.pid))"
    )
    job = job_of(f"{child}\n{SLEEP}")
    thread = in_background(job.run, run.id)
    eventually(lambda: note.exists() and note.read_text())
    job.stop()
    thread.join(5)
    eventually(lambda: not process_is_alive(int(note.read_text())))


def test_a_second_training_waits_for_the_first_without_holding_a_thread(studio, run, job_of, in_background, eventually):
    other = training_runs.request(studio.store, by="keiko", kind=ModelKind.DRAFTER)
    program = f"""
import time
store = store.open_store(Path(sys.argv[1]))
while not Path({str(studio.store.folder / "go on")!r}).exists():
    time.sleep(0.02)
training_runs.finish(store, int(sys.argv[2]), states.RunState.SUCCEEDED, verdict="done")
"""
    job = job_of(program)
    thread = in_background(job.run, run.id)
    eventually(lambda: is_running(studio.store, run.id))
    job.run(other.id)  # returns at once
    assert training_runs.get_run(studio.store, other.id).state is RunState.QUEUED
    (studio.store.folder / "go on").touch()
    thread.join(30)
    assert {training_runs.get_run(studio.store, each.id).state for each in (run, other)} == {RunState.SUCCEEDED}


def test_a_training_that_a_command_is_about_to_begin_is_left_to_it(studio, job_of):
    run = training_runs.request(studio.store, by="keiko", cause=RunCause.COMMAND)
    job_of(SLEEP).run(run.id)
    assert training_runs.get_run(studio.store, run.id).state is RunState.QUEUED


def test_a_run_that_was_cancelled_in_the_queue_is_not_started(studio, run, job_of):
    training_runs.request_cancel(studio.store, run.id, by="keiko")
    job_of(SLEEP).run(run.id)
    ended = training_runs.get_run(studio.store, run.id)
    assert ended.state is RunState.CANCELLED
    assert not (studio.store.folder / ended.log_path).exists()


def test_nothing_is_started_once_the_studio_closes(studio, run, job_of):
    job = job_of(SLEEP)
    job.stop()
    job.run(run.id)
    assert training_runs.get_run(studio.store, run.id).state is RunState.QUEUED


def test_what_is_logged_of_a_training_has_its_number(studio, run, job_of):
    job = job_of("raise SystemExit(3)")
    watch = job._watch

    def say(process, run_id):
        structlog.get_logger().warning("something deep below")
        watch(process, run_id)

    job._watch = say
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        job.run(run.id)
    assert {line["run"] for line in lines if line["event"] == "something deep below"} == {run.id}


def test_the_settings_reach_the_training(studio):
    settings = studio.settings.model_copy(
        update={
            "training_steps": 7,
            "training_minutes": 1.5,
            "learning_rate": 1e-4,
            "validation_share": 0.5,
            "training_processes": 2,
            "ray_address": "auto",
        }
    )
    command = TrainingJob(studio.store, settings)._command(12)
    assert command[1:] == [
        *("-m", "training.retrain", str(studio.store.folder), "12", "7", "1.5", "0.0001", "0.5"),
        *("--threads", "1", "--device", "cpu", "--parent", str(os.getpid())),
        *("--processes", "2", "--ray-address", "auto"),
    ]


def test_this_process_is_alive_and_nobody_is_not():
    assert process_is_alive(os.getpid())
    assert not process_is_alive(NOBODY)


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="only Linux tells zombies in /proc")  # noqa: PTH110
def test_a_zombie_is_not_alive(eventually):
    process = subprocess.Popen([sys.executable, "-c", ""])
    try:
        eventually(lambda: not process_is_alive(process.pid))
        os.kill(process.pid, 0)  # its number is still taken
    finally:
        process.wait()


def test_a_process_of_somebody_else_is_alive(monkeypatch):
    def refuse(_pid, _signal):
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert process_is_alive(1)


@pytest.mark.skipif(not os.path.exists("/proc/self/cmdline"), reason="only Linux tells programs in /proc")  # noqa: PTH110
def test_another_process_under_the_number_of_a_training_is_none():
    assert not training_is_alive(NOBODY)
    for words, is_one in ((["training.retrain"], True), (["app.py", "retrain"], True), (["app.py", "serve"], False)):
        process = subprocess.Popen([sys.executable, "-c", "print(flush=True); input()", *words], **PIPES)
        try:
            process.stdout.readline()  # until then it may still be a copy of this process
            assert process_is_alive(process.pid)
            assert training_is_alive(process.pid) is is_one
        finally:
            process.communicate(b"\n")


def test_ending_a_group_that_is_gone_is_no_error():
    process = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    process.wait()
    training_job._end_group(process)
    assert process.returncode == 0
