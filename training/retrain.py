"""One training from the store's approved mattes to a standing in each project, run in a process of its own.

``python -m training.retrain FOLDER RUN`` is what the studio starts; the command line calls `retrain` directly. Every
step tells the store how far it is; the store tells it when to stop. Whatever happens, the run ends in a clear state or
can be gone on with, and what serves is either the old or a complete new version.
"""

import contextlib
import os
import traceback
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
import typer

from annotation_store.errors import NOT_NOW, ClaimLostError
from annotation_store.kinds import ModelKind
from annotation_store.learning import model_registry, standings, training_runs, training_sets
from annotation_store.learning.effort import measure_efforts
from annotation_store.records import ModelRecord, RunRecord
from annotation_store.states import RunState
from annotation_store.store import BLOB_CACHE_ROOM, Store, open_store
from matting_core.errors import MattingError
from training import leftovers, mishaps
from training.deciding import decide_on
from training.distributed.training_place import TrainingPlace
from training.drafter.drafter_run import train_drafter_version, understudies_of
from training.drafter.drafter_training import DrafterSettings
from training.exit_status import ExitStatus
from training.finetune_settings import FinetuneSettings
from training.gate.limits import GateLimits
from training.heard_of import heard_of
from training.learning.loop import TrainingStopped
from training.matting_run import parent_of, train_matting
from training.models import choose_device
from training.placing import GATE
from training.run_teller import RunTeller, Say
from training.watched_parent import ending_with

JUDGING = (0.85, 1.0)
"""Share of the progress bar; the kinds of training have the rest."""

DATABASE_URL = "MATTELOOP_DATABASE_URL"
"""The environment variable in which `main` finds `open_store`'s database_url: a command line is for all to read."""
BLOB_URL = "MATTELOOP_BLOB_URL"
BLOB_CACHE_MEGABYTES = "MATTELOOP_BLOB_CACHE_MEGABYTES"
MEGABYTE = 1_000_000

CANCELLED = "Cancelled. What serves is unchanged."


@dataclass(frozen=True, slots=True)
class RetrainSettings:
    """gate: None for the usual limits of either kind. validation_share: of the product groups. threads: 0 for all
    cores. device: auto, cpu, cuda ... processes, ray_address: as in `TrainingPlace`, of the matting model's learning;
    the drafter's, which takes minutes, and all that judges are of this process."""

    finetune: FinetuneSettings = field(default_factory=FinetuneSettings)
    drafter: DrafterSettings = field(default_factory=DrafterSettings)
    gate: GateLimits | None = None
    validation_share: float = 0.25
    threads: int = 0
    device: str = "auto"
    processes: int = 1
    ray_address: str = ""

    @property
    def place(self) -> TrainingPlace:
        return TrainingPlace(self.processes, self.ray_address, self.device, self.threads)


def settings_of(
    *,
    steps: int,
    minutes: float,
    learning_rate: float,
    validation_share: float,
    drafter_steps: int | None = None,
    threads: int = 0,
    device: str = "auto",
    processes: int = 1,
    ray_address: str = "",
) -> RetrainSettings:
    """What a studio's settings say of its trainings, and the rest as usual. minutes: of either kind, at most."""
    drafter = DrafterSettings(minutes=minutes)
    return RetrainSettings(
        FinetuneSettings(steps=steps, minutes=minutes, learning_rate=learning_rate),
        drafter if drafter_steps is None else replace(drafter, steps=drafter_steps),
        validation_share=validation_share,
        threads=threads,
        device=device,
        processes=processes,
        ray_address=ray_address,
    )


