"""Features of the compact network: holes filled from around, pixels projected on their colour line."""

import pytest
import torch
from torch.nn import functional as F

from matting_core.networks.compact.compact_features import (
    HIGH_CHANNELS,
    LOW_CHANNELS,
    CompactInput,
    compact_features,
    folded,
    halved,
    pull_push,
)

RED, BLUE = torch.tensor([0.9, 0.2, 0.1]), torch.tensor([0.1, 0.2, 0.8])


def mixture(alpha: torch.Tensor) -> CompactInput:
    """An all unknown input whose photo mixes red and blue by `alpha` (H x W), both colours sampled exactly."""
    height, width = alpha.shape
    classes = torch.zeros(1, 3, height, width)
    classes[:, 1] = 1
    half = torch.zeros(1, 11, height // 2, width // 2)
    half[:, 5:8], half[:, 8:11] = RED[None, :, None, None], BLUE[None, :, None, None]
    rgb = alpha[None, None] * RED[None, :, None, None] + (1 - alpha[None, None]) * BLUE[None, :, None, None]
    return CompactInput(rgb, classes, torch.full((1, 1, height, width), 0.5), half)


def test_a_pixel_is_projected_on_the_line_between_its_sampled_colours() -> None:
    torch.manual_seed(0)
    alpha = torch.rand(8, 10)
    line = compact_features(mixture(alpha)).line_alpha
    assert (line[0, 0] - alpha).abs().max() < 0.01


def test_features_have_the_shapes_that_the_network_expects() -> None:
    features = compact_features(mixture(torch.rand(8, 12)))
    assert features.low.shape == (1, LOW_CHANNELS, 4, 6)
    assert features.high.shape == (1, HIGH_CHANNELS, 4, 6)
    assert features.swing.shape == (1, 1, 8, 12)
    assert torch.isfinite(features.low).all()


def test_the_line_of_two_equal_colours_is_finite() -> None:
    x = mixture(torch.rand(8, 8))
    x.half[:, 5:8] = x.half[:, 8:11]
    assert torch.isfinite(compact_features(x).line_alpha).all()


def test_swing_is_what_the_strong_solution_adds_to_the_weak_one() -> None:
    x = mixture(torch.rand(8, 8))
    x.half[:, 0], x.half[:, 1] = 0.25, 0.75
    torch.testing.assert_close(compact_features(x).swing, torch.full((1, 1, 8, 8), 0.5))


def test_known_pixels_take_their_alpha_from_the_trimap() -> None:
    x = mixture(torch.full((4, 8), 0.5))
    x.classes[:, :, :, :2] = torch.tensor([1.0, 0, 0])[None, :, None, None]
    x.classes[:, :, :, 6:] = torch.tensor([0.0, 0, 1])[None, :, None, None]
    line = compact_features(x).line_alpha[0, 0]
    assert (line[:, :2] == 0).all()
    assert (line[:, 6:] == 1).all()


def test_holes_are_filled_from_their_own_surroundings() -> None:
    values, weights = torch.zeros(1, 1, 64, 64), torch.zeros(1, 1, 64, 64)
    values[..., 2:10, 2:10], weights[..., 2:10, 2:10] = 0.2, 1
    values[..., 50:60, 50:60], weights[..., 50:60, 50:60] = 0.8, 1
    filled = pull_push(values * weights, weights)
    torch.testing.assert_close(filled[..., 4:8, 4:8], torch.full((1, 1, 4, 4), 0.2), atol=1e-4, rtol=0)
    assert filled[..., 14, 14] < 0.35
    assert filled[..., 45, 45] > 0.65
    assert filled.min() > 0.2 - 1e-3
    assert filled.max() < 0.8 + 1e-3


def test_one_known_colour_fills_an_odd_sized_plane() -> None:
    values, weights = torch.zeros(1, 3, 37, 53), torch.zeros(1, 1, 37, 53)
    values[..., 20, 30], weights[..., 20, 30] = 0.7, 1
    filled = pull_push(values * weights, weights)
    assert filled.shape == (1, 3, 37, 53)
    torch.testing.assert_close(filled, torch.full_like(filled, 0.7), atol=5e-3, rtol=0)


def test_with_nothing_known_the_filling_is_one_half() -> None:
    filled = pull_push(torch.zeros(1, 3, 16, 16), torch.zeros(1, 1, 16, 16))
    torch.testing.assert_close(filled, torch.full((1, 3, 16, 16), 0.5))


@pytest.mark.parametrize("size", [(8, 6), (7, 9), (1, 5)])
def test_halving_is_average_pooling_that_keeps_odd_lines(size: tuple[int, int]) -> None:
    planes = torch.rand(2, 3, *size)
    torch.testing.assert_close(halved(planes), F.avg_pool2d(planes, 2, ceil_mode=True))


def test_folding_is_pixel_unshuffle() -> None:
    planes = torch.rand(2, 3, 8, 10)
    torch.testing.assert_close(folded(planes), F.pixel_unshuffle(planes, 2))
