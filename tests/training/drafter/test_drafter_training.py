"""The drafter learns what a studio's subjects look like, and serves only if it is better."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from annotation_store.learning.training_sets import TrainingExample
from matting_core.drafting.learned import LearnedDrafter
from matting_core.drafting.learned_network import DraftingNetwork, load_drafting_network
from matting_core.networks.registry import shipped_weights
from training.drafter.drafter_samples import DrafterSample, sample_of, shrink
from training.drafter.drafter_training import (
    START,
    DrafterSettings,
    DrafterStep,
    train_drafter,
)
from training.learning.loop import TrainingStopped

QUICK = DrafterSettings(steps=40, batch=4, side=64, warm_up=5, learning_rate=6e-3, start=False)


def example(seed: int) -> TrainingExample:
    """A green disc with a wide band among discs of other colours as large: colour alone tells the subject."""
    rng = np.random.default_rng(seed)
    rgb = rng.integers(60, 120, (64, 64, 3)).astype(np.uint8)
    y, x = np.mgrid[:64, :64]
    for colour in ((190, 40, 40), (40, 40, 190)):
        rgb[np.hypot(y - rng.integers(10, 54), x - rng.integers(10, 54)) < 12] = colour
    row, column = rng.integers(22, 42, 2)
    distance = np.hypot(y - row, x - column)
    rgb[distance < 12] = (40, 190, 40)
    trimap = np.full((64, 64), 128, np.uint8)
    trimap[distance < 9], trimap[distance > 15] = 255, 0
    return TrainingExample(rgb, trimap, (distance < 12).astype(np.float32))


def taught_by(count: int) -> list[DrafterSample]:
    return [sample_of(shrink(seen.rgb, seen.alpha)) for seen in map(example, range(count))]


def falsely_certain(network: DraftingNetwork) -> float:
    """Share of held-out photos that drafts call foreground or background, and people the other."""
    drafter, shares = LearnedDrafter(network, side=64), []
    for seen in (example(seed) for seed in range(100, 106)):
        trimap = drafter.draft(seen.rgb).trimap
        shares.append(np.mean((trimap != 128) & (seen.trimap != 128) & (trimap != seen.trimap)))
    return float(np.mean(shares))


def test_it_learns_what_the_studios_subjects_are() -> None:
    told: list[DrafterStep] = []
    settings = replace(QUICK, steps=120)
    network = train_drafter(taught_by(12), settings, on_step=lambda row: told.append(row) is None)
    assert [row.step for row in told] == list(range(1, 121))
    assert told[-1].loss < 0.8 * told[0].loss  # it cannot fall to nothing, as the goal stays off 0 and 1
    shares = [row.share for row in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert falsely_certain(network) < 0.5 * falsely_certain(DraftingNetwork())


def test_the_same_seed_gives_the_same_weights() -> None:
    brief = replace(QUICK, steps=2)
    first, again, other = (train_drafter(taught_by(1), replace(brief, seed=seed)) for seed in (1, 1, 2))
    for ours, theirs in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    assert not torch.equal(first.stem[0].weight, other.stem[0].weight)


def test_it_begins_with_what_comes_with_the_program() -> None:
    shipped = load_drafting_network(shipped_weights(START))
    barely = train_drafter(taught_by(1), replace(QUICK, start=True, steps=1, learning_rate=1e-6))
    for ours, theirs in zip(barely.parameters(), shipped.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-3)


def test_what_comes_out_lies_between_what_it_began_with_and_what_was_learnt() -> None:
    shipped = load_drafting_network(shipped_weights(START))
    started = replace(QUICK, start=True, steps=3)
    learnt, half, kept = (train_drafter(taught_by(1), replace(started, keep=keep)) for keep in (0, 0.5, 1))
    planes = zip(*(network.parameters() for network in (shipped, learnt, half, kept)), strict=True)
    for before, after, between, still in planes:
        torch.testing.assert_close(between, (before + after) / 2)
        torch.testing.assert_close(still, before)
    assert not torch.equal(learnt.stem[0].weight, shipped.stem[0].weight)


def test_training_stops_when_asked_to() -> None:
    told: list[DrafterStep] = []

    def until_the_second(row: DrafterStep) -> bool:
        told.append(row)
        return row.step < 2

    with pytest.raises(TrainingStopped):
        train_drafter(taught_by(1), QUICK, on_step=until_the_second)
    assert [row.step for row in told] == [1, 2]


def test_training_ends_with_its_minutes() -> None:
    told: list[DrafterStep] = []
    train_drafter(taught_by(1), replace(QUICK, minutes=0.001), on_step=lambda row: told.append(row) is None)
    assert told[-1].share == 1
    assert told[-1].step < QUICK.steps
