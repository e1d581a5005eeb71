"""The one training loop: AdamW, warm-up and cosine, a limit on the gradient, a moving average of the weights.

Pre-training and fine-tuning differ in their batches and settings, not in their loop. Precision, device and several
processes come from Lightning Fabric.
"""

import copy
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from lightning_fabric import Fabric
from torch import nn

from matting_core.networks.refining.spectral_norm import SpectralWeight
from training.batches.source import BatchSource
from training.learning.checkpoint import Checkpoint
from training.learning.learner import Learner, planes_of
from training.learning.loop_settings import LoopSettings
from training.learning.optimising import GradientLimit, average, kept_share, rate
from training.losses.matting_loss import unknown_l1
from training.losses.objective import loss_of

CHECKPOINT_EVERY_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Progress:
    """One row of the training's history.

    share: of the whole run, [0, 1]. error: smoothed mean absolute error in the unknown region of the training
    batches. seconds: since the start, resumed runs included. waited: seconds that this process waited for batches
    since it began.
    """

    step: int
    share: float
    error: float
    loss: float
    learning_rate: float
    samples_per_second: float
    seconds: float
    waited: float

    @property
    def seconds_left(self) -> float:
        """At the mean pace so far."""
        return self.seconds * (1 - self.share) / max(self.share, 1e-9)


class TrainingStopped(Exception):  # noqa: N818 - an end that was asked for is no error
    """Raised out of `train` when the callback asks for an end."""


OnStep = Callable[[Progress, nn.Module], bool]


def train(
    network: nn.Module,
    source: BatchSource,
    settings: LoopSettings,
    *,
    on_step: OnStep | None = None,
    checkpoint: Path | None = None,
    fabric: Fabric | None = None,
) -> nn.Module:
    """Train `network` in place and return the moving average of its weights, ready for use (eval mode).

    on_step: called after every step with the progress and the averaged network; returning False raises
    TrainingStopped. checkpoint: a file from which an interrupted training of the same plan goes on, written every
    two minutes and gone at the end. fabric: already launched, for several processes. The same seed, source and
    settings in steps give the same weights on the same machine, in one go or resumed.
    """
    run = _Run(network, settings, fabric or open_fabric(settings), checkpoint)
    while run.share < 1:
        row = run.step(source)
        if on_step is not None and not on_step(row, run.averaged):
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


class _Run:
    """A training under way: what changes from step to step."""

    def __init__(self, network: nn.Module, settings: LoopSettings, fabric: Fabric, checkpoint: Path | None) -> None:
        self.settings, self._fabric, self._checkpoint = settings, fabric, checkpoint
        torch.set_flush_denormal(True)  # corrections start at zero, and denormal gradients halve the speed
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
            self._go_on_from(Checkpoint.load(checkpoint, fingerprint=fingerprint(settings)))
        _training_mode(network, frozen_norm=settings.frozen_norm)
        self._first, self._began, self._waited = self._step, time.monotonic(), 0.0
        self._saved = self._began

    @property
    def seconds(self) -> float:
        return self._spent + time.monotonic() - self._began

    @property
    def share(self) -> float:
        by_steps = self._step / self.settings.steps if self.settings.steps else 0.0
        by_time = self.seconds / (self.settings.minutes * 60) if self.settings.minutes else 0.0
        return min(1.0, max(by_steps, by_time))

    def step(self, source: BatchSource) -> Progress:
        asked = time.monotonic()
        batch = source.batch(self._step)
        self._waited += time.monotonic() - asked
        now = rate(self.settings, self._step, self.share)
        for group in self._optimizer.param_groups:
            group["lr"] = now
        torch.manual_seed(self.settings.seed + self._step)  # dropped paths, too, are a function of the step
        generator = torch.Generator().manual_seed(self.settings.seed + self._step)
        alphas = self._learner(*planes_of(batch))
        loss = loss_of(
            self.settings.objective,
            alphas,
            batch,
            step=self._step,
            warm_up=self.settings.warm_up,
            generator=generator,
        )
        self._optimizer.zero_grad(set_to_none=True)
        self._fabric.backward(loss)
        self._limit.apply(self._network)
        self._optimizer.step()
        self._step += 1
        average(self.averaged, self._network, keep=kept_share(self.settings, self._step))
        latest = float(unknown_l1(alphas[0].detach(), batch.alpha, batch.inputs.unknown))
        self._error = latest if self._step == 1 else 0.98 * self._error + 0.02 * latest
        self._save_now_and_then()
        here = time.monotonic() - self._began
        pace = (self._step - self._first) * source.size * self._fabric.world_size / here
        return Progress(
            self._step, self.share, self._error, float(loss.detach()), now, pace, self.seconds, self._waited
        )

    def _save_now_and_then(self) -> None:
        due = time.monotonic() - self._saved >= CHECKPOINT_EVERY_SECONDS
        if self._checkpoint is None or not due or not self._fabric.is_global_zero:
            return
        self._saved = time.monotonic()
        Checkpoint(
            step=self._step,
            error=self._error,
            seconds=self.seconds,
            usual_gradient=self._limit.usual,
            fingerprint=fingerprint(self.settings),
            network=self._network.state_dict(),
            averaged=self.averaged.state_dict(),
            optimizer=self._optimizer.state_dict(),
        ).save(self._checkpoint)

    def _go_on_from(self, kept: Checkpoint) -> None:
        self._network.load_state_dict(kept.network)
        self.averaged.load_state_dict(kept.averaged)
        self._optimizer.load_state_dict(kept.optimizer)
        self._step, self._error, self._spent = kept.step, kept.error, kept.seconds
        self._limit.usual = kept.usual_gradient


def fingerprint(settings: LoopSettings) -> str:
    """Tells apart trainings that cannot go on from each other's state; where a training runs does not matter."""
    text = repr(settings).replace(f"device={settings.device!r}", "")
    return hashlib.sha256(text.encode()).hexdigest()


def _training_mode(network: nn.Module, *, frozen_norm: bool) -> None:
    network.train()
    if frozen_norm:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d | SpectralWeight):
                module.eval()
