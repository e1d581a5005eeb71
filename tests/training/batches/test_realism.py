"""Realism weights: a distribution over samples that prefers those that look like photographs."""

import numpy as np
import torch
from tiny_samples import tiny_samples

from training.batches.realism import CAP, bounded, effective_count, raw_weights, realism_weights
from training.batches.samples import SampleSet


def test_weights_are_a_distribution() -> None:
    weights = realism_weights(tiny_samples(7))
    assert weights.shape == (7,)
    assert (weights > 0).all()
    np.testing.assert_allclose(weights.sum(), 1)


def test_samples_above_the_cap_weigh_alike_however_likely_they_are() -> None:
    likely, likelier = tiny_samples(1, prior_error=0.15), tiny_samples(1, prior_error=0.08)
    alone = realism_weights(SampleSet.join([likely, likelier]))
    assert alone[1] > 1.2 * alone[0]
    hopeless = tiny_samples(60, prior_error=0.7)
    weights = realism_weights(SampleSet.join([likely, likelier, hopeless]))
    assert weights[0] == weights[1]
    assert weights[0] > 5 * weights[2:].max()


def test_a_prior_that_errs_as_on_photographs_weighs_most() -> None:
    likely, hopeless, perfect = (tiny_samples(8, prior_error=error) for error in (0.06, 0.4, 0.0))
    weights = realism_weights(SampleSet.join([likely, hopeless, perfect])).reshape(3, 8).sum(1)
    assert weights[0] > 2 * weights[1]
    assert weights[0] > 2 * weights[2]


def test_colour_sampling_that_beats_the_solver_is_unlikely() -> None:
    usual, strange = tiny_samples(8, prior_error=0.06), tiny_samples(8, prior_error=0.06)
    usual.half[:, 2] = 128
    strange.half[:, 2] = strange.alpha.float().reshape(8, 32, 2, 32, 2).mean((2, 4))
    weights = realism_weights(SampleSet.join([usual, strange]))
    assert weights[:8].sum() > 5 * weights[8:].sum()


def test_long_sets_are_weighed_as_short_ones() -> None:
    short = tiny_samples(3, side=16)
    repeated = short[torch.arange(450) % 3]
    weights = realism_weights(repeated).reshape(150, 3)
    np.testing.assert_allclose(weights, np.broadcast_to(weights[0], weights.shape), rtol=1e-9)


def test_the_effective_count_is_the_number_of_equal_weights() -> None:
    assert np.isclose(effective_count(np.full(40, 1 / 40)), 40)
    assert np.isclose(effective_count(np.array([0.5, 0.5, 0, 0])), 2)
    assert 1 < effective_count(np.array([0.9, 0.1])) < 2


def test_raw_weights_can_be_compared_between_sets() -> None:
    likely, hopeless = tiny_samples(3, prior_error=0.06), tiny_samples(2, prior_error=0.5)
    apart = np.concatenate([raw_weights(likely), raw_weights(hopeless)])
    np.testing.assert_allclose(raw_weights(SampleSet.join([likely, hopeless])), apart)
    assert (apart > 0).all()
    assert (apart <= 1).all()
    np.testing.assert_allclose(realism_weights(SampleSet.join([likely, hopeless])), bounded(apart))


def test_bounded_weights_are_a_distribution_that_keeps_what_has_no_weight_out() -> None:
    shares = bounded(np.array([0.2, 0, 0.6, 0, 0.2]))
    np.testing.assert_allclose(shares, [0.2, 0, 0.6, 0, 0.2])
    np.testing.assert_allclose(bounded(np.array([2.0, 0, 6, 0, 2])), shares)


def test_the_bound_is_measured_against_the_samples_that_there_are() -> None:
    """Empty places of a pool make no sample likelier, and none rarer."""
    weights = np.array([1000.0] + [1.0] * 39)
    shares = bounded(weights)
    np.testing.assert_allclose(bounded(np.concatenate([weights, np.zeros(100)]))[:40], shares)
    cut = CAP / 40 / (CAP / 40 + 39 / weights.sum())
    np.testing.assert_allclose(shares[0], cut)
    np.testing.assert_allclose(shares.sum(), 1)
