"""The worker process: drafts photos and starts trainings. The web process starts it: ``python -m studio.worker PID``.

It ends with the process of that number, its parent, however that one ends. ``--after-fall`` follows where an earlier
worker of the same parent fell. The command `worker` does the same work by itself, until Ctrl-C.

A data folder has one worker at a time: the one of the pages waits for the end of another, a command is refused. A
studio whose tables lie on a server may have one in each of several data folders, on as many computers.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

import structlog
from filelock import FileLock, Timeout

from annotation_store import drafts
from annotation_store.errors import NOT_NOW, StoreError
from annotation_store.store import Store
from matting_core.errors import MattingError
from studio.chores import Chore, in_turn
from studio.comparing import prepare_comparisons
from studio.drafting import cluster_in, draft_waiting, see_it_end
from studio.insight_watch import InsightWatch
from studio.judging_imports import judge_in_background
from studio.logs import configure_logs
from studio.operations import heartbeat
from studio.operations.traces import Process, tracing
from studio.outbox import Outbox
from studio.reminding import REMIND_SECONDS, Fall, remind, take_over
from studio.security.outgoing import Outgoing
from studio.settings import Settings, environment_of
from studio.signed_on import SignedOn, signed_on
from studio.studio import Studio, open_studio
from studio.training_job import TrainingJob
from studio.triggers import TriggerWatch
from studio.watch_folder import FolderWatchedError, WatchFolder, one_at_a_time
from studio.webhook_sending import WebhookSender
from studio.work import Work
from studio.worker_lock import LOCK_FILE

log = structlog.get_logger()

PROGRAM_FOLDER = Path(__file__).parent.parent
PROGRAM = ("-m", "studio.worker")
WATCH_SECONDS = 1.0
LOOK_SECONDS = 3.0
PATIENCE_SECONDS = 5.0
POLITENESS = 10  # of 19; trainings inherit it
SHUTDOWN_SECONDS = 15.0
CLUSTER_END_SECONDS = 10.0
RESTARTS_PER_MINUTE = 3
AFTER_FALL = "--after-fall"


class WorkerAliveError(MattingError):
    """Another worker is at work on the same data folder."""


def main(parent: int, *, after_fall: bool = False) -> None:
    """Work until told to stop, or until the process `parent`, which started this one, is gone."""
    settings = Settings()
    configure_logs(settings)
    with tracing(settings, Process.WORKER):
        _work(settings, parent=parent, fall=Fall.JUST_NOW if after_fall else Fall.NONE)


def work_alone(settings: Settings) -> None:
    """Work until Ctrl-C or SIGTERM. Raises WorkerAliveError if the folder has a worker already."""
    with tracing(settings, Process.WORKER):
        _work(settings, parent=None, fall=Fall.UNKNOWN)


def _work(settings: Settings, *, parent: int | None, fall: Fall) -> None:
    if hasattr(os, "nice"):
        os.nice(POLITENESS)  # whoever draws comes first
    studio = open_studio(settings)
    with _only_worker(studio.store.folder, parent=parent), ExitStack() as signed_off:
        training = TrainingJob(studio.store, settings)
        consumer = studio.jobs.consumer(
            draft=lambda: draft(studio, worker_id=lambda: me.id, until=consumer.stop_flag),
            train=training.run,
            judge=partial(judge_in_background, studio.store, settings),
            compare=lambda: _compare(studio, until=consumer.stop_flag),
            works=settings.works,
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
        _in_background("watch-end", watch)
        _in_background("compile", _compile_pymatting)
        me = _sign_on(studio.store, signed_off)
        take_over(studio, fall)
        _in_background("remind", partial(remind, studio))
        _in_background("heartbeat", partial(heartbeat.beat, studio.store.folder, until=consumer.stop_flag))
        if studio.jobs.is_shared:
            _look_for_oneself(studio, training, me, until=consumer.stop_flag)
        if Work.CHORES in settings.works:
            _see_to_chores(studio)
        log.info("at work", data=str(studio.store.folder), work=settings.work)
        try:
            consumer.run()
        finally:
            training.stop()
            if settings.ray_address:
                see_it_end(studio.store, within=CLUSTER_END_SECONDS)
            signed_off.close()
            studio.close()


def _in_background(name: str, do: Callable[[], object]) -> None:
    """In a thread of its own, which begins anew where it stumbles: that it is missing, nobody would see for days."""

    def go_on() -> None:
        while True:
            try:
                do()
                return
            except Exception:
                log.exception("a part of the worker has stumbled and begins anew", part=name)
                time.sleep(PATIENCE_SECONDS)

    threading.Thread(target=go_on, name=name, daemon=True).start()


def _sign_on(store: Store, until: ExitStack) -> SignedOn:
    """As soon as that can be written; signed off where `until` ends."""
    while True:
        try:
            return until.enter_context(signed_on(store, name="worker"))
        except NOT_NOW as error:
            log.warning("the worker waits", reason=str(error))
            time.sleep(PATIENCE_SECONDS)


def _look_for_oneself(studio: Studio, training: TrainingJob, me: SignedOn, *, until: threading.Event) -> None:
    """A message that several workers may take wakes one of them; the others see by themselves that there is work."""

    def draft_on() -> None:
        while not until.wait(LOOK_SECONDS):
            with contextlib.suppress(StoreError):
                waits = bool(drafts.waiting_images(studio.store, limit=1))
                if waits and not draft(studio, worker_id=lambda: me.id, until=until):
                    until.wait(REMIND_SECONDS)

    def train_on() -> None:
        while not until.wait(REMIND_SECONDS):
            with contextlib.suppress(StoreError):
                training.run_all()

    if Work.DRAFTS in studio.settings.works:
        _in_background("draft-on", draft_on)
    if Work.TRAININGS in studio.settings.works:
        _in_background("train-on", train_on)


def _see_to_chores(studio: Studio) -> None:
    store = studio.store
    _in_background("triggers", TriggerWatch(store, studio.jobs).watch)
    _in_background("insights", InsightWatch(store).watch)
    _in_background("webhooks", WebhookSender(store, Outgoing(studio.settings.private_networks)).watch)
    _watch_folders(studio)


def _compare(studio: Studio, *, until: threading.Event) -> None:
    device = studio.settings.device
    in_turn(studio.store, Chore.COMPARISONS, partial(prepare_comparisons, studio.store, device=device, until=until))


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

        _in_background("watch-folder", watch)
    if (outbox_folder := settings.outbox_folder) is not None:
        try:
            outbox = Outbox(studio.store, outbox_folder, settings.outbox_forms)
        except MattingError as error:
            log.error("nothing goes into the outbox", reason=str(error))
            return
        _in_background("outbox", outbox.watch)


def _compile_pymatting() -> None:
    """The first import after installation compiles for half a minute: best before anybody waits for an export."""
    import pymatting  # noqa: F401


def draft(studio: Studio, *, worker_id: Callable[[], int], until: threading.Event | None = None) -> bool:
    """Draft what waits; whether all could be stored. Once `until` is set, nothing new is begun."""
    try:
        cluster = cluster_in(studio.settings)
        draft_waiting(studio.store, studio.live, worker_id=worker_id, until=until, cluster=cluster)
    except NOT_NOW as error:
        log.warning("drafting pauses", reason=str(error))
        return False
    return True


def end_at_once() -> NoReturn:
    """End this process, all of which is closed in order, without waiting for the interpreter to be taken apart.

    Threads that look on are inside libraries of C++ now and then; Python ends them there, and that aborts the process.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


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
    end_at_once()
