"""What a fine-tuning is told: the recipe of a version that learns from corrections.

Apart from what carries it out, which takes three seconds to load: the pages need it only to write it down.
"""

from dataclasses import asdict, dataclass, field
from typing import Any

from torch import nn

from training.learning.loop_settings import LoopSettings
from training.learning_material import MaterialSettings
from training.losses.objective import objective_for

CROP = 192
BATCH = 8


@dataclass(frozen=True, slots=True)
class FinetuneSettings:
    """How long, how fast and from what to learn from corrections; a version's recipe.

    replay, replay_in_doubt: share of each batch that is composed, where all alphas are believed, and where none is: a
    trimap that was put right says nothing about soft edges. learnt: share of the rest, at most, that shows photos which
    the parent has learnt from already. look_every: steps between two looks at what watches. patience: looks without a
    better state before the training ends. keep_of_parent: share of the parent's weights in the result where nothing
    watches; where something does, the best of several shares is taken.
    """

    steps: int = 300
    minutes: float = 30
    learning_rate: float = 3e-4
    batch: int = BATCH
    crop: int = CROP
    replay: float = 0.25
    replay_in_doubt: float = 0.5
    learnt: float = 0.35
    look_every: int = 25
    patience: int = 6
    keep_of_parent: float = 0.1
    material: MaterialSettings = field(default_factory=MaterialSettings)
    device: str = "cpu"
    seed: int = 0

    def loop(self, network: nn.Module) -> LoopSettings:
        """The training of `network` by these settings."""
        return LoopSettings(
            learning_rate=self.learning_rate,
            steps=self.steps,
            minutes=self.minutes,
            warm_up=20,
            objective=objective_for(network),
            frozen_norm=True,
            average_horizon=max(2, min(100, self.steps // 3)),
            device=self.device,
            seed=self.seed,
        )

    def as_recipe(self) -> dict[str, Any]:
        """For JSON: everything but where it runs."""
        recipe = asdict(self)
        del recipe["device"]
        return recipe
