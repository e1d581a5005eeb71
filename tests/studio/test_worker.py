"""The worker as a process of its own: real processes, so few and long tests."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from pydantic import SecretStr
from small_images import take_in
from structlog.testing import capture_logs

from annotation_store import drafts, gallery
from annotation_store.errors import StoreFullError
from annotation_store.learning import training_runs
from annotation_store.states import ImageState, RunState
from annotation_store.workers.places import process_is_alive
from annotation_store.workers.workers import list_workers
from studio import worker as worker_module
from studio.drafting import draft_waiting
from studio.operations import heartbeat
from studio.settings import Settings, environment_of
from studio.studio import open_studio
from studio.worker import PROGRAM_FOLDER, Worker


@pytest.fixture
def quiet(settings):
    """Settings with a model that needs neither weights nor torch to load long."""
    from annotation_store.learning import model_registry, standings

    studio = open_studio(settings)
    closed_form = next(model for model in model_registry.list_models(studio.store) if model.name == "closed-form")
    standings.go_live(studio.store, closed_form.id, verdict="for the test", by="keiko")
    yield settings
    studio.close()


PROGRAM = """
import sys
import studio.worker, studio.reports.pilot_files, annotation_store.comparisons.results
print("WORKER", *({"gradio", "pandas", "scipy.stats", "reportlab", "vl_convert"} & set(sys.modules)))
import studio.web
print("WEB", *({"lightning_fabric", "torch._dynamo", "ray", "reportlab", "vl_convert"} & set(sys.modules)))
"""


def test_nothing_heavy_is_loaded_before_it_is_needed():
    """Gradio is for pages, training for a process of its own; the others are for the few who read reports and results.
    Most of these are seconds."""
    loaded = subprocess.run([sys.executable, "-c", PROGRAM], cwd=PROGRAM_FOLDER, capture_output=True, text=True)
    assert loaded.stdout.split() == ["WORKER", "WEB"], loaded.stderr


def state_of(store, image):
    return gallery.get_image(store, image.id).state


def test_the_environment_makes_the_very_same_settings(settings, monkeypatch):
    address = SecretStr("postgresql://keiko:s3cret@db.example/store")
    told = settings.model_copy(
        update={
            "operator": "ren",
            "learning_rate": 1.25e-5,
            "validation_share": 0.4,
            "database_url": address,
            "jobs_url": address,
        }
    )
    for name, value in environment_of(told).items():
        monkeypatch.setenv(name, value)
    assert Settings(_env_file=None) == told


def test_the_secret_of_the_identity_provider_stays_with_the_web_process(settings):
    told = settings.model_copy(update={"oidc_client_secret": SecretStr("s3cret")})
    assert environment_of(told)["MATTELOOP_OIDC_CLIENT_SECRET"] == ""
    assert "s3cret" not in str(environment_of(told))


def test_so_does_the_token_of_the_metrics(settings):
    told = settings.model_copy(update={"metrics_token": SecretStr("s3cret of some length")})
    assert environment_of(told)["MATTELOOP_METRICS_TOKEN"] == ""
    assert "s3cret" not in str(environment_of(told))


def test_the_environment_names_the_data_folder_from_the_root(settings, tmp_path, monkeypatch):
    told = settings.model_copy(update={"data_dir": tmp_path.relative_to(tmp_path.parent)})
    monkeypatch.chdir(tmp_path.parent)
    assert environment_of(told)["MATTELOOP_DATA_DIR"] == str(tmp_path)


def test_it_names_the_other_folders_from_the_root_as_well(settings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = environment_of(settings.model_copy(update={"watch_dir": "in", "outbox_dir": "out"}))
    assert (told["MATTELOOP_WATCH_DIR"], told["MATTELOOP_OUTBOX_DIR"]) == (str(tmp_path / "in"), str(tmp_path / "out"))
    assert environment_of(settings)["MATTELOOP_WATCH_DIR"] == ""


@pytest.mark.slow
def test_the_worker_drafts_what_waits_also_after_it_was_killed_and_ends_when_told(quiet, monkeypatch, eventually):
    monkeypatch.setattr(worker_module, "WATCH_SECONDS", 0.1)
    studio = open_studio(quiet)
    left = take_in(studio.store, "left_1.png", 1)
    drafts.claim_next_for_drafting(studio.store)  # by a worker that fell
    lost = training_runs.request(studio.store, by="keiko")
    training_runs.start(studio.store, lost.id, 2**22 + 1)

    worker = Worker(quiet)
    worker.start()
    try:
        eventually(lambda: state_of(studio.store, left) is ImageState.READY, within=120)
        # a training whose process is gone is gone on with; this one finds too little to learn from
        eventually(lambda: training_runs.get_run(studio.store, lost.id).state is RunState.FAILED, within=120)
        assert training_runs.get_run(studio.store, lost.id).attempts == 2
        assert heartbeat.is_heard(studio.store.folder)

        first = worker._process
        heavy = take_in(studio.store, "heavy_1.png", 3)
        (me,) = list_workers(studio.store)
        drafts.claim_next_for_drafting(studio.store, worker_id=me.id)  # as if by the worker, which falls over it
        os.kill(first.pid, signal.SIGKILL)
        eventually(lambda: worker._process is not first)
        waiting = take_in(studio.store, "waiting_1.png", 2)
        studio.jobs.draft()
        eventually(lambda: state_of(studio.store, waiting) is ImageState.READY, within=120)
        assert state_of(studio.store, heavy) is ImageState.FAILED
        assert "memory ran out" in gallery.get_image(studio.store, heavy.id).failure
    finally:
        worker.stop()
    assert worker._process.returncode is not None
    assert not process_is_alive(worker._process.pid)
    assert list_workers(studio.store) == ()
    studio.close()


@pytest.mark.slow
def test_a_worker_whose_parent_is_gone_ends_by_itself(quiet):
    gone = 2**22 + 1
    process = subprocess.Popen(
        [sys.executable, "-m", "studio.worker", str(gone)],
        cwd=PROGRAM_FOLDER,
        env={**os.environ, **environment_of(quiet)},
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(120)
    finally:
        process.kill()
        process.wait()


def test_drafting_that_finds_no_room_pauses_without_an_error(studio, monkeypatch):
    def refuse(*_given, **_named):
        raise StoreFullError("There is no room left.")

    monkeypatch.setattr(drafts, "claim_next_for_drafting", refuse)
    image = take_in(studio.store, "cup_1.png", 1)
    worker_module.draft(studio, worker_id=lambda: 1)
    assert state_of(studio.store, image) is ImageState.WAITING


class Fallen:
    """A process that has ended already."""

    def __init__(self, status=1):
        self.returncode = status

    def poll(self):
        return self.returncode

    def terminate(self):
        """It is gone."""

    def wait(self, timeout=None):
        return self.returncode


def test_a_worker_that_keeps_falling_is_given_up(settings, monkeypatch, eventually):
    monkeypatch.setattr(worker_module, "WATCH_SECONDS", 0.01)
    worker, spawned = Worker(settings), []
    monkeypatch.setattr(worker, "_spawn", lambda: spawned.append(1) or Fallen())
    worker.start()
    eventually(lambda: not worker._watcher.is_alive())
    assert len(spawned) == 1 + worker_module.RESTARTS_PER_MINUTE
    worker.stop()


def test_a_worker_that_is_just_being_started_again_is_stopped_too(settings, monkeypatch, eventually):
    monkeypatch.setattr(worker_module, "WATCH_SECONDS", 0.01)
    starting, go_on = threading.Event(), threading.Event()
    worker, stopped = Worker(settings), []

    class Living(Fallen):
        def poll(self):
            return None

        def terminate(self):
            stopped.append(self)

    def spawn():
        if worker._process is None:
            return Fallen()
        starting.set()
        go_on.wait(10)
        return Living()

    monkeypatch.setattr(worker, "_spawn", spawn)
    worker.start()
    starting.wait(10)
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    eventually(worker._closing.is_set)
    go_on.set()
    stopping.join(10)
    assert [type(process) for process in stopped] == [Living]


def test_stopping_a_worker_that_never_started_is_no_error(settings):
    Worker(settings).stop()


@pytest.mark.slow
def test_a_worker_alone_drafts_until_ctrl_c_and_is_the_only_one(quiet, eventually):
    studio = open_studio(quiet)
    image = take_in(studio.store, "left_1.png", 1)
    alone = (sys.executable, "app.py", "worker")
    environment = {**os.environ, **environment_of(quiet)}
    process = subprocess.Popen(alone, cwd=PROGRAM_FOLDER, env=environment, stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: state_of(studio.store, image) is ImageState.READY, within=120)
        second = subprocess.run(alone, cwd=PROGRAM_FOLDER, env=environment, capture_output=True, text=True, check=False)
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr.splitlines()[-1].startswith("error: the studio in ")
        assert "has a worker already" in second.stderr
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
    studio.close()


def test_the_worker_of_the_pages_waits_for_the_end_of_another(tmp_path, monkeypatch, eventually):
    monkeypatch.setattr(worker_module, "WATCH_SECONDS", 0.05)
    entered, leave = threading.Event(), threading.Event()

    def work():
        with worker_module._only_worker(tmp_path, parent=os.getppid()):
            entered.set()
            leave.wait(10)

    with worker_module._only_worker(tmp_path, parent=None):
        waiting = threading.Thread(target=work)
        waiting.start()
        assert not entered.wait(0.3)
        with pytest.raises(worker_module.WorkerAliveError), worker_module._only_worker(tmp_path, parent=None):
            pass
    assert entered.wait(10)
    leave.set()
    waiting.join(10)


def test_a_worker_that_waits_ends_with_its_parent(tmp_path, monkeypatch):
    monkeypatch.setattr(worker_module, "WATCH_SECONDS", 0.05)
    gone = 2**22 + 1
    with (
        worker_module._only_worker(tmp_path, parent=None),
        pytest.raises(SystemExit),
        worker_module._only_worker(tmp_path, parent=gone),
    ):
        pass


def test_drafting_ends_after_the_present_image_once_it_is_to_stop(studio):
    images = [take_in(studio.store, f"cup_{number}.png", number) for number in range(3)]
    stop = threading.Event()
    draft_waiting(studio.store, studio.live, on_image=lambda *_: stop.set(), until=stop)
    states = [state_of(studio.store, image) for image in images]
    assert states == [ImageState.READY, ImageState.WAITING, ImageState.WAITING]
    worker_module.draft(studio, worker_id=lambda: 1, until=stop)
    assert state_of(studio.store, images[1]) is ImageState.WAITING


@pytest.fixture
def begun(studio, monkeypatch):
    """``begun(watch_dir=...)``: what a worker with these settings watches and fills, without any thread of it."""
    started = []

    class Thread:
        def __init__(self, *, target, name, daemon):
            assert daemon
            started.append(name)

        def start(self):
            """Not in a test."""

    monkeypatch.setattr(worker_module.threading, "Thread", Thread)

    def begin(**settings):
        told = replace(studio, settings=studio.settings.model_copy(update=settings))
        with capture_logs() as logs:
            worker_module._watch_folders(told)
        return started, [line["event"] for line in logs]

    return begin


def test_folders_are_watched_and_filled_where_the_settings_name_some(begun, tmp_path):
    assert begun() == ([], [])
    assert begun(watch_dir=str(tmp_path / "in"), outbox_dir=str(tmp_path / "out")) == (["watch-folder", "outbox"], [])


def test_a_form_that_no_outbox_can_have_stops_nothing_else(begun, tmp_path):
    folders = {"watch_dir": str(tmp_path / "in"), "outbox_dir": str(tmp_path / "out")}
    assert begun(**folders, outbox_formats="webdataset") == (["watch-folder"], ["nothing goes into the outbox"])


def test_a_part_of_the_worker_that_stumbles_begins_anew(monkeypatch, eventually):
    tried = []

    def stumble():
        tried.append(1)
        if len(tried) < 3:
            raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(worker_module, "PATIENCE_SECONDS", 0.01)
    worker_module._in_background("part", stumble)
    eventually(lambda: len(tried) == 3)
