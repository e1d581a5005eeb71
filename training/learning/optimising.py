"""How weights move: the rate over a run, the limit on a step, and the average that is kept of them."""

import math

import torch
from torch import nn

from matting_core.errors import MattingError
from training.learning.loop_settings import Clipping, LoopSettings

LAST_RATE = 0.005
"""Share of the learning rate that the cosine ends at: a last step that does nothing would be wasted."""
UNLIMITED = 1e6
ADAPTIVE_MEMORY = 0.999
ADAPTIVE_ROOM = 2.0
PATIENCE = 10
"""Steps in a row without a finite gradient after which it is not chance any more."""


def rate(settings: LoopSettings, step: int, share: float) -> float:
    """The learning rate of a step: linear warm-up times a cosine that ends just above zero.

    step: 0, 1, ... share: of the whole run that is done, [0, 1].
    """
    warm = min(1.0, (step + 1) / max(1, settings.warm_up))
    return settings.learning_rate * warm * (0.5 * (1 + math.cos(math.pi * share)) + LAST_RATE)


class DivergedError(MattingError):
    """A training whose weights ran away."""


class GradientLimit:
    """Limits the length of the gradient, to 1 or to twice its usual one.

    The adaptive limit is that of DPT's released training: none at the first step, then twice the moving average
    (0.999) of the length before limiting. usual: that average, part of a checkpoint.
    """

    def __init__(self, clipping: Clipping, usual: float = 0.0) -> None:
        self._clipping, self.usual = clipping, usual
        self._lost = 0

    def apply(self, network: nn.Module) -> bool:
        """Limit the gradient that lies in the network's parameters. False: there is none to follow, as it is infinite
        or no number. Raises DivergedError when that happens again and again."""
        adaptive = self._clipping is Clipping.ADAPTIVE
        limit = (ADAPTIVE_ROOM * self.usual if self.usual else UNLIMITED) if adaptive else 1.0
        length = float(nn.utils.clip_grad_norm_(network.parameters(), limit))
        if not math.isfinite(length):
            self._lost += 1
            if self._lost >= PATIENCE:
                raise DivergedError(f"{PATIENCE} steps had no finite gradient: train with a lower learning rate")
            return False
        self._lost = 0
        if adaptive:
            self.usual = length if not self.usual else ADAPTIVE_MEMORY * self.usual + (1 - ADAPTIVE_MEMORY) * length
        return True


@torch.no_grad()
def average(averaged: nn.Module, network: nn.Module, *, keep: float) -> None:
    """Move `averaged` towards `network`, which may lie elsewhere in memory but has the same shape."""
    for ours, theirs in zip(averaged.parameters(), network.parameters(), strict=True):
        ours.lerp_(theirs, 1 - keep)
    for kept, current in zip(averaged.buffers(), network.buffers(), strict=True):
        kept.copy_(current)


def kept_share(settings: LoopSettings, step: int) -> float:
    """How much of the average stays at a step (1, 2, ...): young averages forget faster."""
    return min(1 - 1 / settings.average_horizon, step / (step + 15))
