"""A fine-tuning of a small network that several processes can share, and what one process makes of it."""

from dataclasses import replace

import torch
from tiny_samples import tiny_samples
from torch import nn

from matting_core.networks import registry
from training.distributed.training_place import HERE, TrainingPlace, learn
from training.finetune import Learnt
from training.finetune_settings import FinetuneSettings
from training.learning_material import LearningMaterial

TOLERANCE = 1e-5
"""Of a weight: sums of float32 numbers in another order."""

SETTINGS = FinetuneSettings(steps=6, batch=4, crop=64, learning_rate=3e-3, look_every=2, replay=0.5)


def material() -> LearningMaterial:
    own = LearningMaterial.of_samples(tiny_samples(5))
    return replace(
        own,
        composed=tiny_samples(3, seed=4),
        watching=tiny_samples(2, seed=5),
        remembering=tiny_samples(2, seed=6),
    )


def parent() -> bytes:
    """Weights of the full size, as that is what a name of an architecture means."""
    torch.manual_seed(0)
    return registry.save_network(registry.build_network("compact"))


def learn_at(place: TrainingPlace = HERE, settings: FinetuneSettings = SETTINGS, **options: object) -> Learnt:
    given = {"on_row": lambda _row: True} | options
    return learn(place, "compact", parent(), material(), settings, **given)  # type: ignore[arg-type]


def assert_alike(one: nn.Module, other: nn.Module) -> None:
    for name, weight in one.state_dict().items():
        torch.testing.assert_close(other.state_dict()[name], weight, rtol=0, atol=TOLERANCE, msg=name)


def assert_moved(learnt: nn.Module) -> None:
    """Far more than the tolerance, so that being alike says something."""
    before = registry.load_network("compact", parent()).state_dict()
    moved = max(float((weight - before[name]).abs().max()) for name, weight in learnt.state_dict().items())
    assert moved > 100 * TOLERANCE
