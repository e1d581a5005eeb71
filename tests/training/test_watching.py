"""What watches a training: windows of other photos, and composed samples that tell what is forgotten."""

from dataclasses import replace

import pytest
import torch
from tiny_networks import small_compact
from tiny_samples import tiny_samples
from torch import nn

from training.batches.samples import SampleSet
from training.learning_material import LearningMaterial
from training.validation import HeldOut
from training.watching import SHARE, SHARE_IN_DOUBT, Watching


def material(*, watching: SampleSet | None, remembering: SampleSet | None, doubted: bool = False) -> LearningMaterial:
    samples = tiny_samples(2)
    trusted = torch.zeros_like(samples.trimap) if doubted else None
    own = LearningMaterial.of_samples(replace(samples, trusted=trusted))
    return replace(own, watching=watching, remembering=remembering)


def changed(network: nn.Module) -> nn.Module:
    with torch.no_grad():
        for weight in network.parameters():
            weight += 0.05
    return network


def test_the_parents_error_is_that_on_the_windows_alone() -> None:
    new, old = tiny_samples(3, prior_error=0.2), tiny_samples(3, seed=1, prior_error=0.05)
    alone = Watching.of(material(watching=new, remembering=None), small_compact())
    both = Watching.of(material(watching=new, remembering=old), small_compact())
    assert alone is not None
    assert both is not None
    assert both.error(small_compact()) == pytest.approx(alone.error(small_compact()))
    assert both.error(changed(small_compact())) != pytest.approx(alone.error(changed(small_compact())))


@pytest.mark.parametrize(("doubted", "share"), [(False, SHARE), (True, SHARE_IN_DOUBT)])
def test_memory_counts_more_where_alphas_are_not_believed(doubted: bool, share: float) -> None:
    of = material(watching=tiny_samples(2), remembering=tiny_samples(2, seed=1), doubted=doubted)
    watching = Watching.of(of, small_compact())
    assert watching is not None
    assert watching.share == share


def test_nothing_watches_where_nothing_is_spared() -> None:
    assert Watching.of(material(watching=None, remembering=tiny_samples(1)), small_compact()) is None


def test_windows_count_by_the_pixels_that_can_be_judged() -> None:
    samples = tiny_samples(2, prior_error=0.2)
    trusted = torch.ones_like(samples.trimap)
    trusted[1] = 0
    held_out = HeldOut.of_windows(replace(samples, trusted=trusted), small_compact())
    assert held_out.weights[1] == 0
    alone = HeldOut.of_windows(samples[slice(0, 1)], small_compact())
    assert held_out.error(small_compact()) == pytest.approx(alone.error(small_compact()))


def test_one_hard_photo_does_not_speak_for_all() -> None:
    samples = SampleSet.join([tiny_samples(1, prior_error=0.02), tiny_samples(1, prior_error=0.3)])
    weights = HeldOut.of_windows(samples, small_compact()).weights
    assert weights[0] > 1.5 * weights[1] > 0