def retrain(
    store: Store, run_id: int, settings: RetrainSettings, *, say: Say | None = None, alone: bool = False
) -> RunRecord:
    """Carry out a queued run and return it, finished: succeeded, failed or cancelled; never raises for these.

    It comes back unfinished if this process was taken for gone, and the run is another's.
    say: told progress in [0, 1] and a sentence, about once a second. alone: as of `training_runs.start`. Raises one of
    NOT_NOW where the store cannot be told of the end: the run may be put back then, and goes on from its last
    checkpoint.
    """
    device = choose_device(settings.device)
    run = training_runs.start(store, run_id, os.getpid(), device=_in_words(device), alone=alone)
    folder = store.folder / training_runs.folder_of(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    training = _Training(store, run, settings, folder, device, RunTeller(store, run_id, say, begun=run))
    try:
        with heard_of(store, run):
            verdict = training.carry_out()
        state = RunState.SUCCEEDED
    except ClaimLostError:
        return training_runs.get_run(store, run_id)
    except TrainingStopped:
        state, verdict = RunState.CANCELLED, CANCELLED
    except Exception as error:
        if not isinstance(error, MattingError):
            with contextlib.suppress(OSError):  # the log lies on the disk that may be full
                traceback.print_exc()
        state, verdict = RunState.FAILED, mishaps.in_words(error)
    try:
        training.give_up_candidate(verdict)
        ended = training_runs.finish(store, run_id, state, verdict=verdict, begun=run)
    except ClaimLostError:
        return training_runs.get_run(store, run_id)
    leftovers.clear(folder)
    return ended


class _Training:
    """One attempt at a run. What an earlier attempt has written down is not done again."""

    def __init__(
        self, store: Store, run: RunRecord, settings: RetrainSettings, folder: Path, device: str, teller: RunTeller
    ) -> None:
        self._store, self._run, self._settings = store, run, settings
        self._folder, self._device, self._teller = folder, device, teller

    def carry_out(self) -> str:
        """From the training set to the standings; the verdict in words."""
        if self._settings.threads:
            torch.set_num_threads(self._settings.threads)
        training_set_id = self._run.training_set_id or self._freeze()
        if self._run.candidate_id is None:
            candidate = self._learn(training_set_id)
            training_runs.attach(self._store, self._run.id, candidate_id=candidate.id, begun=self._run)
        else:
            candidate = model_registry.get_model(self._store, self._run.candidate_id)
        drafts = self._run.kind is ModelKind.DRAFTER
        return decide_on(
            self._store,
            candidate,
            training_set_id,
            device=self._device,
            limits=self._settings.gate,
            understudies=understudies_of(self._store, training_set_id, self._folder) if drafts else None,
            on_image=self._judging,
        )

    def give_up_candidate(self, reason: str) -> None:
        """Refuse a candidate that was registered but never came to a standing."""
        number = training_runs.get_run(self._store, self._run.id).candidate_id
        if number is not None and not standings.list_standings(self._store, model_id=number):
            model_registry.reject(self._store, number, verdict=reason, by=GATE)

    def _freeze(self) -> int:
        """Write down what is learnt from, and from which version on, before anything is learnt."""
        self._teller.tell((0.0, 0.0), 0, "Reading what was corrected")
        measure_efforts(self._store)
        frozen = training_sets.freeze(
            self._store, validation_share=self._settings.validation_share, by=self._run.requested_by
        )
        parent = parent_of(self._store, self._run).id if self._run.kind is ModelKind.MATTING else None
        self._run = training_runs.attach(
            self._store, self._run.id, training_set_id=frozen.id, parent_model_id=parent, begun=self._run
        )
        return frozen.id

    def _learn(self, training_set_id: int) -> ModelRecord:
        if self._run.kind is ModelKind.DRAFTER:
            teaching = replace(self._settings.drafter, device=self._device)
            return train_drafter_version(
                self._store, self._run, training_set_id, teaching, folder=self._folder, teller=self._teller
            )
        settings = replace(self._settings.finetune, device=self._device)
        return train_matting(
            self._store,
            self._run,
            training_set_id,
            settings,
            folder=self._folder,
            teller=self._teller,
            place=self._settings.place,
        )

    def _judging(self, done: int, of: int) -> None:
        self._teller.tell(JUDGING, done / of, f"Comparing with what serves: {done} of {of}")


def _in_words(device: str) -> str:
    """What a person would call a device: the name of a GPU, or ``cpu``."""
    return torch.cuda.get_device_name(device) if device.startswith("cuda") else device


def main(
    folder: Path,
    run_id: int,
    steps: int,
    minutes: float,
    learning_rate: float,
    validation_share: float,
    threads: int = 0,
    device: str = "auto",
    parent: int = 0,
    processes: int = 1,
    ray_address: str = "",
) -> None:
    """Carry out one queued run of the store in FOLDER, and leave it to be gone on with if process PARENT is gone."""
    settings = settings_of(
        steps=steps,
        minutes=minutes,
        learning_rate=learning_rate,
        validation_share=validation_share,
        threads=threads,
        device=device,
        processes=processes,
        ray_address=ray_address,
    )
    with ending_with(parent, status=ExitStatus.STUDIO_IS_GONE):
        try:
            run = retrain(_opened(folder), run_id, settings, say=_log, alone=True)
        except NOT_NOW as error:
            _write(str(error))
            raise SystemExit(ExitStatus.STORE_IS_AWAY) from error
        _write(f"{run.state.value} {run.verdict}")


def _opened(folder: Path) -> Store:
    room = os.environ.get(BLOB_CACHE_MEGABYTES, "")
    return open_store(
        folder,
        database_url=os.environ.get(DATABASE_URL, ""),
        blob_url=os.environ.get(BLOB_URL, ""),
        blob_cache_room=int(room) * MEGABYTE if room else BLOB_CACHE_ROOM,
    )


def _log(progress: float, text: str) -> None:
    _write(f"{progress:6.1%}  {text}")


def _write(line: str) -> None:
    with contextlib.suppress(OSError):  # for want of room for a line of its log, no training ends
        print(line, flush=True)


if __name__ == "__main__":
    # plain tracebacks: typer's can show local variables, and with them the database's password, in the log
    program = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    program.command()(main)
    program()
