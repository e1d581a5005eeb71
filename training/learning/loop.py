"""The one training loop: AdamW, warm-up and cosine, a limit on the gradient, a moving average of the weights.

Pre-training and fine-tuning differ in their batches and settings, not in their loop. Precision, device and several
processes come from Lightning Fabric. Processes that share a batch learn what one would learn from all of it.
"""

import copy
import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from lightning_fabric import Fabric
from torch import nn

from matting_core.networks.refining.spectral_norm import SpectralWeight
from training.batches.source import BatchSource
from training.learning.checkpoint import Checkpoint
from training.learning.learner import Learner, planes_of
from training.learning.loop_settings import LoopSettings
from training.learning.optimising import GradientLimit, average, kept_share, rate
from training.learning.sharing import share_batch
from training.losses.matting_loss import unknown_l1
from training.losses.objective import loss_of
from training.losses.shared_batch import SharedBatch

Answer = TypeVar("Answer")

CHECKPOINT_EVERY_SECONDS = 120.0
PROCESSES, STEPS = 1_000, 100_000_000
"""More than a training has, so that no two steps of two processes share a seed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One row of the training's history.

    share: of the whole run, [0, 1]. error: smoothed mean absolute error in the unknown region of the training
    batches; like loss and pace, of all processes together. seconds: since the start, resumed runs included. waited:
    seconds that this process waited for batches since it began. watched: error of the averaged network on samples that
    are not learnt from, where this step measured it.
    """

    step: int
    share: float
    error: float
    loss: float
    learning_rate: float
    samples_per_second: float
    seconds: float
    waited: float
    watched: float | None = None

    @property
    def seconds_left(self) -> float:
        """At the mean pace so far."""
        return self.seconds * (1 - self.share) / max(self.share, 1e-9)


class TrainingStopped(Exception):  # noqa: N818 - an end that was asked for is no error
    """Raised out of `train` when the callback asks for an end."""


OnStep = Callable[[Progress, nn.Module], bool]


class Watcher(Protocol):
    """Looks on, decides whether more is to be learnt, and remembers across an interruption.

    Of several processes the first one has it, and the others do what it decides.
    """

    def look(self, row: Progress, averaged: nn.Module) -> bool:
        """Called after every step, before `on_step`: whether to go on."""
        ...

    def at(self, step: int) -> float | None:
        """The error that was measured at the latest step, if it was."""
        ...

    def state(self) -> dict[str, Any]:
        """Tensors, numbers and text; part of the checkpoint."""
        ...

    def go_on_from(self, state: dict[str, Any]) -> None: ...


def train(
    network: nn.Module,
    source: BatchSource,
    settings: LoopSettings,
    *,
    on_step: OnStep | None = None,
    checkpoint: Path | None = None,
    plan: str = "",
    fabric: Fabric | None = None,
    watcher: Watcher | None = None,
    save_every: float | None = None,
) -> nn.Module:
    """Train `network` in place and return the moving average of its weights, ready for use (eval mode).

    on_step: called after every step with the progress and the averaged network, of several processes in the first one
    only; returning False raises TrainingStopped in all of them. checkpoint: a file from which an interrupted training
    goes on, written every `save_every` seconds (two minutes) and when it is stopped, gone at the end; of several
    processes the first one writes it, and all read it. plan: what else decides the outcome; a state of another plan is
    refused. fabric: already launched, for several processes. watcher: may end a training before its time. Raises
    CheckpointError and DivergedError. The same seed, source and settings in steps give the same weights on the same
    CPU, in one go or resumed.

    Several processes whose sources give parts of one batch learn what one process learns from that batch, but for the
    order in which numbers are added up: where norms keep their statistics, and nothing in the network itself is random.
    """
    run = _Run(
        network, settings, fabric or open_fabric(settings), checkpoint, plan, watcher=watcher, save_every=save_every
    )
    going_on = True
    with _no_denormals():
        while going_on and run.share < 1:
            row = run.step(source)
            if watcher is not None and run.leads:
                going_on = watcher.look(row, run.averaged)
                row = replace(row, watched=watcher.at(row.step))
            run.save_in_time()
            wished = not run.leads or on_step is None or on_step(row, run.averaged)
            going_on, wished = run.agreed((going_on, wished))
            if not wished:
                run.save()
                raise TrainingStopped
    if checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    return run.averaged


def open_fabric(settings: LoopSettings) -> Fabric:
    """What carries the training on the wanted devices in the wanted precision; one process until it is launched."""
    kind, _, number = settings.device.partition(":")
    devices: int | list[int] = [int(number)] if number else settings.devices
    return Fabric(
        accelerator=kind,
        devices=devices,
        precision=settings.precision.value,
        strategy="ddp" if settings.devices > 1 else "auto",
    )


