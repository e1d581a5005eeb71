"""Whatever ends a training at work, it goes on or ends in a clear state, and what serves stays as it is meanwhile.

Every training is a real one in a process of its own, held at its fourth step (`quick_retrain.py`) until it was hit.
"""

import contextlib
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from small_images import approve, take_in

from annotation_store import gallery
from annotation_store.kinds import ModelKind
from annotation_store.learning import model_registry, training_runs, what_serves
from annotation_store.records import RunRecord
from annotation_store.states import ImageState, RunState
from annotation_store.store import Store, open_store
from annotation_store.workers.places import process_is_alive
from faults.mortal_studio import MortalStudio
from faults.processes import QUICK_RETRAIN
from faults.quick_retrain import HELD_AT, STEPS
from faults.small_disk import mounted_at
from studio import training_job, worker
from studio.jobs import Jobs
from studio.settings import Settings
from studio.training_job import TrainingJob
from studio.worker import Worker
from training import mishaps
from training.built_in_models import register_built_in_models
from training.leftovers import CHECKPOINT, MATERIAL

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc"),
]

PATIENCE_SECONDS = 180.0
FEW_MEGABYTES = 48
"""More than a start needs, less than a training."""


class Learning:
    """A studio's data with two approved mattes, and the training that is at work there."""

    def __init__(self, folder: Path) -> None:
        self.store: Store = open_store(folder)
        self.hold = folder.parent / "hold"
        register_built_in_models(self.store)
        for number, name in enumerate(("cup_1.png", "scarf_1.png")):
            approve(self.store, name, number)
        self.request()

    def request(self) -> None:
        self.hold.touch()
        self.id = training_runs.request(self.store, by="keiko").id

    @property
    def run(self) -> RunRecord:
        return training_runs.get_run(self.store, self.id)

    @property
    def place(self) -> Path:
        return self.store.folder / training_runs.folder_of(self.id)

    @property
    def is_over(self) -> bool:
        return self.run.state not in training_runs.UNFINISHED

    def wait_until_held(self) -> int:
        """The number of the process that is at work."""
        eventually(lambda: len(training_runs.curve(self.store, self.id)) >= HELD_AT or self.is_over)
        assert self.run.state is RunState.RUNNING, self.run.verdict
        assert self.run.pid is not None
        return self.run.pid

    def assert_it_went_on(self, *, attempts: int) -> None:
        """To a verdict, from the step at which it was hit, without reading anything again."""
        eventually(lambda: self.is_over)
        assert (self.run.state, self.run.attempts) == (RunState.SUCCEEDED, attempts), self.run.verdict
        assert "held-out image" in (self.run.verdict or "")
        log = (self.store.folder / self.run.log_path).read_text()
        assert [int(step) for step in re.findall(r"Learning: step (\d+)", log)] == list(range(1, STEPS + 1))
        assert log.count("Reading approved mattes: 1 of 1") == 1
        assert [point.step for point in training_runs.curve(self.store, self.id)] == list(range(1, STEPS + 1))
        candidates = [each for each in model_registry.list_models(self.store) if each.training_run_id == self.id]
        assert [each.id for each in candidates] == [self.run.candidate_id]
        assert list(self.place.iterdir()) == [self.store.folder / self.run.log_path]

    def assert_it_failed(self, words: str) -> None:
        eventually(lambda: self.is_over)
        assert self.run.state is RunState.FAILED, self.run.verdict
        assert words in (self.run.verdict or "")
        assert what_serves.live_model(self.store).name == "compact"
        assert list(self.place.iterdir()) == [self.store.folder / self.run.log_path]

    def processes(self) -> set[int]:
        """All trainings of this folder that are alive."""
        found = set()
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if not entry.name.isdecimal():
                    continue
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if str(self.store.folder).encode() in words and QUICK_RETRAIN[0].encode() in words:
                    found.add(int(entry.name))
        return {pid for pid in found if process_is_alive(pid)}


