"""Fine-tuning: teach a network from the mattes that people approved.

Few images must not spoil what pre-training gave: the statistics of norms stay frozen, the rate is low, and the gate
(``gate/``) has the last word.
"""

from dataclasses import dataclass

from torch import nn

from training.batches.sample_pool import SamplePool
from training.batches.samples import SampleSet
from training.learning.loop import OnStep, train
from training.learning.loop_settings import LoopSettings
from training.losses.objective import objective_for

CROP = 192
BATCH = 8


@dataclass(frozen=True, slots=True)
class FinetuneSettings:
    """How long and how fast to learn from corrections."""

    steps: int = 300
    minutes: float = 30
    learning_rate: float = 3e-4
    batch: int = BATCH
    crop: int = CROP
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


def finetune(
    network: nn.Module, samples: SampleSet, settings: FinetuneSettings, *, on_step: OnStep | None = None
) -> nn.Module:
    """Train `network` on `samples`, every one as often as the others; returns the averaged network."""
    source = SamplePool(samples.to(settings.device), size=settings.batch, crop=settings.crop, seed=settings.seed)
    return train(network, source, settings.loop(network), on_step=on_step)
