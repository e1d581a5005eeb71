"""Early stop: a training is watched by samples that it does not learn from, and its best state is what counts.

A few mattes are learnt by heart before long; from then on every step makes the network worse on others (Prechelt, 1998,
"Early Stopping - But When?").
"""

import math
from typing import Any, Protocol

from torch import Tensor, nn

from training.learning.loop import Progress

NOISE = 0.1
"""Share of the parent's error by which a network must be worse to be given up."""


class Judge(Protocol):
    """Measures networks on what they do not learn from, as `training.validation.HeldOut` does."""

    def error(self, network: nn.Module) -> float: ...


class EarlyStop:
    """A `Watcher`. every: steps between two looks. patience: looks without a better state before the end.

    looks: (step, error) of each so far; the first is of the parent, before any step. best_step, best_state: of the look
    with the lowest error after that; the state lies on the CPU. Whether that is better than the parent is another
    question (`worse_than_parent`).
    """

    def __init__(self, judge: Judge, network: nn.Module, *, every: int, patience: int) -> None:
        self._judge, self._every, self._patience = judge, every, patience
        self.looks = [(0, judge.error(network))]
        self.best_step, self.best_state = 0, _copied(network)

    @property
    def best_error(self) -> float:
        """Of the best state after the start; infinite before the first of these looks."""
        return min((error for _, error in self.looks[1:]), default=math.inf)

    @property
    def stopped_early(self) -> bool:
        """Whether patience is at its end."""
        since = [step for step, _ in self.looks if step > self.best_step]
        return len(since) >= self._patience

    def worse_than_parent(self, error: float) -> bool:
        """Whether it is so clearly: a few photos that watch cannot tell small differences from chance, and the gate,
        which has more of them, is still to come."""
        return error > (1 + NOISE) * self.looks[0][1]

    def error(self, network: nn.Module) -> float:
        """Of any network, by the same judge."""
        return self._judge.error(network)

    def look(self, row: Progress, averaged: nn.Module) -> bool:
        """Whether to go on. Measures the network if it is time, and at the end of the training."""
        if row.step % self._every == 0 or row.share >= 1:
            self._take(row.step, averaged)
        return not self.stopped_early

    def at(self, step: int) -> float | None:
        """The error measured at a step, if it was."""
        last_step, error = self.looks[-1]
        return error if last_step == step else None

    def state(self) -> dict[str, Any]:
        return {"looks": self.looks, "best_step": self.best_step, "best_state": self.best_state}

    def go_on_from(self, state: dict[str, Any]) -> None:
        self.looks = [(int(step), float(error)) for step, error in state["looks"]]
        self.best_step, self.best_state = int(state["best_step"]), state["best_state"]

    def _take(self, step: int, network: nn.Module) -> None:
        error = self._judge.error(network)
        if error < self.best_error:
            self.best_step, self.best_state = step, _copied(network)
        self.looks.append((step, error))


def _copied(network: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().cpu().clone() for name, value in network.state_dict().items()}
