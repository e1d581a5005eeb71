"""Samples keep photo, evidence and matte together, whatever is done to them."""

import numpy as np
import torch
from small_images import disc

from matting_core.drafting.learned_network import CHANNELS
from training.drafter.drafter_samples import DrafterSample, draw_batch, sample_of, shrink


def sample(seed: int = 0, *, weight: float = 1.0) -> DrafterSample:
    rgb, _, alpha = disc(seed)
    return sample_of(shrink(rgb, alpha, weight=weight))


def test_a_large_photo_becomes_a_small_copy_with_its_matte() -> None:
    rgb, _, alpha = disc(width=960, height=640)
    example = shrink(rgb, alpha)
    assert example.rgb.shape == (213, 320, 3)
    assert example.subject.shape == (213, 320)
    assert abs(float(example.subject.mean()) / 255 - float(alpha.mean())) < 0.01


def test_a_batch_has_inputs_goals_and_what_is_known_of_one_size() -> None:
    inputs, subject, known = draw_batch(np.random.default_rng(0), [sample()], size=5, side=64)
    assert (inputs.shape, inputs.dtype) == ((5, CHANNELS, 64, 64), torch.float32)
    for planes in (subject, known):
        assert (planes.shape, planes.dtype) == ((5, 1, 64, 64), torch.float32)
        assert planes.min() == 0
        assert planes.max() == 1
    assert set(known.unique().tolist()) == {0, 1}  # what lies beyond the photo is not known
    assert inputs.abs().max() <= 1


def test_the_matte_stays_on_what_the_photo_shows() -> None:
    inputs, subject, known = draw_batch(np.random.default_rng(1), [sample()], size=20, side=64)
    brightness, prior = inputs[:, :3].mean(1, keepdim=True), inputs[:, -1:]
    inside, outside = subject == 1, (subject == 0) & (known == 1)
    assert brightness[inside].mean() > brightness[outside].mean() + 0.5
    assert prior[inside].mean() > prior[outside].mean() + 1


def test_some_evidence_is_left_out_at_times_but_never_the_prior() -> None:
    inputs, *_ = draw_batch(np.random.default_rng(2), [sample()], size=60, side=64)
    silent = (inputs[:, 3:] * 127.5 + 127.5 == 128).all(dim=(2, 3))
    assert 0.02 < silent[:, :-1].float().mean() < 0.3
    assert not silent[:, -1].any()


def test_what_weighs_more_is_drawn_more_often() -> None:
    light, heavy = sample(weight=1.0), sample(weight=9.0)
    heavy.rgb[...] = 0
    inputs, *_ = draw_batch(np.random.default_rng(3), [light, heavy], size=100, side=16)
    dark = (inputs[:, :3].amax((1, 2, 3)) < -0.2).float().mean()
    assert 0.8 < dark < 0.98


def test_the_same_seed_draws_the_same_batch() -> None:
    first, again, other = (draw_batch(np.random.default_rng(seed), [sample()], size=3, side=64) for seed in (3, 3, 4))
    for ours, theirs in zip(first, again, strict=True):
        assert torch.equal(ours, theirs)
    assert not torch.equal(first[0], other[0])
