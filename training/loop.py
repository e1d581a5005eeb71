"""The training loop: AdamW, warm-up and cosine, gradient clipping, a moving average of the weights.

Pre-training and fine-tuning differ in their samples and settings, not in their loop.
"""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from training.batches import draw_batch
from training.losses import matting_loss, unknown_l1
from training.samples import SampleSet


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """How long and how fast to learn.

    steps or minutes: whichever ends first (give at least one). frozen_norm: keep the batch norms' statistics,
    as few images cannot re-estimate them. average_horizon: steps over which the moving average of the weights
    looks back.
    """

    learning_rate: float
    steps: int | None = None
    minutes: float | None = None
    batch: int = 8
    crop: int = 192
    warm_up: int = 60
    weight_decay: float = 1e-2
    frozen_norm: bool = False
    average_horizon: int = 250
    device: str = "cpu"
    seed: int = 0

    def __post_init__(self) -> None:
        if self.steps is None and self.minutes is None:
            raise ValueError("a training needs an end: give steps, minutes or both")
        if any(limit is not None and limit <= 0 for limit in (self.steps, self.minutes)):
            raise ValueError("steps and minutes are above zero: leave out the one that is not wanted")


@dataclass(frozen=True, slots=True)
class Progress:
    """One row of the training's history.

    share: of the whole run, [0, 1]. error: smoothed mean absolute error in the unknown region of the training
    batches. seconds: since the start.
    """

    step: int
    share: float
    error: float
    samples_per_second: float
    seconds: float


class TrainingStopped(Exception):  # noqa: N818 - an end that was asked for is no error
    """Raised out of `train` when the callback asks for an end."""


def train(
    network: nn.Module,
    samples: SampleSet,
    probabilities: npt.NDArray[np.float64],
    settings: LoopSettings,
    *,
    on_step: Callable[[Progress, nn.Module], bool] | None = None,
) -> nn.Module:
    """Train `network` in place and return the moving average of its weights, ready for use (eval mode).

    on_step: called after every step with the progress and the averaged network; returning False raises
    TrainingStopped. The same seed, samples and settings in steps give the same weights on the same machine.
    """
    torch.manual_seed(settings.seed)
    rng = np.random.default_rng(settings.seed)
    network.to(settings.device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    averaged = copy.deepcopy(network).eval()
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, betas=(0.9, 0.99)
    )
    _training_mode(network, frozen_norm=settings.frozen_norm)
    started, step, error = time.monotonic(), 0, float("nan")
    while (share := _share(settings, step, time.monotonic() - started)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * _schedule(step, share, settings.warm_up)
        batch = draw_batch(rng, samples, probabilities, size=settings.batch, crop=settings.crop)
        inputs, truth = batch.inputs.to(settings.device), batch.alpha.to(settings.device)
        predicted = network(inputs)
        loss = matting_loss(predicted, truth, inputs.unknown)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        step += 1
        _average(averaged, network, keep=min(1 - 1 / settings.average_horizon, step / (step + 15)))
        latest = float(unknown_l1(predicted.detach(), truth, inputs.unknown))
        error = latest if step == 1 else 0.98 * error + 0.02 * latest
        seconds = time.monotonic() - started
        row = Progress(step, _share(settings, step, seconds), error, step * settings.batch / seconds, seconds)
        if on_step is not None and not on_step(row, averaged):
            raise TrainingStopped
    return averaged


def _share(settings: LoopSettings, step: int, seconds: float) -> float:
    by_steps = step / settings.steps if settings.steps else 0.0
    by_time = seconds / (settings.minutes * 60) if settings.minutes else 0.0
    return min(1.0, max(by_steps, by_time))


def _schedule(step: int, share: float, warm_up: int) -> float:
    """Linear warm-up times a cosine that ends just above zero."""
    return min(1.0, (step + 1) / max(1, warm_up)) * (0.5 * (1 + float(np.cos(np.pi * share))) + 0.005)


def _training_mode(network: nn.Module, *, frozen_norm: bool) -> None:
    network.train()
    if frozen_norm:
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()


@torch.no_grad()
def _average(averaged: nn.Module, network: nn.Module, *, keep: float) -> None:
    for ours, theirs in zip(averaged.parameters(), network.parameters(), strict=True):
        ours.lerp_(theirs, 1 - keep)
    for kept, current in zip(averaged.buffers(), network.buffers(), strict=True):
        kept.copy_(current)
