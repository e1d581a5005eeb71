"""Opaque pictures, display copies and thumbnails."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from matting_core.errors import MattingError
from matting_core.image_io import (
    decode_photo,
    encode_display,
    encode_jpeg,
    encode_rgb,
    encode_thumbnail,
    srgb_profile,
)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_rgb_keeps_colours_and_depth(rgb: np.ndarray, dtype: type) -> None:
    picture = rgb.astype(dtype) * (257 if dtype == np.uint16 else 1)
    found = decode_photo(encode_rgb(picture)).rgb
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, picture)


def test_png_carries_the_profile_as_it_is(rgb: np.ndarray) -> None:
    odd = srgb_profile() + b"!"  # libpng would leave a profile of such a length out
    data = encode_rgb(rgb, icc_profile=odd)
    opened = Image.open(io.BytesIO(data))
    assert opened.info["icc_profile"] == odd
    np.testing.assert_array_equal(np.asarray(opened), rgb)
    assert "icc_profile" not in Image.open(io.BytesIO(encode_rgb(rgb))).info


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_jpeg_keeps_colours_and_profile(rgb: np.ndarray, dtype: type) -> None:
    picture = rgb.astype(dtype) * (257 if dtype == np.uint16 else 1)
    data = encode_jpeg(picture, quality=95, icc_profile=srgb_profile())
    opened = Image.open(io.BytesIO(data))
    assert opened.info["icc_profile"] == srgb_profile()
    assert np.abs(np.asarray(opened).astype(int) - rgb).mean() < 1
    assert data == encode_jpeg(picture, quality=95, icc_profile=srgb_profile())


def test_jpeg_of_an_impossible_size_is_refused_in_words() -> None:
    with pytest.raises(MattingError, match="70000 x 1 pixels could not be saved as JPEG"):
        encode_jpeg(np.zeros((1, 70_000, 3), np.uint8))


def test_display_keeps_sharp_colour_edges() -> None:
    stripes = np.zeros((32, 32, 3), np.uint8)
    stripes[:, ::2], stripes[:, 1::2] = (220, 30, 30), (30, 30, 220)
    found = decode_photo(encode_display(stripes, quality=95)).rgb
    assert np.abs(found.astype(int) - stripes).max() < 30  # 4:2:0 would mix red and blue


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_thumbnail_fits_its_side_and_keeps_channel_order(dtype: type) -> None:
    red = np.zeros((400, 1000, 3), dtype)
    red[..., 0] = np.iinfo(dtype).max
    found = decode_photo(encode_thumbnail(red, side=100)).rgb
    assert found.shape == (40, 100, 3)
    assert found[20, 50, 0] > 245
    assert found[20, 50, 2] < 10


def test_display_never_enlarges(rgb: np.ndarray) -> None:
    assert cv2.imdecode(np.frombuffer(encode_display(rgb, max_side=500), np.uint8), 1).shape == rgb.shape
