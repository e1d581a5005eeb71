"""Closed-form matting: right where theory says so, and never at a loss for an answer."""

import numpy as np
import pytest

from matting_core.classical import ClosedForm
from matting_core.foreground import composite
from matting_core.matting import Matting
from matting_core.trimap import from_alpha


def soft_disc() -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[:48, :56]
    alpha = np.clip((18 - np.hypot(x - 28, y - 24)) / 6, 0, 1).astype(np.float32)
    orange = np.full((48, 56, 3), (230, 120, 30), np.uint8)
    return composite(orange, alpha, (20, 40, 90)), alpha


def test_stands_behind_the_protocol() -> None:
    assert isinstance(ClosedForm(), Matting)


def test_plain_colours_are_solved_almost_exactly() -> None:
    rgb, truth = soft_disc()
    trimap = from_alpha(truth, band=3)
    for photo in (rgb, rgb.astype(np.uint16) * 257):
        alpha = ClosedForm().predict(photo, trimap)
        assert alpha.dtype == np.float32
        assert np.abs(alpha - truth).max() < 0.03
        assert (alpha[trimap == 0] == 0.0).all()
        assert (alpha[trimap == 255] == 1.0).all()


@pytest.mark.parametrize(
    ("known", "expected"),
    [([0, 128], 0.0), ([255, 128], 1.0), ([128, 128], 0.5), ([0, 0], 0.0), ([255, 255], 1.0)],
)
def test_missing_classes_still_give_a_matte(known: list[int], expected: float) -> None:
    rgb, _ = soft_disc()
    trimap = np.full(rgb.shape[:2], known[1], np.uint8)
    trimap[:20] = known[0]
    assert (ClosedForm().predict(rgb, trimap) == expected).all()


def test_fully_known_trimap_is_its_own_matte() -> None:
    rgb, truth = soft_disc()
    trimap = np.where(truth > 0.5, 255, 0).astype(np.uint8)
    np.testing.assert_array_equal(ClosedForm().predict(rgb, trimap), trimap / np.float32(255))
