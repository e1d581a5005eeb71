"""Samples keep photo, trimap and hints together, whatever is done to them."""

import numpy as np
import torch
from small_images import disc

from training.drafter.drafter_samples import IGNORED, DrafterSample, draw_batch, shrink


def sample(seed: int = 0) -> DrafterSample:
    rgb, trimap, _ = disc(seed)
    return shrink(rgb, trimap, side=64)


def test_a_sample_is_a_small_copy_with_the_three_classes() -> None:
    small = sample()
    assert small.rgb.shape == (43, 64, 3)
    assert set(np.unique(small.trimap)) == {0, 128, 255}


def test_a_batch_has_inputs_and_classes_of_one_size() -> None:
    inputs, classes = draw_batch(np.random.default_rng(0), [sample()], size=5, side=64)
    assert (inputs.shape, inputs.dtype) == ((5, 7, 64, 64), torch.float32)
    assert (classes.shape, classes.dtype) == ((5, 64, 64), torch.int64)
    assert set(classes.unique().tolist()) == {IGNORED, 0, 1, 2}
    assert inputs.abs().max() <= 1


def test_classes_stay_on_what_the_photo_shows() -> None:
    inputs, classes = draw_batch(np.random.default_rng(1), [sample()], size=20, side=64)
    brightness = inputs[:, :3].mean(1)
    assert brightness[classes == 2].mean() > brightness[classes == 0].mean() + 0.5


def test_made_up_hints_tell_the_truth() -> None:
    inputs, classes = draw_batch(np.random.default_rng(2), [sample()], size=60, side=64)
    box, foreground, background, mask = inputs[:, 3], inputs[:, 4], inputs[:, 5], inputs[:, 6]
    assert (box[classes >= 1] >= 0).all()  # nothing of the subject lies outside a box
    assert (box < 0).any()
    assert (classes[foreground > 0] == 2).float().mean() > 0.7  # a disc may reach over an edge
    assert (classes[(background > 0) & (classes != IGNORED)] == 0).float().mean() > 0.7
    assert mask[classes == 2].mean() > mask[classes == 0].mean()


def test_the_same_seed_draws_the_same_batch() -> None:
    first, again, other = (draw_batch(np.random.default_rng(seed), [sample()], size=3, side=64) for seed in (3, 3, 4))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[0], other[0])
