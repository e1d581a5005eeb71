"""Resizing: light adds up, nothing rings, nothing bleeds."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matting_core import linear_light
from matting_core.errors import InvalidArrayError
from matting_core.linear_light import fitting, resize_alpha, resize_cutout, resize_photo, resize_trimap

sides = st.integers(1, 90)
DTYPES = [np.uint8, np.uint16]


def random_cutout(seed: int, height: int, width: int, dtype: type) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    rgb = rng.integers(0, np.iinfo(dtype).max, (height, width, 3), dtype, endpoint=True)
    return rgb, np.clip(rng.normal(0.5, 0.6, (height, width)), 0, 1).astype(np.float32)


def light(rgb: np.ndarray) -> np.ndarray:
    """sRGB to light, written out once more in double precision."""
    v = rgb / np.iinfo(rgb.dtype).max
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def test_a_picture_does_not_depend_on_how_many_threads_there_are() -> None:
    code = (
        "import hashlib, numpy as np; from matting_core.linear_light import resize_photo; "
        "rgb = np.random.default_rng(3).integers(0, 65535, (300, 400, 3), np.uint16); "
        "print(hashlib.sha256(resize_photo(rgb, width=190, height=130)).hexdigest())"
    )
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    ]
    assert told[0] == told[1] != ""


def test_half_white_half_black_has_half_the_light() -> None:
    chequered = np.indices((40, 40)).sum(axis=0) % 2 * np.uint8(255)
    small = resize_photo(np.dstack([chequered] * 3).astype(np.uint8), width=20, height=20)
    np.testing.assert_array_equal(small, 188)  # sRGB's middle of light; the mean of the values would be 128


@pytest.mark.parametrize("dtype", DTYPES)
@given(sides, sides, sides, sides, st.integers(0, 65535), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_one_colour_stays_exactly_that_colour(
    dtype: type, height: int, width: int, new_height: int, new_width: int, level: int, seed: int
) -> None:
    colour = np.array([level, level // 3, 65535 - level]) >> (8 if dtype == np.uint8 else 0)
    rgb = np.broadcast_to(colour.astype(dtype), (height, width, 3))
    _, alpha = random_cutout(seed, height, width, dtype)
    small, _ = resize_cutout(rgb, alpha, width=new_width, height=new_height)
    assert small.shape == (new_height, new_width, 3)
    assert small.dtype == dtype
    assert (small == colour).all()
    assert (resize_photo(rgb, width=new_width, height=new_height) == colour).all()


@given(sides, sides, st.integers(0, 99), st.data())
@settings(max_examples=60, deadline=None)
def test_shrinking_keeps_the_mean_of_alpha_and_of_the_light_that_shows(
    height: int, width: int, seed: int, data: st.DataObject
) -> None:
    new_height, new_width = data.draw(st.integers(1, height)), data.draw(st.integers(1, width))
    rgb, alpha = random_cutout(seed, height, width, np.uint16)
    small, opacity = resize_cutout(rgb, alpha, width=new_width, height=new_height)
    assert opacity.mean() == pytest.approx(alpha.mean(), abs=1e-5)
    shown, shown_small = light(rgb) * alpha[..., None], light(small) * opacity[..., None]
    np.testing.assert_allclose(shown_small.mean(axis=(0, 1)), shown.mean(axis=(0, 1)), atol=5e-5)


@given(sides, sides, sides, sides, st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_nothing_rings(height: int, width: int, new_height: int, new_width: int, seed: int) -> None:
    rgb, alpha = random_cutout(seed, height, width, np.uint8)
    small, opacity = resize_cutout(rgb, alpha, width=new_width, height=new_height)
    assert opacity.dtype == np.float32
    assert alpha.min() - 1e-6 <= opacity.min()
    assert opacity.max() <= min(alpha.max() + 1e-6, 1)
    assert (rgb.min(axis=(0, 1)) <= small.min(axis=(0, 1))).all()
    assert (small.max(axis=(0, 1)) <= rgb.max(axis=(0, 1))).all()


def test_colours_that_do_not_show_do_not_bleed() -> None:
    rgb, alpha = np.zeros((30, 30, 3), np.uint8), np.zeros((30, 30), np.float32)
    rgb[:, :13], alpha[:, :13] = (200, 40, 40), 1
    rgb[:, 13:] = (0, 255, 0)
    small, opacity = resize_cutout(rgb, alpha, width=10, height=10)
    np.testing.assert_array_equal(small[:, :5], np.broadcast_to([200, 40, 40], (10, 5, 3)))
    np.testing.assert_allclose(opacity[:, 4], 1 / 3, atol=1e-6)
    np.testing.assert_array_equal(small[:, 5:], np.broadcast_to([0, 255, 0], (10, 5, 3)))  # kept for whoever looks


@given(sides, sides, sides, sides, st.sampled_from([0, 1]))
@settings(max_examples=40, deadline=None)
def test_what_is_wholly_in_or_out_stays_exactly_so(
    height: int, width: int, new_height: int, new_width: int, value: int
) -> None:
    alpha = np.full((height, width), value, np.float32)
    assert (resize_alpha(alpha, width=new_width, height=new_height) == value).all()
    _, opacity = resize_cutout(np.zeros((height, width, 3), np.uint8), alpha, width=new_width, height=new_height)
    assert (opacity == value).all()


def test_every_new_pixel_is_the_mean_of_its_area() -> None:
    alpha = np.random.default_rng(1).random((7, 5), np.float32)
    small = resize_alpha(alpha, width=3, height=2)
    by_hand = np.repeat(np.repeat(alpha.astype(float), 2, axis=0), 3, axis=1)  # 14x15: whole cells of 7x5
    np.testing.assert_allclose(small, by_hand.reshape(2, 7, 3, 5).mean(axis=(1, 3)), atol=1e-6)


def test_enlarging_mixes_the_nearest() -> None:
    ramp = np.array([[0, 1]], np.float32)
    np.testing.assert_allclose(resize_alpha(ramp, width=4, height=1)[0], [0, 0.25, 0.75, 1], atol=1e-6)
    np.testing.assert_allclose(resize_alpha(ramp.T, width=1, height=4)[:, 0], [0, 0.25, 0.75, 1], atol=1e-6)


@pytest.mark.parametrize("height", [31, 300])
def test_strips_leave_no_trace(monkeypatch: pytest.MonkeyPatch, height: int) -> None:
    rgb, alpha = random_cutout(2, 200, 40, np.uint16)
    whole = resize_cutout(rgb, alpha, width=20, height=height)
    monkeypatch.setattr(linear_light, "ROWS_AT_ONCE", 7)
    parts = resize_cutout(rgb, alpha, width=20, height=height)
    assert np.abs(whole[0].astype(int) - parts[0]).max() <= 1
    np.testing.assert_allclose(whole[1], parts[1], atol=1e-6)


def test_same_size_is_the_same_picture() -> None:
    rgb, alpha = random_cutout(3, 9, 8, np.uint8)
    small, opacity = resize_cutout(rgb, alpha, width=8, height=9)
    np.testing.assert_array_equal(small, rgb)
    np.testing.assert_array_equal(opacity, alpha)


@given(sides, sides, sides, sides, st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_trimap_holds_three_classes_and_promises_nothing_new(
    height: int, width: int, new_height: int, new_width: int, seed: int
) -> None:
    trimap = np.random.default_rng(seed).choice(np.array([0, 128, 255], np.uint8), (height, width))
    small = resize_trimap(trimap, width=new_width, height=new_height)
    assert small.shape == (new_height, new_width)
    assert set(np.unique(small)) <= {0, 128, 255}
    assert set(np.unique(small)) - {128} <= set(np.unique(trimap))


def test_trimap_is_known_only_where_all_of_a_cell_is() -> None:
    trimap = np.zeros((8, 8), np.uint8)
    trimap[:, 3:] = 255
    small = resize_trimap(trimap, width=4, height=4)
    np.testing.assert_array_equal(small, np.broadcast_to([0, 128, 255, 255], (4, 4)))


def test_longest_side_bounds_and_never_enlarges() -> None:
    assert fitting(400, 300, longest_side=200) == (200, 150)
    assert fitting(3, 900, longest_side=100) == (1, 100)
    assert fitting(40, 30, longest_side=200) == (40, 30)
    assert fitting(40, 30, longest_side=None) == (40, 30)


def test_no_pixels_at_all_are_refused() -> None:
    with pytest.raises(InvalidArrayError, match="at least one pixel"):
        resize_alpha(np.ones((3, 3), np.float32), width=0, height=3)
