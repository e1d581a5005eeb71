"""Bands of distance from the true edge: an error is booked where it lies."""

import numpy as np
import pytest

from matting_core.errors import InvalidArrayError
from matting_core.metrics import BANDS, boundary_errors


def half_plane() -> np.ndarray:
    """Foreground on the left half of 200 columns: the edge runs at x = 100."""
    truth = np.zeros((10, 200), np.float32)
    truth[:, :100] = 1
    return truth


def test_bands_count_the_pixels_on_both_sides_of_the_edge() -> None:
    bands = boundary_errors(half_plane(), half_plane())
    assert [(band.near, band.far) for band in bands] == list(BANDS)
    # centres lie half a pixel, one and a half, ... from the edge
    assert [band.pixels for band in bands] == [2 * 10 * width for width in (2, 3, 5, 10, 30)]
    assert all(band.mean == 0 for band in bands)


@pytest.mark.parametrize(("column", "band"), [(100, 0), (97, 1), (92, 2), (118, 3), (60, 4)])
def test_error_is_booked_in_the_band_where_it_lies(column: int, band: int) -> None:
    alpha = half_plane()
    alpha[:, column] = 1 - alpha[:, column]
    means = [found.mean for found in boundary_errors(alpha, half_plane())]
    assert means[band] == pytest.approx(10 / boundary_errors(alpha, half_plane())[band].pixels)
    assert sum(means) == means[band]


def test_error_beyond_all_bands_is_not_booked() -> None:
    alpha = half_plane()
    alpha[:, 0] = 0
    assert sum(band.mean for band in boundary_errors(alpha, half_plane())) == 0


def test_edge_of_a_soft_truth_is_where_it_passes_one_half() -> None:
    truth = np.tile(np.linspace(1, 0, 101, dtype=np.float32), (4, 1))  # 0.5 at column 50
    alpha = truth.copy()
    alpha[:, 49:52] = 0
    (band,) = boundary_errors(alpha, truth, bands=[(0, 2)])
    assert band.pixels == 16
    assert band.mean == pytest.approx((0.51 + 0.50 + 0.49) / 4, abs=0.005)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_truth_without_an_edge_has_empty_bands(value: float) -> None:
    truth = np.full((6, 6), value, np.float32)
    assert all((band.pixels, band.mean) == (0, 0.0) for band in boundary_errors(1 - truth, truth))


def test_band_that_does_not_reach_outwards_is_refused() -> None:
    with pytest.raises(InvalidArrayError, match="from 5 to 2"):
        boundary_errors(half_plane(), half_plane(), bands=[(5, 2)])
