"""The shadow under a foot: where it is, where it is not, and that it is the same on every way out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matting_core.errors import InvalidArrayError
from matting_core.foreground import composite, contact_shadow, subject_box, with_shadow


def standing(height: int = 100, width: int = 40) -> np.ndarray:
    """A solid block with room around it."""
    alpha = np.zeros((height + 60, width + 80), np.float32)
    alpha[20 : 20 + height, 40 : 40 + width] = 1
    return alpha


@given(st.integers(1, 40), st.integers(1, 40), st.floats(0, 1), st.floats(0, 0.3), st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_shadow_keeps_its_range_and_its_reach(
    height: int, width: int, strength: float, softness: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    alpha = np.zeros((64, 64), np.float32)
    top, left = rng.integers(0, 64 - height + 1), rng.integers(0, 64 - width + 1)
    alpha[top : top + height, left : left + width] = rng.random((height, width), np.float32)
    shadow = contact_shadow(alpha, strength=strength, softness=softness)
    assert shadow.dtype == np.float32
    assert shadow.shape == alpha.shape
    assert shadow.min() >= 0
    assert shadow.max() <= strength + 1e-6
    box = subject_box(alpha)
    reach = (3 * softness + 0.05) * box.height + 2
    far = np.ones(alpha.shape, bool)
    far[max(0, int(box.bottom - reach)) : int(box.bottom + reach) + 1, max(0, int(box.left - reach)) :] = False
    far[:, int(box.right + reach) + 1 :] = True
    assert not shadow[far].any()


def test_shadow_lies_under_the_foot_and_fades_outwards() -> None:
    shadow = contact_shadow(standing(), strength=0.5, softness=0.05)
    below = shadow[120:, 60]
    assert 0.1 < below[0] <= 0.5
    assert (np.diff(below) <= 1e-6).all()
    assert below[-1] == 0
    np.testing.assert_allclose(shadow, shadow[:, ::-1], atol=1e-6)
    assert shadow[121, 35] < shadow[121, 50]  # softer at the sides


def test_what_is_high_casts_none() -> None:
    with_arms = standing()
    with_arms[30:40] = 1  # as wide as the picture
    narrow, wide = contact_shadow(standing()), contact_shadow(with_arms)
    np.testing.assert_allclose(wide, narrow, atol=1e-6)


def test_shadow_grows_with_the_subject() -> None:
    small, large = contact_shadow(standing(100, 40)), contact_shadow(standing(400, 160))
    assert np.count_nonzero(large) == pytest.approx(16 * np.count_nonzero(small), rel=0.2)


def test_no_softness_is_a_sharp_patch_and_no_strength_none() -> None:
    sharp = contact_shadow(standing(), softness=0)
    assert subject_box(sharp).width == 40
    assert not contact_shadow(standing(), strength=0).any()


def test_nothing_casts_nothing() -> None:
    assert not contact_shadow(np.full((9, 9), 0.01, np.float32)).any()


@pytest.mark.parametrize("wrong", [{"strength": 1.5}, {"softness": -1}])
def test_values_out_of_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidArrayError, match=r"lie in \[0, 1\]"):
        contact_shadow(standing(), **wrong)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_shadow_of_a_cutout_looks_as_the_shadow_of_a_composite(dtype: type) -> None:
    rng = np.random.default_rng(1)
    alpha = rng.random((30, 20), np.float32) * (rng.random((30, 20)) < 0.7).astype(np.float32)
    shadow = rng.random((30, 20), np.float32)
    top = np.iinfo(dtype).max
    front = rng.integers(0, top, (30, 20, 3), dtype, endpoint=True)
    colours, opacity = with_shadow(front, alpha, shadow)
    assert colours.dtype == dtype
    for ground in ((255, 255, 255), (200, 30, 90)):
        at_once = composite(front, alpha, ground, shadow=shadow).astype(int)
        assert np.abs(composite(colours, opacity, ground) - at_once).max() <= 1


def test_cutout_without_shadow_stays_what_it_is() -> None:
    front, alpha = np.random.default_rng(2).integers(0, 256, (9, 9, 3), np.uint8), standing()[15:24, 36:45]
    colours, opacity = with_shadow(front, alpha, np.zeros_like(alpha))
    np.testing.assert_array_equal(colours, front)
    np.testing.assert_array_equal(opacity, alpha)