@pytest.fixture
def learning(tmp_path: Path) -> Iterator[Learning]:
    opened = Learning(tmp_path / "data")
    yield opened
    opened.store.database.close()
    assert opened.processes() == set()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_job, "PROGRAM", QUICK_RETRAIN)
    monkeypatch.setattr(training_job, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(training_job, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(worker, "WATCH_SECONDS", 0.1)


@contextlib.contextmanager
def working(learning: Learning, *, megabytes: int = 0) -> Iterator[Worker]:
    """A worker and its parent, which is this process. megabytes: what a training may take; 0 for no limit."""
    program = (str(Path(__file__).with_name("quick_worker.py")), str(megabytes))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "PROGRAM", program)
        running = Worker(settings_of(learning))
        running.start()
        try:
            yield running
        finally:
            learning.hold.unlink(missing_ok=True)
            running.stop()


@contextlib.contextmanager
def carrying_out(learning: Learning) -> Iterator[None]:
    """A training job without a worker around it."""
    job = TrainingJob(learning.store, settings_of(learning))
    thread = threading.Thread(target=job.run, args=(learning.id,))
    thread.start()
    try:
        yield
    finally:
        job.stop()
        thread.join()


def settings_of(learning: Learning) -> Settings:
    return Settings(_env_file=None, data_dir=learning.store.folder, operator="keiko", device="cpu", threads=1)


def eventually(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_killed_training_goes_on_from_its_checkpoint(learning: Learning) -> None:
    with carrying_out(learning):
        os.kill(learning.wait_until_held(), signal.SIGKILL)
        learning.hold.unlink()
        learning.assert_it_went_on(attempts=2)


def test_the_training_of_a_killed_worker_goes_on_under_the_next_one_and_never_twice_at_once(learning: Learning) -> None:
    with working(learning) as running:
        first, orphan = running._process, learning.wait_until_held()
        assert first is not None
        os.kill(first.pid, signal.SIGKILL)
        while learning.run.attempts < 2:
            assert len(learning.processes()) <= 1
            time.sleep(0.02)
        assert not process_is_alive(orphan)
        learning.hold.unlink()
        learning.assert_it_went_on(attempts=2)
        assert running._process is not first


def test_photos_are_drafted_while_a_training_runs_and_another_waits(learning: Learning) -> None:
    with working(learning):
        learning.wait_until_held()
        waiting = training_runs.request(learning.store, by="keiko", kind=ModelKind.DRAFTER)
        jobs = Jobs(learning.store.folder)
        jobs.train(waiting.id)
        photo = take_in(learning.store, "hat_1.png", 7)
        jobs.draft()
        eventually(lambda: gallery.get_image(learning.store, photo.id).state is ImageState.READY)
        assert learning.run.state is RunState.RUNNING
        assert training_runs.get_run(learning.store, waiting.id).state is RunState.QUEUED
        training_runs.request_cancel(learning.store, waiting.id, by="keiko")


def test_the_training_of_a_killed_studio_goes_on_when_it_is_opened_again(learning: Learning, tmp_path: Path) -> None:
    studio = MortalStudio(learning.store.folder, beside=tmp_path)
    studio.start()
    learning.wait_until_held()
    studio.kill(together=True)
    eventually(lambda: not learning.processes())
    assert learning.run.state is RunState.RUNNING  # nobody was left to say anything else
    studio.start()
    learning.hold.unlink()
    learning.assert_it_went_on(attempts=2)
    studio.close()


def test_a_full_disk_ends_a_training_in_words_or_makes_it_wait_for_room(tmp_path: Path) -> None:
    with mounted_at(tmp_path / "disk", megabytes=96) as disk:
        learning = Learning(disk.folder / "data")
        with carrying_out(learning):
            learning.wait_until_held()
            with disk.full(less=1 << 20):  # enough for rows, not for a checkpoint
                learning.hold.unlink()
                learning.assert_it_failed(mishaps.DISK_IS_FULL)
        learning.request()
        with carrying_out(learning):
            pid = learning.wait_until_held()
            with disk.full():
                learning.hold.unlink()
                eventually(lambda: not process_is_alive(pid))
                assert what_serves.live_model(learning.store).name == "compact"
                assert sorted(path.name for path in learning.place.iterdir()) == [CHECKPOINT, MATERIAL, "training.log"]
            learning.assert_it_went_on(attempts=1)
        learning.store.database.close()


def test_a_training_without_enough_memory_fails_in_words_and_photos_are_drafted_all_the_same(
    learning: Learning,
) -> None:
    learning.hold.unlink()
    with working(learning, megabytes=FEW_MEGABYTES):
        learning.assert_it_failed("memory")
        photo = take_in(learning.store, "hat_1.png", 7)
        Jobs(learning.store.folder).draft()
        eventually(lambda: gallery.get_image(learning.store, photo.id).state is ImageState.READY)
