"""The camera: a file's levels, spoilt a little, and every sample in its own way."""

import torch
from tiny_material import chance, smooth_pictures

from training.composing.camera import photographed


def test_a_photograph_has_the_levels_of_a_file() -> None:
    shots = photographed(chance(30), smooth_pictures(30, 32) * 1.3 - 0.15)
    levels = shots * 255
    torch.testing.assert_close(levels, levels.round(), atol=1e-4, rtol=0)
    assert shots.min() == 0
    assert shots.max() == 1


def test_it_is_spoilt_a_little_and_every_sample_differently() -> None:
    picture = smooth_pictures(1, 32).expand(40, -1, -1, -1)
    errors = (photographed(chance(40), picture) - picture).abs().mean((1, 2, 3))
    assert errors.max() < 0.02
    assert errors.max() > 3 * errors.min()
    assert len({round(float(error), 7) for error in errors}) > 20


def test_some_are_only_rounded() -> None:
    picture = smooth_pictures(1, 32).expand(60, -1, -1, -1)
    rounded = (picture * 255).round() / 255
    untouched = (photographed(chance(60), picture) == rounded).flatten(1).all(1)
    assert 3 <= int(untouched.sum()) <= 25


def test_the_picture_that_was_given_stays_as_it_was() -> None:
    picture = smooth_pictures(20, 32)
    before = picture.clone()
    photographed(chance(20), picture)
    assert torch.equal(picture, before)


def test_the_same_seed_takes_the_same_photographs() -> None:
    picture = smooth_pictures(8, 32)
    one, two, other = (photographed(chance(8, seed), picture) for seed in (1, 1, 2))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
