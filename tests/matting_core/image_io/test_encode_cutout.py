"""Cut-outs in each format, read by other libraries than the one that wrote them where there is one."""

import io
from collections.abc import Callable

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image

from matting_core.errors import InvalidArrayError, MattingError
from matting_core.image_io import (
    ColourConversion,
    decode_alpha,
    decode_photo,
    encode_rgba,
    encode_rgba_avif,
    encode_rgba_tiff,
    encode_rgba_webp,
    srgb_profile,
)

ENCODERS = [encode_rgba, encode_rgba_tiff, encode_rgba_webp, encode_rgba_avif]
ADOBE_LIKE = imagecodecs.cms_profile(
    "rgb", whitepoint=[0.3127, 0.329, 1.0], primaries=[0.64, 0.33, 1, 0.21, 0.71, 1, 0.15, 0.06, 1], gamma=2.2
)


@pytest.fixture
def alpha(rgb: np.ndarray) -> np.ndarray:
    """From nothing to opaque, every level between."""
    return np.linspace(0, 1, rgb[..., 0].size, dtype=np.float32).reshape(rgb.shape[:2])


def deep(rgb: np.ndarray) -> np.ndarray:
    return rgb.astype(np.uint16) * 257


def levels(alpha: np.ndarray) -> np.ndarray:
    return np.rint(alpha * np.float32(255)).astype(np.uint8)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("encode", [encode_rgba, encode_rgba_tiff])
def test_png_and_tiff_keep_straight_colours_and_opacity_across_depths(
    rgb: np.ndarray, alpha: np.ndarray, dtype: type, bits: int, encode: Callable[..., bytes]
) -> None:
    data = encode(deep(rgb) if dtype == np.uint16 else rgb, alpha, bits=bits, icc_profile=srgb_profile())
    found = decode_photo(data)
    assert found.colours.conversion is ColourConversion.NONE_NEEDED
    np.testing.assert_array_equal(found.rgb, rgb if bits == 8 else deep(rgb))
    assert np.abs(decode_alpha(data) - alpha).max() <= 0.5 / (2**bits - 1) + 1e-6


@pytest.mark.parametrize("bits", [8, 16])
def test_tiff_says_that_its_alpha_is_straight_and_nothing_of_when_it_was_made(
    rgb: np.ndarray, alpha: np.ndarray, bits: int
) -> None:
    with tifffile.TiffFile(io.BytesIO(encode_rgba_tiff(rgb, alpha, bits=bits))) as tiff:
        assert tiff.pages[0].bitspersample == bits
        assert tiff.pages[0].extrasamples == (tifffile.EXTRASAMPLE.UNASSALPHA,)
        assert not {"DateTime", "Software", "ImageDescription"} & {tag.name for tag in tiff.pages[0].tags}


def test_webp_of_full_quality_loses_nothing_even_where_nothing_shows(rgb: np.ndarray, alpha: np.ndarray) -> None:
    opaque_and_not = np.where(alpha > 0.5, alpha, np.float32(0))
    found = imagecodecs.webp_decode(encode_rgba_webp(rgb, opaque_and_not, quality=100), hasalpha=True)
    np.testing.assert_array_equal(found, np.dstack([rgb, levels(opaque_and_not)]))


def test_webp_of_less_quality_is_smaller_and_still_exact_in_opacity(rgb: np.ndarray, alpha: np.ndarray) -> None:
    noisy = rgb + np.random.default_rng(1).integers(0, 9, rgb.shape, np.uint8)
    data = encode_rgba_webp(noisy, alpha, quality=80)
    assert len(data) < len(encode_rgba_webp(noisy, alpha, quality=100)) / 2
    found = np.asarray(Image.open(io.BytesIO(data)))
    np.testing.assert_array_equal(found[..., 3], levels(alpha))
    assert np.abs(found[..., :3].astype(int) - noisy).mean() < 5


@pytest.mark.parametrize(("quality", "loss"), [(100, 2), (60, 40)])
def test_avif_is_exact_in_opacity_and_near_in_colour(
    rgb: np.ndarray, alpha: np.ndarray, quality: int, loss: int
) -> None:
    noisy = np.clip(alpha + np.random.default_rng(1).normal(0, 0.05, alpha.shape), 0, 1).astype(np.float32)
    found = imagecodecs.avif_decode(encode_rgba_avif(rgb, noisy, quality=quality))
    np.testing.assert_array_equal(found[..., 3], levels(noisy))
    assert np.abs(found[..., :3].astype(int) - rgb).max() <= loss


@pytest.mark.parametrize("encode", ENCODERS)
def test_profile_is_embedded_only_where_one_is_given(
    rgb: np.ndarray, alpha: np.ndarray, encode: Callable[..., bytes]
) -> None:
    found = decode_photo(encode(rgb, alpha, icc_profile=ADOBE_LIKE))
    assert found.icc_profile == ADOBE_LIKE
    assert found.colours.conversion is ColourConversion.FROM_PROFILE
    assert decode_photo(encode(rgb, alpha)).icc_profile is None


@pytest.mark.parametrize("encode", ENCODERS)
def test_same_cutout_gives_the_same_bytes(rgb: np.ndarray, alpha: np.ndarray, encode: Callable[..., bytes]) -> None:
    first = encode(rgb, alpha, icc_profile=srgb_profile())
    assert first == encode(rgb.copy(), alpha.copy(), icc_profile=srgb_profile())


@pytest.mark.parametrize("encode", ENCODERS)
def test_alpha_of_another_size_is_refused(rgb: np.ndarray, encode: Callable[..., bytes]) -> None:
    with pytest.raises(InvalidArrayError, match="does not fit"):
        encode(rgb, np.ones((3, 3), np.float32))


@pytest.mark.parametrize(("encode", "side"), [(encode_rgba_webp, 17_000), (encode_rgba_avif, 66_000)])
def test_what_a_format_cannot_hold_is_refused_in_words(encode: Callable[..., bytes], side: int) -> None:
    with pytest.raises(MattingError, match=f"{side} x 1 pixels could not be saved as"):
        encode(np.zeros((1, side, 3), np.uint8), np.ones((1, side), np.float32))
