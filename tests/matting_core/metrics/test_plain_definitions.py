"""Grad and Conn are as exact as their definitions written down plainly, on whatever matte."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import plain_metrics
from benchmarks.made_up_mattes import hairy_matte
from matting_core.metrics import body, connectivity_error, gradient_error


@st.composite
def mattes(draw: st.DrawFn, *, side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two blotchy mattes and a trimap, from nearly binary to nothing but noise; levels are few, so that ties abound."""
    height, width = draw(st.integers(1, side)), draw(st.integers(1, side))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    palette = np.array(draw(st.lists(st.integers(0, 255), min_size=1, max_size=6)) + draw(st.sampled_from([[], [255]])))
    coarse = draw(st.integers(1, 5))

    def matte() -> np.ndarray:
        blotches = rng.choice(palette, (height, width)).repeat(coarse, 0).repeat(coarse, 1)[:height, :width]
        return (blotches / 255).astype(np.float32)

    return matte(), matte(), rng.choice(np.array([0, 128, 255], np.uint8), (height, width))


@given(mattes(side=14))
@settings(max_examples=300, deadline=None)
def test_connectivity_equals_labelling_at_every_threshold(planes: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    assert connectivity_error(*planes) == pytest.approx(plain_metrics.connectivity_error(*planes), abs=1e-9)


@given(mattes(side=30))
@settings(max_examples=60, deadline=None)
def test_gradient_equals_a_full_convolution(planes: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    assert gradient_error(*planes) == pytest.approx(plain_metrics.gradient_error(*planes), abs=1e-9)


def test_both_hold_across_the_tiles_of_a_large_matte() -> None:
    alpha, truth, trimap = (plane[100:700, 500:1200] for plane in hairy_matte())
    planes = alpha, truth, np.ascontiguousarray(trimap)
    assert gradient_error(*planes) == pytest.approx(plain_metrics.gradient_error(*planes), abs=1e-9)
    assert connectivity_error(*planes) == pytest.approx(plain_metrics.connectivity_error(*planes), abs=1e-9)


def test_hair_around_a_head_needs_no_labelling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "_labelled_at_every_step", None)
    assert connectivity_error(*(plane[:700].copy() for plane in hairy_matte())) > 0


def test_body_that_changes_its_place_leaves_no_pixel_behind() -> None:
    steps = np.array([[5, 5, 5, 5, 0, 0, 9, 9, 9]], np.uint8)
    last = body.last_step_in_body(steps, highest=10)
    # the four pixels are the body up to 5; from 6 on it is elsewhere, where nothing has stayed since step 1
    np.testing.assert_array_equal(last, [[5, 5, 5, 5, 0, 0, 0, 0, 0]])
