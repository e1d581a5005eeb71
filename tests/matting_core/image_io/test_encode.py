"""Cut-outs, display copies and thumbnails."""

import io
import struct

import cv2
import numpy as np
import pytest
import tifffile

from matting_core.errors import InvalidArrayError
from matting_core.image_io import (
    ColourConversion,
    decode_alpha,
    decode_photo,
    encode_display,
    encode_rgb,
    encode_rgba,
    encode_rgba_tiff,
    encode_thumbnail,
)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_rgb_keeps_colours_and_depth(rgb: np.ndarray, dtype: type) -> None:
    picture = rgb.astype(dtype) * (257 if dtype == np.uint16 else 1)
    found = decode_photo(encode_rgb(picture)).rgb
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, picture)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("bits", [8, 16])
def test_rgba_keeps_colours_across_depths(rgb: np.ndarray, dtype: type, bits: int) -> None:
    photo = rgb.astype(dtype) * (257 if dtype == np.uint16 else 1)
    png = encode_rgba(photo, np.ones(rgb.shape[:2], np.float32), bits=bits)
    found = decode_photo(png).rgb
    assert found.dtype == (np.uint8 if bits == 8 else np.uint16)
    np.testing.assert_array_equal(found, rgb.astype(found.dtype) * (1 if bits == 8 else 257))


def test_rgba_refuses_an_alpha_of_another_size(rgb: np.ndarray) -> None:
    with pytest.raises(InvalidArrayError, match="does not fit"):
        encode_rgba(rgb, np.ones((3, 3), np.float32))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("bits", [8, 16])
def test_tiff_keeps_straight_colours_and_opacity(rgb: np.ndarray, dtype: type, bits: int) -> None:
    photo = rgb.astype(dtype) * (257 if dtype == np.uint16 else 1)
    alpha = np.linspace(0, 1, rgb[..., 0].size, dtype=np.float32).reshape(rgb.shape[:2])
    data = encode_rgba_tiff(photo, alpha, bits=bits)
    found = decode_photo(data)
    assert found.colours.conversion is ColourConversion.NONE_NEEDED
    np.testing.assert_array_equal(found.rgb, rgb.astype(found.rgb.dtype) * (1 if bits == 8 else 257))
    assert np.abs(decode_alpha(data) - alpha).max() <= 0.5 / (2**bits - 1) + 1e-6
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        assert tiff.pages[0].bitspersample == bits
        assert tiff.pages[0].extrasamples == (tifffile.EXTRASAMPLE.UNASSALPHA,)


def test_same_picture_gives_the_same_tiff_on_another_day(rgb: np.ndarray) -> None:
    data = encode_rgba_tiff(rgb, np.ones(rgb.shape[:2], np.float32))
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        assert tiff.pages[0].iccprofile[24:36] == struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
        assert not {"DateTime", "Software", "ImageDescription"} & {tag.name for tag in tiff.pages[0].tags}


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
