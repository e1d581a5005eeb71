"""PSD files, opened again by psd-tools and by Pillow."""

import io

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import Resource

from matting_core.errors import ImageTooLargeError, InvalidArrayError
from matting_core.foreground import composite
from matting_core.image_io import encode_layers_psd, srgb_profile

DEPTHS = [(np.uint8, 8), (np.uint16, 16), (np.uint16, 8), (np.uint8, 16)]


def picture(dtype: type, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, np.iinfo(dtype).max, (37, 51, 3), dtype, endpoint=True)


def soft() -> np.ndarray:
    return np.random.default_rng(3).random((37, 51), np.float32)


def stored(values: np.ndarray, bits: int) -> np.ndarray:
    """psd-tools' floating-point channels as the integers that the file holds."""
    return np.rint(values * (2**bits - 1)).astype(int)


def at_depth(rgb: np.ndarray, bits: int) -> np.ndarray:
    return np.rint(rgb / np.iinfo(rgb.dtype).max * (2**bits - 1)).astype(int)


@pytest.mark.parametrize(("dtype", "bits"), DEPTHS)
def test_layers_and_mask_come_back_exactly(dtype: type, bits: int) -> None:
    front, back, alpha = picture(dtype, 1), picture(dtype, 2), soft()
    document = PSDImage.open(io.BytesIO(encode_layers_psd(front, alpha, back, bits=bits)))
    assert document.depth == bits
    background, subject = document
    assert (background.name, subject.name) == ("Background", "Subject")
    assert background.visible
    assert subject.visible
    assert not background.has_mask()
    np.testing.assert_array_equal(stored(subject.numpy("color"), bits), at_depth(front, bits))
    np.testing.assert_array_equal(stored(background.numpy("color"), bits), at_depth(back, bits))
    np.testing.assert_array_equal(subject.numpy("shape"), 1)
    np.testing.assert_array_equal(
        stored(subject.numpy("mask")[..., 0], bits), np.rint(alpha * np.float32(2**bits - 1)).astype(int)
    )


@pytest.mark.parametrize(("dtype", "bits"), DEPTHS)
def test_programs_without_layers_see_the_composite(dtype: type, bits: int) -> None:
    front, back, alpha = picture(dtype, 1), picture(dtype, 2), soft()
    data = encode_layers_psd(front, alpha, back, bits=bits)
    depth = np.uint8 if bits == 8 else np.uint16
    expected = composite(at_depth(front, bits).astype(depth), alpha, at_depth(back, bits).astype(depth))
    np.testing.assert_array_equal(stored(PSDImage.open(io.BytesIO(data)).numpy("color"), bits), expected)
    if bits == 8:  # Pillow reads no deeper ones
        np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(data))), expected)


@pytest.mark.parametrize("bits", [8, 16])
def test_background_may_be_one_colour(bits: int) -> None:
    front, alpha = picture(np.uint8, 1), soft()
    background, _ = PSDImage.open(io.BytesIO(encode_layers_psd(front, alpha, (255, 128, 0), bits=bits)))
    colour = np.array([255, 128, 0]) * (257 if bits == 16 else 1)
    np.testing.assert_array_equal(stored(background.numpy("color"), bits), np.broadcast_to(colour, front.shape))


def test_what_the_layers_say_is_what_the_preview_shows() -> None:
    front, back, alpha = picture(np.uint8, 1), picture(np.uint8, 2), soft()
    document = PSDImage.open(io.BytesIO(encode_layers_psd(front, alpha, back)))
    drawn = np.asarray(document.composite(ignore_preview=True).convert("RGB")).astype(int)
    assert np.abs(drawn - stored(document.numpy("color"), 8)).max() <= 1


def test_profile_is_embedded_only_where_one_is_given() -> None:
    front, alpha = picture(np.uint8, 1), soft()
    with_one = encode_layers_psd(front, alpha, (0, 0, 0), icc_profile=srgb_profile())
    assert PSDImage.open(io.BytesIO(with_one)).image_resources.get_data(Resource.ICC_PROFILE) == srgb_profile()
    assert Image.open(io.BytesIO(with_one)).info["icc_profile"] == srgb_profile()
    assert b"ICC" not in encode_layers_psd(np.zeros_like(front), alpha * 0, (0, 0, 0))


@pytest.mark.parametrize("bits", [8, 16])
def test_same_layers_give_the_same_bytes(bits: int) -> None:
    front, back, alpha = picture(np.uint16, 1), picture(np.uint16, 2), soft()
    data = encode_layers_psd(front, alpha, back, bits=bits)
    assert data == encode_layers_psd(front.copy(), alpha.copy(), back.copy(), bits=bits)


def test_sizes_that_do_not_fit_are_refused() -> None:
    front, alpha = picture(np.uint8, 1), soft()
    with pytest.raises(InvalidArrayError, match="resize and convert"):
        encode_layers_psd(front, alpha, front[:-1])
    with pytest.raises(InvalidArrayError, match="does not fit"):
        encode_layers_psd(front, alpha[:-1], front)


def test_a_side_that_the_format_does_not_have_is_refused() -> None:
    with pytest.raises(ImageTooLargeError, match="as TIFF"):
        encode_layers_psd(np.zeros((1, 30_001, 3), np.uint8), np.ones((1, 30_001), np.float32), (0, 0, 0))
