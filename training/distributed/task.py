"""What every process of a fine-tuning is given, what it does with it, and what comes of it.

Everything is bytes and plain values: a process may be on another computer, where no store and no folder of ours is.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Protocol

from lightning_fabric import Fabric
from torch import nn

from matting_core.errors import MattingError
from matting_core.networks.registry import load_network, save_network
from training.code_version import code_version
from training.finetune import Learnt, finetune
from training.finetune_settings import FinetuneSettings
from training.learning.loop import Progress, TrainingStopped
from training.learning_material import LearningMaterial
from training.leftovers import CHECKPOINT


class OtherProgramError(MattingError):
    """A process has another version of this program than the studio, which gave the task."""


@dataclass(frozen=True, slots=True)
class Task:
    """architecture, weights: of the parent, as in `networks.registry`. material: as `LearningMaterial.as_bytes` gives
    it. threads: CPU threads of each process. save_every: seconds between two checkpoints, else as usual. program:
    `code_version` of who gave the task."""

    architecture: str
    weights: bytes
    material: bytes
    settings: FinetuneSettings
    threads: int = 1
    save_every: float | None = None
    program: str = ""

    @staticmethod
    def of(
        architecture: str,
        weights: bytes,
        material: LearningMaterial,
        settings: FinetuneSettings,
        *,
        save_every: float | None,
    ) -> "Task":
        """For processes that have this very program."""
        return Task(architecture, weights, material.as_bytes(), settings, save_every=save_every, program=code_version())


@dataclass(frozen=True, slots=True)
class Outcome:
    """A `Learnt` whose network is its weights."""

    weights: bytes
    best_step: int
    kept: float
    watched: tuple[tuple[int, float], ...]
    error: float | None
    stopped_early: bool

    @staticmethod
    def of(learnt: Learnt) -> "Outcome":
        plain = {one.name: getattr(learnt, one.name) for one in fields(learnt) if one.name != "network"}
        return Outcome(save_network(learnt.network), **plain)

    def learnt(self, architecture: str) -> Learnt:
        plain = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "weights"}
        return Learnt(load_network(architecture, self.weights).eval(), **plain)


End = Outcome | TrainingStopped | Exception
"""How a task ended: with a result, because somebody wished it, or with an error that trying again would not mend."""


class Driver(Protocol):
    """Who gave the task, as a process sees it."""

    def state(self) -> bytes | None:
        """The latest checkpoint, to go on from."""
        ...

    def tell(self, row: Progress) -> bool:
        """How far it is; whether to go on."""
        ...

    def keep(self, state: bytes) -> None:
        """A new checkpoint."""
        ...

    def end(self, end: End) -> None: ...


def carry_out(task: Task, fabric: Fabric, driver: Driver, folder: Path) -> None:
    """A process's share of the task; `driver` is told of it by the first process alone.

    folder: of this process alone, for its checkpoint. Raises whatever may be well when it is tried again, as when
    another process has fallen.
    """
    leads = fabric.is_global_zero
    state = fabric.broadcast(driver.state() if leads else None)  # all of the same step, whatever comes in meanwhile
    checkpoint = folder / CHECKPOINT
    if state is not None:
        checkpoint.write_bytes(state)
    kept = _Watched(checkpoint)

    def step(row: Progress, _averaged: nn.Module) -> bool:
        if (new := kept.new()) is not None:
            driver.keep(new)
        return driver.tell(row)

    try:
        if task.program != code_version():
            raise OtherProgramError(
                f"A process of this training has {code_version()} of this program, and the studio {task.program}: "
                "install the studio's version on every computer, and start the studio anew if it was changed meanwhile."
            )
        network = load_network(task.architecture, task.weights)
        material = LearningMaterial.from_bytes(task.material)
        learnt = finetune(
            network,
            material,
            task.settings,
            on_step=step,
            checkpoint=checkpoint,
            fabric=fabric,
            save_every=task.save_every,
        )
        end: End = Outcome.of(learnt)
    except (TrainingStopped, MattingError, MemoryError) as error:
        if leads and (new := kept.new()) is not None:
            driver.keep(new)
        end = error
    if leads:
        driver.end(end)


class _Watched:
    """A file that is replaced whole now and then."""

    def __init__(self, path: Path) -> None:
        self._path, self._seen = path, _version(path)

    def new(self) -> bytes | None:
        """Its bytes, if they are others than when this was last asked."""
        version = _version(self._path)
        if version is None or version == self._seen:
            return None
        self._seen = version
        return self._path.read_bytes()


def _version(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
