"""Blur: OpenCV's Gaussian with a width for each sample, nothing lost at the edges; clouds in their range."""

import cv2
import numpy as np
import pytest
import torch
from tiny_material import chance, per_sample, seeded

from training.composing.blur import blurred, drawn_out, slightly_blurred, smooth_noise

SIGMAS = (0.7, 2.0, 4.5)
INTERIOR = slice(22, 42)
"""Further from the edges of 64 pixels than four times the widest sigma."""


def noise(channels: int = 2, size: int = 64) -> torch.Tensor:
    return torch.rand(len(SIGMAS), channels, size, size, generator=seeded())


def assert_like_opencv(ours: torch.Tensor, planes: torch.Tensor, *, across: float | None = None) -> None:
    """across: sigma along the columns, the same as along the rows by default."""
    for sample, sigma in enumerate(SIGMAS):
        for channel in range(planes.shape[1]):
            theirs = cv2.GaussianBlur(planes[sample, channel].numpy(), (0, 0), sigma, sigmaY=across or sigma)
            np.testing.assert_allclose(
                ours[sample, channel, INTERIOR, INTERIOR], theirs[INTERIOR, INTERIOR], atol=1e-3, rtol=0
            )


def test_each_sample_is_blurred_by_its_own_width_as_opencv_does() -> None:
    planes = noise()
    assert_like_opencv(blurred(planes, per_sample(*SIGMAS)), planes)


def test_samples_can_be_blurred_along_their_rows_only() -> None:
    planes = noise()
    assert_like_opencv(drawn_out(planes, per_sample(*SIGMAS)), planes, across=1e-3)
    of_rows = torch.rand(3, 1, 64, 1, generator=seeded()).expand(-1, -1, -1, 64)
    torch.testing.assert_close(drawn_out(of_rows, per_sample(*SIGMAS)), of_rows)


def test_flat_planes_stay_flat_up_to_the_edge() -> None:
    flat = torch.full((3, 1, 32, 32), 0.37)
    torch.testing.assert_close(blurred(flat, per_sample(0.5, 3, 60)), flat)
    torch.testing.assert_close(slightly_blurred(flat, per_sample(0.0, 0.3, 0.6)), flat)


def test_a_point_keeps_its_mass_and_spreads_as_far_as_sigma() -> None:
    point = torch.zeros(1, 1, 63, 63)
    point[0, 0, 31, 31] = 1
    spread = blurred(point, per_sample(3.0))[0, 0].sum(0)
    place = torch.arange(63.0) - 31
    assert float(spread.sum()) == pytest.approx(1, abs=1e-5)
    assert float((spread * place**2).sum()) == pytest.approx(9, rel=1e-3)


@pytest.mark.parametrize("share", [0.1, 0.35, 0.6])
def test_a_slight_blur_is_as_wide_as_it_says(share: float) -> None:
    point = torch.zeros(1, 1, 7, 7)
    point[0, 0, 3, 3] = 1
    spread = slightly_blurred(point, per_sample(share))[0, 0]
    place = torch.arange(7.0) - 3
    assert float(spread.sum()) == pytest.approx(1)
    for axis in (0, 1):
        assert float((spread.sum(axis) * place**2).sum()) == pytest.approx(share / 2)


def test_a_slight_blur_of_nothing_changes_nothing() -> None:
    planes = noise()
    assert torch.equal(slightly_blurred(planes, per_sample(0, 0, 0)), planes)


def test_clouds_fill_the_range_of_each_plane_and_differ() -> None:
    clouds = smooth_noise(chance(3), 48, cells=3, channels=2, octaves=3)
    assert clouds.shape == (3, 2, 48, 48)
    torch.testing.assert_close(clouds.amin((2, 3)), torch.zeros(3, 2))
    torch.testing.assert_close(clouds.amax((2, 3)), torch.ones(3, 2), atol=1e-4, rtol=0)
    assert not torch.allclose(clouds[0], clouds[1], atol=0.1)
    assert not torch.allclose(clouds[:, 0], clouds[:, 1], atol=0.1)


def test_more_cells_and_more_octaves_are_rougher() -> None:
    def roughness(cells: int, octaves: int) -> float:
        return float(smooth_noise(chance(6), 64, cells=cells, octaves=octaves).diff(dim=3).abs().mean())

    assert roughness(3, 1) < 0.04
    assert roughness(12, 1) > 2 * roughness(3, 1)
    assert roughness(3, 4) > 1.5 * roughness(3, 1)


def test_clouds_may_have_as_many_cells_as_pixels() -> None:
    assert smooth_noise(chance(1), 8, cells=6, octaves=3).shape == (1, 1, 8, 8)
