"""The foreground: the old background is gone, the subject's own pixels are untouched, tiles leave no trace."""

import numpy as np
import pytest
from known_colours import hair_before_clutter, red_on_green

from matting_core.foreground import composite, estimate, estimate_foreground


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("coarse_pixels", [estimate.COARSE_PIXELS, 700, 200])
def test_foreground_loses_the_old_background(dtype: type, coarse_pixels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "COARSE_PIXELS", coarse_pixels)
    red, alpha, photo = red_on_green(dtype)
    found = estimate_foreground(photo, alpha)
    assert found.dtype == dtype
    soft = (alpha > 0.2) & (alpha < 1)
    spill_before = photo[..., 1][soft].mean() / np.iinfo(dtype).max
    spill_after = found[..., 1][soft].mean() / np.iinfo(dtype).max
    assert spill_before > 0.3
    assert spill_after < 0.05
    assert np.abs(found[..., 0][soft].astype(int) - red[..., 0][soft]).mean() < 0.06 * np.iinfo(dtype).max


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("coarse_pixels", [estimate.COARSE_PIXELS, 100])
def test_opaque_pixels_equal_the_photo(dtype: type, coarse_pixels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "COARSE_PIXELS", coarse_pixels)
    photo = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, (31, 43, 3), dtype)
    alpha = np.ones((31, 43), np.float32)
    alpha[:10] = 0.4
    found = estimate_foreground(photo, alpha)
    np.testing.assert_array_equal(found[10:], photo[10:])


def test_last_levels_come_closer_to_the_truth_than_pymatting_on_the_whole_photo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    truth, alpha, photo = hair_before_clutter()
    soft = (alpha > 0.05) & (alpha < 0.95)
    whole = estimate_foreground(photo, alpha).astype(int)  # below a megapixel: PyMatting alone
    monkeypatch.setattr(estimate, "COARSE_PIXELS", 40_000)
    tiled = estimate_foreground(photo, alpha).astype(int)
    assert np.abs(tiled - whole)[soft].mean() < 7  # of 255; measured 5
    assert np.abs(tiled - truth)[soft].mean() < np.abs(whole - truth)[soft].mean()


@pytest.mark.parametrize("halvings", [1, 2, 3])
def test_tiles_leave_no_trace(halvings: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _, alpha, photo = hair_before_clutter()
    alpha, photo = alpha[:401, :555], photo[:401, :555]  # sizes that no grid divides
    monkeypatch.setattr(estimate, "COARSE_PIXELS", alpha.size / 4**halvings + 1)
    monkeypatch.setattr(estimate, "TILE", 10_000)
    whole = estimate_foreground(photo, alpha)
    for side in (200, 64):
        monkeypatch.setattr(estimate, "TILE", side)
        np.testing.assert_array_equal(estimate_foreground(photo, alpha), whole)


def test_subject_is_continued_outside_of_itself_without_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "COARSE_PIXELS", 5_000)
    alpha = np.zeros((150, 200), np.float32)
    alpha[30:120, 30:90] = 1
    orange = np.full((150, 200, 3), (230, 120, 20), np.uint8)
    found = estimate_foreground(composite(orange, alpha, (0, 0, 255)), alpha)
    # beside the edge and far away alike
    assert np.abs(found.astype(int) - orange).max() <= 12


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_photo_without_any_edge_has_a_foreground(value: float) -> None:
    photo = np.full((7, 5, 3), 90, np.uint8)
    assert estimate_foreground(photo, np.full((7, 5), value, np.float32)).shape == photo.shape