@contextmanager
def _no_denormals() -> Iterator[None]:
    """Corrections start at zero, and denormal gradients halve the speed; the rest of the process keeps them."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


class _Run:
    """A training under way: what changes from step to step. All its processes agree on how far it is."""

    def __init__(
        self,
        network: nn.Module,
        settings: LoopSettings,
        fabric: Fabric,
        checkpoint: Path | None,
        plan: str,
        *,
        watcher: Watcher | None,
        save_every: float | None,
    ) -> None:
        self.settings, self._fabric, self._checkpoint = settings, fabric, checkpoint
        self._watcher = watcher
        self._save_every = CHECKPOINT_EVERY_SECONDS if save_every is None else save_every
        self._fingerprint = fingerprint(settings, plan)
        self._network = network
        network.to(fabric.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.averaged = copy.deepcopy(network).eval()
        optimizer = torch.optim.AdamW(
            network.parameters(),
            lr=settings.learning_rate,
            weight_decay=settings.weight_decay,
            betas=settings.betas,
        )
        self._limit = GradientLimit(settings.clipping)
        self._step, self._error, self._spent = 0, float("nan"), 0.0
        self._learner, self._optimizer = fabric.setup(Learner(network), optimizer)
        if checkpoint is not None and checkpoint.is_file():
            self._go_on_from(Checkpoint.load(checkpoint, fingerprint=self._fingerprint))
        _training_mode(network, frozen_norm=settings.frozen_norm)
        self._first, self._waited = self._step, 0.0
        self._shared: SharedBatch | None = None
        self._began = self._saved = time.monotonic()
        self.share = self._share()

    @property
    def leads(self) -> bool:
        """Whether this is the process that tells how things go."""
        return self._fabric.is_global_zero

    @property
    def seconds(self) -> float:
        return self._spent + time.monotonic() - self._began

    def agreed(self, answer: Answer) -> Answer:
        """The first process's answer, in all of them."""
        return self._fabric.broadcast(answer) if self._fabric.world_size > 1 else answer

    def _share(self) -> float:
        """How much of the run is done, by the first process's clock: whoever left a step early would block the rest."""
        by_steps = self._step / self.settings.steps if self.settings.steps else 0.0
        by_time = self.seconds / (self.settings.minutes * 60) if self.settings.minutes else 0.0
        return self.agreed(min(1.0, max(by_steps, by_time)))

    def step(self, source: BatchSource) -> Progress:
        asked = time.monotonic()
        batch = source.batch(self._step)
        shared = self._shared = self._shared or share_batch(self._fabric, source.size)
        if self._step == self._first:  # the first samples were made meanwhile, which is no part of the training
            self._began = self._saved = time.monotonic()
        else:
            self._waited += time.monotonic() - asked
        now = rate(self.settings, self._step, self.share)
        for group in self._optimizer.param_groups:
            group["lr"] = now
        seed = self.settings.seed * PROCESSES * STEPS + self._step
        torch.manual_seed(seed + self._fabric.global_rank * STEPS)  # dropped paths, too, are a function of the step
        generator = torch.Generator().manual_seed(seed)  # masks are drawn for the whole batch, alike everywhere
        alphas = self._learner(*planes_of(batch))
        loss = loss_of(
            self.settings.objective,
            alphas,
            batch,
            step=self._step,
            warm_up=self.settings.warm_up,
            generator=generator,
            shared=shared,
        )
        self._optimizer.zero_grad(set_to_none=True)
        self._fabric.backward(loss * self._fabric.world_size)  # whose processes take the mean of their gradients
        if self._limit.apply(self._network):
            self._optimizer.step()
        self._step += 1
        self.share = self._share()
        average(self.averaged, self._network, keep=kept_share(self.settings, self._step))
        error = unknown_l1(alphas[0].detach(), batch.alpha, batch.counted, total=shared.total)
        latest, told_loss = shared.total(torch.stack([error, loss.detach()])).tolist()
        self._error = latest if self._step == 1 else 0.98 * self._error + 0.02 * latest
        here = time.monotonic() - self._began
        pace = (self._step - self._first) * shared.count / here
        return Progress(self._step, self.share, self._error, told_loss, now, pace, self.seconds, self._waited)

    def save_in_time(self) -> None:
        """`save`, if it is time to."""
        if time.monotonic() - self._saved >= self._save_every:
            self.save()

    def save(self) -> None:
        """Write down all that is needed to go on."""
        self._saved = time.monotonic()
        if self._checkpoint is None or not self.leads:
            return
        Checkpoint(
            step=self._step,
            error=self._error,
            seconds=self.seconds,
            usual_gradient=self._limit.usual,
            fingerprint=self._fingerprint,
            network=self._network.state_dict(),
            averaged=self.averaged.state_dict(),
            optimizer=self._optimizer.state_dict(),
            watcher={} if self._watcher is None else self._watcher.state(),
        ).save(self._checkpoint)

    def _go_on_from(self, kept: Checkpoint) -> None:
        self._network.load_state_dict(kept.network)
        self.averaged.load_state_dict(kept.averaged)
        self._optimizer.load_state_dict(kept.optimizer)
        self._step, self._error, self._spent = kept.step, kept.error, kept.seconds
        self._limit.usual = kept.usual_gradient
        if self._watcher is not None:
            self._watcher.go_on_from(kept.watcher)


def fingerprint(settings: LoopSettings, plan: str = "") -> str:
    """Tells apart trainings that cannot go on from each other's state; where a training runs does not matter."""
    text = plan + repr(settings).replace(f"device={settings.device!r}", "")
    return hashlib.sha256(text.encode()).hexdigest()


def _training_mode(network: nn.Module, *, frozen_norm: bool) -> None:
    network.train()
    if frozen_norm:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d | SpectralWeight):
                module.eval()
