"""How weights move: the rate over a run, the limit on a step, and the average that is kept of them."""

import math

import torch
from torch import nn

from training.learning.loop_settings import Clipping, LoopSettings

LAST_RATE = 0.005
"""Share of the learning rate that the cosine ends at: a last step that does nothing would be wasted."""
UNLIMITED = 1e6
ADAPTIVE_MEMORY = 0.999
ADAPTIVE_ROOM = 2.0


def rate(settings: LoopSettings, step: int, share: float) -> float:
    """The learning rate of a step: linear warm-up times a cosine that ends just above zero.

    step: 0, 1, ... share: of the whole run that is done, [0, 1].
    """
    warm = min(1.0, (step + 1) / max(1, settings.warm_up))
    return settings.learning_rate * warm * (0.5 * (1 + math.cos(math.pi * share)) + LAST_RATE)


class GradientLimit:
    """Limits the length of the gradient, to 1 or to twice its usual one.

    The adaptive limit is that of DPT's released training: none at the first step, then twice the moving average
    (0.999) of the length before limiting. usual: that average, part of a checkpoint.
    """

    def __init__(self, clipping: Clipping, usual: float = 0.0) -> None:
        self._clipping, self.usual = clipping, usual

    def apply(self, network: nn.Module) -> None:
        if self._clipping is Clipping.UNIT:
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            return
        limit = ADAPTIVE_ROOM * self.usual if self.usual else UNLIMITED
        length = float(nn.utils.clip_grad_norm_(network.parameters(), limit))
        if math.isfinite(length):
            self.usual = length if not self.usual else ADAPTIVE_MEMORY * self.usual + (1 - ADAPTIVE_MEMORY) * length


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
