"""Mattes and trimaps: nothing is lost between an array and its file."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from image_files import saved, saved_png16

from matting_core.errors import InvalidArrayError, UnreadableImageError
from matting_core.image_io import (
    decode_alpha,
    decode_trimap,
    encode_alpha,
    encode_rgba,
    encode_trimap,
)


@pytest.mark.parametrize(("bits", "top"), [(8, 255), (16, 65535)])
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_alpha_on_the_grid_comes_back_unchanged(bits: int, top: int, data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=2, max_dims=2, max_side=12))
    levels = data.draw(hnp.arrays(np.uint16, shape, elements=st.integers(0, top)))
    alpha = levels.astype(np.float32) / np.float32(top)
    np.testing.assert_array_equal(decode_alpha(encode_alpha(alpha, bits=bits)), alpha)


def test_every_16_bit_level_survives() -> None:
    alpha = (np.arange(65536, dtype=np.float32) / np.float32(65535)).reshape(256, 256)
    np.testing.assert_array_equal(decode_alpha(encode_alpha(alpha, bits=16)), alpha)


@given(hnp.arrays(np.float32, (5, 7), elements=st.floats(0, 1, width=32)))
@settings(max_examples=30, deadline=None)
def test_alpha_is_rounded_to_the_nearest_level(alpha: np.ndarray) -> None:
    assert np.abs(decode_alpha(encode_alpha(alpha)) - alpha).max() <= 0.5 / 255 + 1e-6


def test_alpha_rejects_other_depths_and_ranges() -> None:
    with pytest.raises(InvalidArrayError, match="8 or 16 bits"):
        encode_alpha(np.zeros((2, 2), np.float32), bits=12)
    with pytest.raises(InvalidArrayError, match=r"\[0, 1\]"):
        encode_alpha(np.full((2, 2), 1.5, np.float32))


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2), elements=st.sampled_from([0, 128, 255])))
@settings(max_examples=30, deadline=None)
def test_trimap_comes_back_unchanged(trimap: np.ndarray) -> None:
    np.testing.assert_array_equal(decode_trimap(encode_trimap(trimap)), trimap)


def test_trimap_values_are_snapped() -> None:
    stored = np.array([[0, 42, 43, 127, 128, 212, 213, 255]], np.uint8)
    expected = [[0, 0, 128, 128, 128, 128, 255, 255]]
    np.testing.assert_array_equal(decode_trimap(saved(stored, "PNG")), expected)
    np.testing.assert_array_equal(decode_trimap(saved_png16(stored.astype(np.uint16) * 257)), expected)


def test_alpha_is_the_opacity_where_there_is_one(rgb: np.ndarray) -> None:
    alpha = np.linspace(0, 1, 48 * 64, dtype=np.float32).reshape(48, 64)
    for bits, step in ((8, 255), (16, 65535)):
        found = decode_alpha(encode_rgba(rgb, alpha, bits=bits))
        assert np.abs(found - alpha).max() <= 0.5 / step + 1e-6


def test_grey_rgb_counts_as_a_matte_and_colours_do_not(rgb: np.ndarray) -> None:
    grey = np.repeat(rgb[..., :1], 3, axis=2)
    np.testing.assert_array_equal(decode_alpha(saved(grey, "PNG")), rgb[..., 0] / np.float32(255))
    with pytest.raises(UnreadableImageError, match="grey picture"):
        decode_alpha(saved(rgb, "PNG"))
    with pytest.raises(UnreadableImageError, match="grey picture"):
        decode_trimap(saved(rgb, "PNG"))
