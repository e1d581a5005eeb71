"""Thin bands: found where the matte has not reached the label's value, along a stretch of the border."""

import numpy as np
import pytest

from matting_core.arrays import FOREGROUND, UNKNOWN, Alpha, Trimap
from matting_core.trimap import force_known
from matting_core.trimap_check.thin_bands import find_thin_bands

HEIGHT, WIDTH = 200, 300


def _ramp(*, soft: float, band: float) -> tuple[Trimap, Alpha]:
    """An upright edge in the middle: alpha rises over `soft` columns, the unknown band is `band` columns wide."""
    away = np.broadcast_to(np.arange(WIDTH) - WIDTH / 2 + 0.5, (HEIGHT, WIDTH))
    trimap = np.full((HEIGHT, WIDTH), UNKNOWN, np.uint8)
    trimap[away < -band / 2], trimap[away > band / 2] = 0, FOREGROUND
    return trimap, force_known(np.clip(away / soft + 0.5, 0, 1).astype(np.float32), trimap)


@pytest.mark.parametrize(("soft", "band"), [(2, 6), (8, 10), (20, 24)])
def test_a_band_wider_than_its_edge_is_no_slip(soft: float, band: float) -> None:
    assert find_thin_bands(*_ramp(soft=soft, band=band)) == []


@pytest.mark.parametrize(("soft", "band"), [(8, 4), (20, 10)])
def test_a_band_thinner_than_its_edge_is_one_slip_along_the_whole_edge(soft: float, band: float) -> None:
    (slip,) = find_thin_bands(*_ramp(soft=soft, band=band))
    assert slip.box.height >= HEIGHT - 2
    assert slip.box.left == WIDTH // 2 - band // 2
    assert slip.box.right == WIDTH // 2 + band // 2


def test_the_softer_the_edge_that_is_cut_the_more_severe() -> None:
    mild, hard = (find_thin_bands(*_ramp(soft=soft, band=6))[0].severity for soft in (10, 30))
    assert mild < hard


def test_labels_that_meet_without_a_band_are_a_slip() -> None:
    assert len(find_thin_bands(*_ramp(soft=1, band=0))) == 1


def test_a_single_pixel_off_is_no_slip() -> None:
    trimap, alpha = _ramp(soft=4, band=8)
    alpha[100, np.flatnonzero(trimap[100] == UNKNOWN)[0]] = 1
    assert find_thin_bands(trimap, alpha) == []


def test_only_the_stretch_that_was_cut_is_marked() -> None:
    trimap, alpha = _ramp(soft=8, band=12)
    thin, _ = _ramp(soft=8, band=4)
    trimap[120:160] = thin[120:160]
    (slip,) = find_thin_bands(trimap, force_known(alpha, trimap))
    assert 110 <= slip.box.top <= 125
    assert 155 <= slip.box.bottom <= 170
