"""The worker process: drafts photos and starts trainings. The web process starts it: ``python -m studio.worker PID``.

It ends with the process of that number, its parent, however that one ends. ``--after-fall`` follows where an earlier
worker of the same parent fell. The command `worker` does the same work by itself, until Ctrl-C.

A data folder has one worker at a time: the one of the pages waits for the end of another, a command is refused.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import structlog
from filelock import FileLock, Timeout

from annotation_store import drafts
from annotation_store.errors import NOT_NOW, StoreError
from annotation_store.learning import training_runs
from annotation_store.pilots.pilots import give_drafts_back
from annotation_store.states import RunState
from matting_core.errors import MattingError
from studio.comparing import comparison_is_due, give_up_comparison, prepare_comparisons
from studio.drafting import draft_is_due, draft_waiting, give_up_unfinished
from studio.insight_watch import InsightWatch
from studio.judging_imports import judge_in_background
from studio.logs import configure_logs
from studio.operations import heartbeat
from studio.operations.traces import Process, tracing
from studio.outbox import Outbox
from studio.security.outgoing import Outgoing
from studio.settings import Settings, environment_of
from studio.studio import Studio, open_studio
from studio.training_job import TrainingJob, training_is_alive
from studio.triggers import TriggerWatch
from studio.watch_folder import FolderWatchedError, WatchFolder, one_at_a_time
from studio.webhook_sending import WebhookSender
from studio.worker_lock import LOCK_FILE

log = structlog.get_logger()

PROGRAM_FOLDER = Path(__file__).parent.parent
PROGRAM = ("-m", "studio.worker")
WATCH_SECONDS = 1.0
REMIND_SECONDS = 30.0
PATIENCE_SECONDS = 5.0
POLITENESS = 10  # of 19; trainings inherit it
SHUTDOWN_SECONDS = 15.0
RESTARTS_PER_MINUTE = 3
AFTER_FALL = "--after-fall"


class WorkerAliveError(MattingError):
    """Another worker is at work on the same data folder."""


def main(parent: int, *, after_fall: bool = False) -> None:
    """Work until told to stop, or until the process `parent`, which started this one, is gone."""
    settings = Settings()
    configure_logs(settings)
    with tracing(settings, Process.WORKER):
        _work(settings, parent=parent, after_fall=after_fall)


def work_alone(settings: Settings) -> None:
    """Work until Ctrl-C or SIGTERM. Raises WorkerAliveError if the folder has a worker already."""
    with tracing(settings, Process.WORKER):
        _work(settings, parent=None, after_fall=False)


def _work(settings: Settings, *, parent: int | None, after_fall: bool) -> None:
    if hasattr(os, "nice"):
        os.nice(POLITENESS)  # whoever draws comes first
    studio = open_studio(settings)
    with _only_worker(studio.store.folder, parent=parent):
        training = TrainingJob(studio.store, settings)
        consumer = studio.jobs.consumer(
            draft=lambda: draft(studio, until=consumer.stop_flag),
            train=training.run,
            judge=partial(judge_in_background, studio.store, settings),
            compare=lambda: prepare_comparisons(studio.store, device=settings.device, until=consumer.stop_flag),
        )

        def leave() -> None:
            while _is_parent(parent):
                time.sleep(WATCH_SECONDS)
            training.stop()
            os.kill(os.getpid(), signal.SIGTERM)

        def end_training() -> None:
            consumer.stop_flag.wait()  # after Ctrl-C the consumer waits for what is at work: a training takes hours
            training.stop()

        watch = end_training if parent is None else leave
        threading.Thread(target=watch, name="watch-end", daemon=True).start()
        threading.Thread(target=_compile_pymatting, name="compile", daemon=True).start()
        _take_over(studio, after_fall=after_fall)
        threading.Thread(target=_remind, args=(studio,), name="remind", daemon=True).start()
        threading.Thread(target=TriggerWatch(studio.store, studio.jobs).watch, name="triggers", daemon=True).start()
        threading.Thread(target=InsightWatch(studio.store).watch, name="insights", daemon=True).start()
        sender = WebhookSender(studio.store, Outgoing(settings.private_networks))
        threading.Thread(target=sender.watch, name="webhooks", daemon=True).start()
        beat = partial(heartbeat.beat, studio.store.folder, until=consumer.stop_flag)
        threading.Thread(target=beat, name="heartbeat", daemon=True).start()
        _watch_folders(studio)
        log.info("at work", data=str(studio.store.folder))
        try:
            consumer.run()
        finally:
            training.stop()
            studio.close()


def _is_parent(number: int | None) -> bool:
    return os.getppid() == number


@contextmanager
def _only_worker(folder: Path, *, parent: int | None) -> Iterator[None]:
    """Holds the lock of the folder. The worker of the pages waits for it as long as its parent is there."""
    lock = FileLock(folder / LOCK_FILE)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        if parent is None:
            raise WorkerAliveError(
                f"the studio in {folder} has a worker already: leave the work to that one, or end it first (pages that "
                "are open have one of their own)"
            ) from None
        log.warning("another worker is at work here: this one waits for its end", data=str(folder))
        while not _is_acquired(lock):
            if not _is_parent(parent):
                raise SystemExit(0) from None
    try:
        yield
    finally:
        lock.release()


def _is_acquired(lock: FileLock) -> bool:
    with contextlib.suppress(Timeout):
        lock.acquire(timeout=WATCH_SECONDS)
    return lock.is_locked


def _watch_folders(studio: Studio) -> None:
    """Let photos come in, and approved ones go out, by folders, where the settings name some."""
    settings = studio.settings
    if (folder := settings.watch_folder) is not None:

        def watch() -> None:
            eye = WatchFolder(studio.store, folder, limits=settings.image_limits, on_photos=studio.jobs.draft)
            while True:
                try:
                    with one_at_a_time(studio.store, folder):
                        eye.watch(settings.watch_seconds)
                except FolderWatchedError as error:
                    log.warning("the watch folder waits", reason=str(error))
                time.sleep(REMIND_SECONDS)

        threading.Thread(target=watch, name="watch-folder", daemon=True).start()
    if (outbox_folder := settings.outbox_folder) is not None:
        try:
            outbox = Outbox(studio.store, outbox_folder, settings.outbox_forms)
        except MattingError as error:
            log.error("nothing goes into the outbox", reason=str(error))
            return
        threading.Thread(target=outbox.watch, name="outbox", daemon=True).start()


def _take_over(studio: Studio, *, after_fall: bool) -> None:
    """See to what an earlier worker has left unfinished, as soon as that can be written."""
    while True:
        try:
            if after_fall:
                give_up_unfinished(studio.store)
                give_up_comparison(studio.store)
            drafts.return_unfinished_drafts(studio.store)
            _go_on_with_trainings(studio)
            if comparison_is_due(studio.store):
                studio.jobs.compare()
            break
        except NOT_NOW as error:  # a worker that fell over it would soon not be started any more
            log.warning("the worker waits", reason=str(error))
            time.sleep(PATIENCE_SECONDS)
    studio.jobs.draft()


def _go_on_with_trainings(studio: Studio) -> None:
    """Those whose process is gone, and those whose message was lost with an earlier worker."""
    training_runs.put_back_lost(studio.store, is_alive=training_is_alive)
    for run in training_runs.list_runs(studio.store):
        if run.state is RunState.QUEUED:
            studio.jobs.train(run.id)


def _remind(studio: Studio) -> None:
    """See to what waits without a message: the disk was full when that was to be sent, or to be followed."""
    while True:
        time.sleep(REMIND_SECONDS)
        with contextlib.suppress(StoreError):
            give_drafts_back(studio.store)
            if draft_is_due(studio.store):
                studio.jobs.draft()
            if comparison_is_due(studio.store):
                studio.jobs.compare()
            _go_on_with_trainings(studio)


def _compile_pymatting() -> None:
    """The first import after installation compiles for half a minute: best before anybody waits for an export."""
    import pymatting  # noqa: F401


def draft(studio: Studio, *, until: threading.Event | None = None) -> None:
    """Draft what waits, as far as the disk lets it be stored; once `until` is set, nothing new is begun."""
    try:
        draft_waiting(studio.store, studio.live, until=until)
    except NOT_NOW as error:
        log.warning("drafting pauses", reason=str(error))


class Worker:
    """The worker process as its parent sees it: started, started again should it fall, stopped with the studio."""

    def __init__(self, settings: Settings) -> None:
        self._environment = {**os.environ, **environment_of(settings)}
        self._process: subprocess.Popen[bytes] | None = None
        self._has_fallen = False
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="watch-worker", daemon=True)

    def start(self) -> None:
        self._process = self._spawn()
        self._watcher.start()

    def stop(self) -> None:
        """Ask it to finish, wait, and end it if it does not."""
        self._closing.set()
        if self._process is None:
            return
        self._watcher.join()  # it may be starting the worker anew this very moment
        self._process.terminate()
        try:
            self._process.wait(SHUTDOWN_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _spawn(self) -> subprocess.Popen[bytes]:
        # a session of its own: Ctrl-C in the terminal reaches the studio, which then stops the worker in order
        return subprocess.Popen(  # noqa: S603  (our own interpreter and module)
            [sys.executable, *PROGRAM, str(os.getpid()), *([AFTER_FALL] if self._has_fallen else [])],
            cwd=PROGRAM_FOLDER,
            env=self._environment,
            start_new_session=True,
        )

    def _watch(self) -> None:
        falls: list[float] = []
        while not self._closing.wait(WATCH_SECONDS):
            if self._process is None or self._process.poll() is None:
                continue
            falls = [moment for moment in falls if time.monotonic() - moment < 60] + [time.monotonic()]
            if len(falls) > RESTARTS_PER_MINUTE:
                log.error("the worker keeps falling and is not started again", status=self._process.returncode)
                return
            log.warning("the worker fell and is started again", status=self._process.returncode)
            self._has_fallen = True
            self._process = self._spawn()


if __name__ == "__main__":
    main(int(sys.argv[1]), after_fall=AFTER_FALL in sys.argv)
