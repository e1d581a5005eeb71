"""Runs one training as a process of its own, so that it can be stopped as a whole and cannot harm the worker.

A process that is killed, by a full memory say, is followed by another, which goes on from the last checkpoint; the
store counts them. A studio that closes puts its training back, and goes on with it when it is opened again. Where a
studio has several computers, the one that has the checkpoint goes on, unless it stays away.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from annotation_store.clock import shared_now
from annotation_store.errors import NOT_NOW
from annotation_store.kinds import RunCause
from annotation_store.learning import training_runs
from annotation_store.learning.run_logs import keep_log
from annotation_store.records import RunRecord
from annotation_store.states import RunState
from annotation_store.store import Store
from annotation_store.workers.places import here, process_is_alive
from studio.operations.traces import span
from studio.settings import Settings, environment_of
from training import leftovers
from training.exit_status import ExitStatus

log = structlog.get_logger()

POLL_SECONDS = 0.5
PATIENCE_SECONDS = 5.0
GRACE_SECONDS = 20.0
"""How long a cancelled training may take to stop by itself before its processes are ended."""
CHECKPOINT_PATIENCE = timedelta(minutes=10)
"""How long a run that was put back is left to the computer that has its checkpoint. That one may be starting anew,
which takes minutes; another one has to begin from nothing, which may cost hours."""

PROGRAM_FOLDER = Path(__file__).parent.parent
PROGRAM = ("-m", "training.retrain")


class TrainingJob:
    """Starts trainings and ends the running one when the worker stops. One training at a time."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._stopping = threading.Event()
        self._one_at_a_time = threading.Lock()

    def run(self, _run_id: int) -> None:
        """Carry out a queued run, and all others that wait."""
        self.run_all()

    def run_all(self) -> None:
        """Carry out all runs that wait, each by several processes if need be, to a clear state.

        If another thread is at it already, this one returns at once, and that one comes to the run: threads that wait
        would be missed for drafts.
        """
        while self._next() is not None and self._one_at_a_time.acquire(blocking=False):
            try:
                while (run := self._next()) is not None:
                    with structlog.contextvars.bound_contextvars(run=run.id), span("training", run=run.id):
                        self._settle_patiently(run, *self._carry_out(run))
            finally:
                self._one_at_a_time.release()

    def _next(self) -> RunRecord | None:
        """The oldest run that waits for this studio; what a command has asked for, that command begins.

        None while a training is at work that this worker has not begun: a command's, or a fallen worker's that has not
        noticed yet.
        """
        runs = training_runs.list_runs(self._store)
        with self._store.database.read() as session:
            now = shared_now(session)
        if self._stopping.is_set() or any(_is_at_work(run, now) for run in runs):
            return None
        queued = [run for run in runs if run.state is RunState.QUEUED]
        waiting = [run for run in queued if run.attempts or run.cause is not RunCause.COMMAND]
        waiting = [run for run in waiting if not _is_left_to_another(run, now)]
        return min(waiting, key=lambda run: run.id, default=None)

    def _carry_out(self, run: RunRecord) -> tuple[int, int]:
        """One process from its start to its end; its number, and its exit status."""
        log_path = self._store.folder / run.log_path
        log_path.parent.mkdir(parents=True, exist_ok=True)
        with log_path.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                self._command(run.id),
                cwd=PROGRAM_FOLDER,
                env={**os.environ, **environment_of(self._settings)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            log.info("training started", run=run.id, pid=process.pid, attempt=run.attempts + 1)
            self._watch(process, run.id)
        return process.pid, process.returncode

    def stop(self) -> None:
        """End the running training and wait until it is over; it goes on when the studio is opened again."""
        self._stopping.set()
        with self._one_at_a_time:
            log.debug("no training runs any more")

    def _command(self, run_id: int) -> list[str]:
        settings = self._settings
        positional = (
            self._store.folder,
            run_id,
            settings.training_steps,
            settings.training_minutes,
            settings.learning_rate,
            settings.validation_share,
        )
        options = ("--threads", settings.threads, "--device", settings.device, "--parent", os.getpid())
        shared = ("--processes", settings.training_processes, "--ray-address", settings.ray_address)
        return [sys.executable, *PROGRAM, *map(str, positional), *map(str, options + shared)]

    def _watch(self, process: subprocess.Popen[bytes], run_id: int) -> None:
        cancelled_at: float | None = None
        while process.poll() is None:
            time.sleep(POLL_SECONDS)
            if self._stopping.is_set():
                _end_group(process)
            elif self._is_cancelled(run_id):
                cancelled_at = cancelled_at or time.monotonic()
                if time.monotonic() - cancelled_at > GRACE_SECONDS:
                    _end_group(process)

    def _is_cancelled(self, run_id: int) -> bool:
        try:
            return training_runs.get_run(self._store, run_id).cancel_requested
        except NOT_NOW:  # to leave the process alone for that would make room for a second one
            return False

    def _settle_patiently(self, begun: RunRecord, pid: int, status: int) -> None:
        """As soon as it can be written: a run without an end would keep the next one from beginning."""
        while True:
            try:
                self._settle(begun, pid, status)
                keep_log(self._store, begun.id)
                return
            except NOT_NOW as error:
                log.warning("the end of a training waits", run=begun.id, reason=str(error))
                if self._stopping.wait(PATIENCE_SECONDS):
                    raise

    def _settle(self, begun: RunRecord, pid: int, status: int) -> None:
        """If the process `pid` ended without a word, say what happened in its place. begun: the run as it was before.

        A run that goes on in another process, since this computer was taken for gone, is that one's.
        """
        run = training_runs.get_run(self._store, begun.id)
        log.info("training ended", run=run.id, state=run.state.value, status=status)
        never_started = run.state is RunState.QUEUED and run.attempts == begun.attempts
        is_excused = self._stopping.is_set() or status == ExitStatus.STORE_IS_AWAY
        if never_started and not is_excused:
            verdict = f"The training could not be started (status {status}); its log says more."
            training_runs.finish(self._store, run.id, RunState.FAILED, verdict=verdict)
        elif run.state is RunState.RUNNING and (run.host, run.pid) == (here().host, pid):
            put_back = training_runs.put_back(self._store, run.id, is_blamed=not is_excused)
            log.warning("training put back", run=run.id, state=put_back.state.value, attempts=put_back.attempts)
            if put_back.state not in training_runs.UNFINISHED:
                leftovers.clear(self._store.folder / training_runs.folder_of(run.id))
        if status == ExitStatus.STORE_IS_AWAY:
            self._stopping.wait(PATIENCE_SECONDS)  # there may not be room yet for more than this


def training_is_alive(pid: int) -> bool:
    """Whether a training runs under this number: after a restart, another process or thread may have it."""
    if not process_is_alive(pid):
        return False
    with contextlib.suppress(OSError):
        return b"retrain" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return True


def _is_at_work(run: RunRecord, now: datetime) -> bool:
    return training_runs.is_at_work(run, is_alive=training_is_alive, now=now)


def _is_left_to_another(run: RunRecord, now: datetime) -> bool:
    """Whether the computer that began a queued run may still come back to it. heartbeat_at: when it was put back."""
    if run.host in (None, here().host) or run.heartbeat_at is None:
        return False
    return run.heartbeat_at > now - CHECKPOINT_PATIENCE


def _end_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
