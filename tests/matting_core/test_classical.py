"""Classical matting: right where theory says so, and never at a loss for an answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matting_core.classical import ClassicalMatting, ClosedForm, HalfClosedForm, KnnMatting
from matting_core.errors import InvalidArrayError, MattingError
from matting_core.foreground import composite
from matting_core.matting import Matting
from matting_core.trimap import from_alpha

METHODS = [ClosedForm(), KnnMatting(), HalfClosedForm()]
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


def soft_disc() -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[:48, :56]
    alpha = np.clip((18 - np.hypot(x - 28, y - 24)) / 6, 0, 1).astype(np.float32)
    orange = np.full((48, 56, 3), (230, 120, 30), np.uint8)
    return composite(orange, alpha, (20, 40, 90)), alpha


def wavy_star() -> tuple[np.ndarray, np.ndarray]:
    """A soft star on a ground of another colour, both shaded and with a camera's noise; its true alpha."""
    y, x = np.mgrid[:95, :127].astype(np.float32)
    edge = 28 + 3 * np.sin(5 * np.arctan2(y - 48, x - 64))
    alpha = np.clip((edge - np.hypot(y - 48, x - 64)) / 6 + 0.5, 0, 1).astype(np.float32)
    front = np.stack([200 + 30 * np.sin(x / 9), 120 + 30 * np.cos(y / 7), 60 + 20 * np.sin((x + y) / 11)], -1)
    back = np.stack([40 + 20 * np.cos(x / 13), 70 + 30 * np.sin(y / 10), 130 + 30 * np.cos((x - y) / 15)], -1)
    noise = np.random.default_rng(0).normal(0, 2, front.shape)
    rgb = alpha[..., None] * front + (1 - alpha[..., None]) * back + noise
    return np.rint(rgb).clip(0, 255).astype(np.uint8), alpha


def test_the_methods_stand_behind_the_protocol() -> None:
    assert all(isinstance(method, Matting) for method in METHODS)
    assert [method.name for method in METHODS] == ["closed-form", "knn", "half-closed-form"]


@pytest.mark.parametrize(("method", "error"), [(ClosedForm(), 0.01), (HalfClosedForm(), 0.03)])
def test_plain_colours_are_solved_almost_exactly(method: ClassicalMatting, error: float) -> None:
    rgb, truth = soft_disc()
    trimap = from_alpha(truth, band=3)
    alpha = method.predict(rgb, trimap)
    assert alpha.dtype == np.float32
    assert np.abs(alpha - truth).max() < error
    assert (alpha[trimap == 0] == 0.0).all()
    assert (alpha[trimap == 255] == 1.0).all()


@each_method
def test_sixteen_bits_give_the_same_matte_as_eight(method: ClassicalMatting) -> None:
    rgb, truth = soft_disc()
    trimap = from_alpha(truth, band=3)
    deep = method.predict(rgb.astype(np.uint16) * 257, trimap)
    np.testing.assert_allclose(deep, method.predict(rgb, trimap), atol=1e-3)


# 0.5 everywhere in the unknown band, which is no method at all, is wrong by 0.39
@pytest.mark.parametrize(("method", "error"), list(zip(METHODS, [0.025, 0.06, 0.03], strict=True)))
def test_a_shaded_noisy_photo_is_solved_to_within_a_few_percent(method: ClassicalMatting, error: float) -> None:
    rgb, truth = wavy_star()
    trimap = from_alpha(truth, band=4)
    assert np.abs(method.predict(rgb, trimap) - truth)[trimap == 128].mean() < error


def test_half_resolution_gives_nearly_what_full_resolution_gives() -> None:
    rgb, truth = wavy_star()
    trimap = from_alpha(truth, band=4)
    half, full = HalfClosedForm().predict(rgb, trimap), ClosedForm().predict(rgb, trimap)
    assert 0 < np.abs(half - full)[trimap == 128].mean() < 0.01


def test_a_class_too_thin_for_half_resolution_still_counts() -> None:
    rgb, _ = soft_disc()
    trimap = np.full(rgb.shape[:2], 128, np.uint8)
    trimap[:, :8], trimap[24, 28] = 0, 255  # of the subject, one pixel is known
    half, full = HalfClosedForm().predict(rgb, trimap), ClosedForm().predict(rgb, trimap)
    assert np.abs(half - full)[trimap == 128].mean() < 0.02


def test_an_unknown_region_far_from_the_foreground_is_solved_from_the_background() -> None:
    rgb = np.full((12, 40, 3), 90, np.uint8)
    trimap = np.zeros((12, 40), np.uint8)
    trimap[:, :4], trimap[:, 30:36] = 255, 128
    for method in METHODS:
        np.testing.assert_allclose(method.predict(rgb, trimap)[trimap == 128], 0, atol=1e-3)


@each_method
@pytest.mark.parametrize(
    ("known", "expected"),
    [([0, 128], 0.0), ([255, 128], 1.0), ([128, 128], 0.5), ([0, 0], 0.0), ([255, 255], 1.0)],
)
def test_missing_classes_still_give_a_matte(method: ClassicalMatting, known: list[int], expected: float) -> None:
    rgb, _ = soft_disc()
    trimap = np.full(rgb.shape[:2], known[1], np.uint8)
    trimap[:20] = known[0]
    assert (method.predict(rgb, trimap) == expected).all()


@each_method
def test_fully_known_trimap_is_its_own_matte(method: ClassicalMatting) -> None:
    rgb, truth = soft_disc()
    trimap = np.where(truth > 0.5, 255, 0).astype(np.uint8)
    np.testing.assert_array_equal(method.predict(rgb, trimap), trimap / np.float32(255))


@each_method
@settings(max_examples=30, deadline=None)
@given(height=st.integers(1, 9), width=st.integers(1, 9), seed=st.integers(0, 2**32 - 1), flat=st.booleans())
def test_any_small_photo_with_any_trimap_gets_a_matte(
    method: ClassicalMatting, height: int, width: int, seed: int, flat: bool
) -> None:
    rng = np.random.default_rng(seed)
    rgb = rng.integers(0, 256, (1, 1, 3) if flat else (height, width, 3)).astype(np.uint8)
    rgb = np.ascontiguousarray(np.broadcast_to(rgb, (height, width, 3)))
    trimap = rng.choice(np.array([0, 128, 255], np.uint8), (height, width))
    alpha = method.predict(rgb, trimap)
    assert alpha.shape == (height, width)
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    np.testing.assert_array_equal(alpha[trimap != 128], trimap[trimap != 128] // 255)


@each_method
def test_arrays_that_break_their_contract_are_refused(method: ClassicalMatting) -> None:
    rgb, truth = soft_disc()
    with pytest.raises(InvalidArrayError, match="does not fit"):
        method.predict(rgb, from_alpha(truth)[:-1])


def test_a_solver_that_does_not_arrive_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def never_arrives(*_: object) -> None:
        raise ValueError("no convergence within 10000 iterations")

    monkeypatch.setattr("pymatting.estimate_alpha_cf", never_arrives)
    rgb, truth = soft_disc()
    with pytest.raises(MattingError, match=r"closed-form found no solution .* mark more"):
        ClosedForm().predict(rgb, from_alpha(truth))
