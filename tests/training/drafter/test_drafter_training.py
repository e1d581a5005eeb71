"""The drafter learns what a studio's subjects look like, and serves only if it is better."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from annotation_store.learning.training_sets import TrainingExample
from matting_core.arrays import Rgb, Trimap
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.drafter import NO_HINTS, Draft, Hints
from matting_core.drafting.learned import LearnedDrafter
from matting_core.drafting.learned_network import load_drafting_network
from matting_core.networks.registry import shipped_weights
from training.drafter.drafter_samples import DrafterExample, shrink
from training.drafter.drafter_training import (
    START,
    DrafterSettings,
    DrafterStep,
    class_overlap,
    judge_drafter,
    train_drafter,
)
from training.learning.loop import TrainingStopped

QUICK = DrafterSettings(steps=40, batch=4, side=64, warm_up=5, learning_rate=6e-3, pasted=1, start=False)


def example(seed: int) -> TrainingExample:
    """A green disc with a wide band among discs of other colours, before noise: colour alone tells the subject."""
    rng = np.random.default_rng(seed)
    rgb = rng.integers(60, 120, (64, 64, 3)).astype(np.uint8)
    y, x = np.mgrid[:64, :64]
    for colour in ((190, 40, 40), (40, 40, 190)):
        rgb[np.hypot(y - rng.integers(10, 54), x - rng.integers(10, 54)) < 8] = colour
    row, column = rng.integers(22, 42, 2)
    distance = np.hypot(y - row, x - column)
    rgb[distance < 14] = (40, 190, 40)
    trimap = np.full((64, 64), 128, np.uint8)
    trimap[distance < 11], trimap[distance > 17] = 255, 0
    return TrainingExample(rgb, trimap, (distance < 14).astype(np.float32))


class Echo:
    """Drafts always the same trimap."""

    name = "echo"

    def __init__(self, trimap: Trimap, *, certainty: int = 255) -> None:
        self._draft = Draft(trimap, np.full((8, 8), certainty, np.uint8))

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Draft:
        return self._draft


def taught_by(count: int) -> list[DrafterExample]:
    return [shrink(seen.rgb, seen.trimap, seen.alpha) for seen in map(example, range(count))]


def test_it_learns_the_studios_subjects_and_beats_the_automatic_drafter() -> None:
    told: list[DrafterStep] = []
    network = train_drafter(taught_by(12), QUICK, on_step=lambda row: told.append(row) is None)
    assert [row.step for row in told] == [0] * 24 + list(range(1, 41))
    assert all(row.loss is None for row in told[:24])
    assert told[-1].loss < 0.8 * told[24].loss  # it cannot fall to nothing, as the goal stays off 0 and 1
    shares = [row.share for row in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    held_out = [example(seed) for seed in range(100, 104)]
    verdict = judge_drafter(LearnedDrafter(network, side=64), {"the automatic one": AutomaticDrafter()}, held_out)
    assert verdict.overlaps["the new drafter"] > 0.5  # everything background would be about 0.28
    assert verdict.better
    assert verdict.reason.startswith("The new drafter is kept; agreement with 4 held-out approved trimaps (mean IoU): ")


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


@pytest.mark.parametrize("ends", [lambda row: row.loss is not None, lambda row: row.step < 2])
def test_training_stops_when_asked_to(ends: Callable[[DrafterStep], bool]) -> None:
    with pytest.raises(TrainingStopped):
        train_drafter(taught_by(1), QUICK, on_step=ends)


def test_training_ends_with_its_minutes() -> None:
    told: list[DrafterStep] = []
    train_drafter(taught_by(1), replace(QUICK, minutes=0.001), on_step=lambda row: told.append(row) is None)
    assert told[-1].share == 1
    assert told[-1].step < QUICK.steps


def test_overlap_is_the_mean_of_the_classes_that_are_there() -> None:
    truth = np.repeat(np.array([0, 128, 255, 255], np.uint8), 4).reshape(4, 4)
    assert class_overlap(truth, truth) == 1
    assert class_overlap(np.zeros_like(truth), truth) == pytest.approx(0.25 / 3)
    assert class_overlap(np.zeros_like(truth), np.zeros_like(truth)) == 1


def test_a_drafter_that_is_no_better_than_every_rival_is_not_kept() -> None:
    truth = example(0)
    good, bad = Echo(truth.trimap), Echo(np.zeros_like(truth.trimap))
    done: list[int] = []
    verdict = judge_drafter(bad, {"the automatic one": good}, [truth], on_image=done.append)
    overlap = class_overlap(np.zeros_like(truth.trimap), truth.trimap)
    assert not verdict.better
    assert verdict.reason == (
        "The new drafter is not kept, and nothing changes; agreement with 1 held-out approved trimap (mean IoU): "
        f"the new drafter {overlap:.3f}, the automatic one 1.000."
    )
    assert done == [1]
    assert not judge_drafter(good, {"a": bad, "b": good}, [truth]).better


def test_a_draft_for_want_of_anything_better_counts_nothing() -> None:
    truth = example(0)
    lucky, poor = Echo(truth.trimap, certainty=0), Echo(np.zeros_like(truth.trimap))
    assert not judge_drafter(lucky, {"the automatic one": poor}, [truth]).better
