"""How long, how fast and on what a training runs."""

from dataclasses import dataclass
from enum import StrEnum

from training.losses.objective import Objective


class Clipping(StrEnum):
    """What limits the gradient's length: 1, or twice its own usual length."""

    UNIT = "unit"
    ADAPTIVE = "adaptive"


class Precision(StrEnum):
    """In which numbers the network computes; weights and losses are float32 in both."""

    FLOAT32 = "32-true"
    BFLOAT16 = "bf16-mixed"


@dataclass(frozen=True, slots=True)
class LoopSettings:
    """How long and how fast to learn.

    steps or minutes: whichever ends first (give at least one). frozen_norm: keep the batch norms' statistics and the
    spectral norms' vectors, as few images cannot re-estimate them. average_horizon: steps over which the moving
    average of the weights looks back. device: cpu, cuda, cuda:1 ... devices: processes, one for each GPU or
    part of a CPU, each with batches of its own.
    """

    learning_rate: float
    steps: int | None = None
    minutes: float | None = None
    warm_up: int = 60
    weight_decay: float = 1e-2
    betas: tuple[float, float] = (0.9, 0.99)
    clipping: Clipping = Clipping.UNIT
    objective: Objective = Objective.MATTING
    frozen_norm: bool = False
    average_horizon: int = 250
    precision: Precision = Precision.FLOAT32
    device: str = "cpu"
    devices: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        if self.steps is None and self.minutes is None:
            raise ValueError("a training needs an end: give steps, minutes or both")
        if any(limit is not None and limit <= 0 for limit in (self.steps, self.minutes)):
            raise ValueError("steps and minutes are above zero: leave out the one that is not wanted")
        if self.devices < 1:
            raise ValueError("a training runs on at least one device")
        if self.devices > 1 and ":" in self.device:
            raise ValueError(f"{self.device} is one device: name its kind alone to use {self.devices} of them")
