"""Teaching the learned drafter: from the start that comes with the program, by what the studio approved."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from matting_core.drafting.learned_network import WORKING_SIDE, DraftingNetwork, load_drafting_network
from matting_core.networks.registry import shipped_weights
from training.drafter.drafter_samples import DrafterSample, draw_batch
from training.learning.interpolation import between
from training.learning.loop import TrainingStopped

START = "drafter"
"""Name of the weights that come with the program, which were taught by nothing that a studio has approved."""

WEIGHT_DECAY = 2e-2
LARGEST_GRADIENT = 1.0
SLIPS = 0.025
"""How far from 0 and 1 the goal stays: approved mattes have slips, and certainty where there can be none costs most."""

MEMORY = 0.98
"""Of the averaged weights from one step to the next."""


@dataclass(frozen=True, slots=True)
class DrafterSettings:
    """How long and how fast to learn; steps or minutes, whichever ends first. side: of the samples, in pixels.

    start: whether to begin with what comes with the program, else as the automatic drafter. keep: of the weights that
    it began with, in what comes out: a studio's mattes are few, and what they teach is not all that is to be known.
    """

    steps: int = 200
    minutes: float = 30
    batch: int = 8
    learning_rate: float = 1e-3
    warm_up: int = 20
    side: int = WORKING_SIDE
    start: bool = True
    keep: float = 0.5
    device: str = "cpu"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class DrafterStep:
    """One step of the training: its number from 1, the share of the whole in [0, 1], and the smoothed loss."""

    step: int
    share: float
    loss: float


def train_drafter(
    samples: Sequence[DrafterSample],
    settings: DrafterSettings,
    *,
    on_step: Callable[[DrafterStep], bool] | None = None,
) -> DraftingNetwork:
    """A network that has learnt from `samples`, in eval mode: the average of the later steps, moved back towards what
    comes with the program if it began there.

    on_step: returning False raises TrainingStopped. The same seed, samples and settings, ended by their steps, give
    the same weights on the same machine.
    """

    def tell(step: DrafterStep) -> None:
        if on_step is not None and not on_step(step):
            raise TrainingStopped

    torch.manual_seed(settings.seed)
    if not settings.start:
        return teach(DraftingNetwork(), samples, settings, on_step=tell)
    network = load_drafting_network(shipped_weights(START))
    before = {name: weight.clone() for name, weight in network.state_dict().items()}
    learnt = teach(network, samples, settings, on_step=tell).cpu()
    return between(learnt, before, keep=settings.keep)


def teach(
    network: DraftingNetwork,
    samples: Sequence[DrafterSample],
    settings: DrafterSettings,
    *,
    memory: float = MEMORY,
    on_step: Callable[[DrafterStep], None] | None = None,
) -> DraftingNetwork:
    """The loop itself: `network` learns in place from `samples`. memory: of the averaged weights, from step to step."""
    rng = np.random.default_rng([settings.seed, 1])
    network = network.to(device=settings.device, memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    average = get_ema_multi_avg_fn(memory)  # type: ignore[no-untyped-call]
    averaged = AveragedModel(network, multi_avg_fn=average, use_buffers=True)
    optimizer = torch.optim.AdamW(network.parameters(), lr=settings.learning_rate, weight_decay=WEIGHT_DECAY)
    started, step, share, smoothed = time.monotonic(), 0, 0.0, float("nan")
    while share < 1:
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * _schedule(step, share, settings.warm_up)
        inputs, subject, known = (
            planes.to(settings.device) for planes in draw_batch(rng, samples, size=settings.batch, side=settings.side)
        )
        logits = network(inputs.contiguous(memory_format=torch.channels_last))
        loss = F.binary_cross_entropy_with_logits(logits, subject.clamp(SLIPS, 1 - SLIPS), weight=known)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
        optimizer.step()
        averaged.update_parameters(network)
        step += 1
        share = min(1.0, max(step / settings.steps, (time.monotonic() - started) / (60 * settings.minutes)))
        smoothed = loss.item() if step == 1 else 0.95 * smoothed + 0.05 * loss.item()
        if on_step is not None:
            on_step(DrafterStep(step, share, smoothed))
    network.load_state_dict(averaged.module.state_dict())
    return network.eval()


def _schedule(step: int, share: float, warm_up: int) -> float:
    """Linear warm-up times a cosine that ends just above zero."""
    return min(1.0, (step + 1) / warm_up) * (0.5 * (1 + float(np.cos(np.pi * share))) + 0.005)
