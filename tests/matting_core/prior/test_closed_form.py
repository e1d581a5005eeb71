"""Closed form with a data term: exact on plain colours, bound to the known pixels, never at a loss."""

import numpy as np
import pytest

from matting_core.prior import closed_form
from matting_core.prior.closed_form import UnknownRegionSolver, trivial_alpha

ORANGE, NAVY = np.array([0.9, 0.5, 0.1], np.float32), np.array([0.1, 0.15, 0.4], np.float32)


def soft_disc() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Photo, trimap and truth of an orange disc with a soft edge before navy."""
    y, x = np.mgrid[:44, :52]
    truth = np.clip((16 - np.hypot(x - 26, y - 22)) / 6, 0, 1).astype(np.float32)
    photo = truth[..., None] * ORANGE + (1 - truth[..., None]) * NAVY
    trimap = np.full(truth.shape, 128, np.uint8)
    trimap[np.hypot(x - 26, y - 22) < 8] = 255
    trimap[np.hypot(x - 26, y - 22) > 18] = 0
    return photo, trimap, truth


def test_a_soft_edge_between_plain_colours_is_recovered_without_any_data_term() -> None:
    photo, trimap, truth = soft_disc()
    nothing = np.zeros_like(truth)
    alpha = UnknownRegionSolver(photo, trimap).solve(nothing, nothing, weight=1e-2)
    assert alpha.dtype == np.float32
    assert np.abs(alpha - truth).max() < 0.01
    np.testing.assert_array_equal(alpha[trimap == 0], 0)
    np.testing.assert_array_equal(alpha[trimap == 255], 1)


def test_a_heavy_data_term_pulls_alpha_to_the_samples_where_they_are_trusted() -> None:
    photo, trimap, truth = soft_disc()
    samples, trust = np.full_like(truth, 0.3), np.zeros_like(truth)
    trust[:, :26] = 1
    alpha = UnknownRegionSolver(photo, trimap).solve(samples, trust, weight=1e4)
    unknown = trimap == 128
    left, right = unknown.copy(), unknown.copy()
    left[:, 26:], right[:, :32] = False, False
    assert np.abs(alpha[left] - 0.3).max() < 0.01
    assert np.abs(alpha[right] - truth[right]).mean() < 0.5 * np.abs(alpha[right] - 0.3).mean()


def test_a_second_weight_on_the_first_preconditioner_gives_what_a_fresh_solver_gives() -> None:
    photo, trimap, truth = soft_disc()
    trust = np.ones_like(truth)
    used = UnknownRegionSolver(photo, trimap)
    weak = used.solve(truth, trust, weight=1e-3)
    again = used.solve(1 - truth, trust, weight=1e-1, start=weak)
    fresh = UnknownRegionSolver(photo, trimap).solve(1 - truth, trust, weight=1e-1)
    assert np.abs(again - fresh).max() < 1e-3
    assert np.abs(again - weak).max() > 0.1


def test_running_out_of_iterations_still_gives_a_matte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closed_form, "ITERATIONS", 1)
    photo, trimap, truth = soft_disc()
    nothing = np.zeros_like(truth)
    alpha = UnknownRegionSolver(photo, trimap).solve(nothing, nothing, weight=0)
    assert np.isfinite(alpha).all()
    np.testing.assert_array_equal(alpha[trimap == 255], 1)


def test_an_unknown_region_that_nothing_pulls_at_is_background() -> None:
    """A white thing before white, the unknown pixels far from the known foreground: the right side is zero."""
    photo = np.full((12, 40, 3), 1, np.float32)
    trimap = np.zeros((12, 40), np.uint8)
    trimap[:, :4], trimap[:, 30:36] = 255, 128
    nothing = np.zeros((12, 40), np.float32)
    alpha = UnknownRegionSolver(photo, trimap).solve(nothing, nothing, weight=1e-3)
    np.testing.assert_array_equal(alpha, trimap == 255)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [(0, 128, (0, 0)), (255, 128, (1, 1)), (128, 128, (0, 0)), (0, 255, (0, 1)), (0, 0, (0, 0)), (255, 255, (1, 1))],
)
def test_trimaps_with_nothing_to_solve_answer_themselves(left: int, right: int, expected: tuple[int, int]) -> None:
    trimap = np.full((6, 8), left, np.uint8)
    trimap[:, 4:] = right
    alpha = trivial_alpha(trimap)
    assert alpha is not None
    assert alpha.dtype == np.float32
    np.testing.assert_array_equal(alpha, np.repeat([expected], 4, axis=1).repeat(6, axis=0))


def test_a_trimap_of_all_three_classes_has_to_be_solved() -> None:
    assert trivial_alpha(np.array([[0, 128, 255]], np.uint8)) is None
