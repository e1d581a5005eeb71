"""Colours of every kind become sRGB, and the photo tells how."""

import io
import zlib

import imagecodecs
import numpy as np
import pytest
from cmyk_profile import cmyk_profile
from image_files import saved, saved_png16, saved_tiff, with_png_chunk
from PIL import Image, ImageCms

from matting_core.errors import UnreadableImageError
from matting_core.image_io import ColourConversion, ColourOrigin, decode_in_own_colours, decode_photo, from_srgb

ADOBE_LIKE = imagecodecs.cms_profile(
    "rgb", whitepoint=[0.3127, 0.329, 1.0], primaries=[0.64, 0.33, 1, 0.21, 0.71, 1, 0.15, 0.06, 1], gamma=2.2
)
SRGB = imagecodecs.cms_profile("srgb")


def test_foreign_profile_is_converted_to_srgb() -> None:
    colour = np.array([100, 130, 90])
    photo = decode_photo(saved(np.full((8, 8, 3), colour, np.uint8), "PNG", icc_profile=ADOBE_LIKE))
    assert photo.icc_profile == ADOBE_LIKE
    # both spaces share white, red and blue: only the green column of the conversion is not trivial
    to_srgb = np.array([[1.39836, -0.39836, 0], [0, 1, 0], [0, -0.04293, 1.04293]])
    linear = to_srgb @ (colour / 255) ** 2.2
    expected = 255 * (1.055 * linear ** (1 / 2.4) - 0.055)
    assert np.abs(photo.rgb[0, 0] - expected).max() <= 1


def test_foreign_profile_is_converted_in_16_bits_too() -> None:
    green = np.full((8, 8, 3), (100, 180, 90), np.uint8)
    shallow = decode_photo(saved(green, "PNG", icc_profile=ADOBE_LIKE)).rgb
    deep = decode_photo(saved_tiff(green.astype(np.uint16) * 257, photometric="rgb", iccprofile=ADOBE_LIKE)).rgb
    assert deep.dtype == np.uint16
    assert np.abs(deep / 257 - shallow).max() <= 1


def test_srgb_profile_changes_nothing(rgb: np.ndarray) -> None:
    photo = decode_photo(saved(rgb, "PNG", icc_profile=SRGB))
    np.testing.assert_array_equal(photo.rgb, rgb)
    assert photo.colours.conversion is ColourConversion.NONE_NEEDED
    assert "sRGB" in (photo.colours.profile or "")


def test_photo_without_a_profile_counts_as_srgb(rgb: np.ndarray) -> None:
    assert decode_photo(saved(rgb, "PNG")).colours == ColourOrigin(ColourConversion.NONE_NEEDED, None)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_conversion_is_recorded_with_the_name_of_the_profile(rgb: np.ndarray, format_: str) -> None:
    if format_ == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    photo = decode_photo(saved(rgb, format_, icc_profile=ADOBE_LIKE, quality=95))
    assert photo.colours.conversion is ColourConversion.FROM_PROFILE
    assert photo.colours.profile == ImageCms.getProfileDescription(io.BytesIO(ADOBE_LIKE)).strip()
    assert np.abs(photo.rgb.astype(int) - rgb).mean() > 2  # it was really applied


def test_deep_png_is_converted_and_stays_deep(rgb: np.ndarray) -> None:
    body = b"Adobe-like\0\0" + zlib.compress(ADOBE_LIKE)
    photo = decode_photo(with_png_chunk(saved_png16(rgb.astype(np.uint16) * 257), b"iCCP", body))
    shallow = decode_photo(saved(rgb, "PNG", icc_profile=ADOBE_LIKE))
    assert photo.colours.conversion is ColourConversion.FROM_PROFILE
    assert photo.rgb.dtype == np.uint16
    assert np.abs(photo.rgb / 257 - shallow.rgb).max() <= 1


@pytest.mark.parametrize(
    ("profile", "named"), [(b"junk" * 50, False), (imagecodecs.cms_profile("gray", gamma=1.8), True)]
)
def test_profile_that_does_not_fit_is_ignored_and_the_photo_says_so(
    rgb: np.ndarray, profile: bytes, named: bool
) -> None:
    photo = decode_photo(saved(rgb, "TIFF", icc_profile=profile))
    np.testing.assert_array_equal(photo.rgb, rgb)
    assert photo.colours.conversion is ColourConversion.PROFILE_IGNORED
    assert (photo.colours.profile is not None) == named


def test_name_of_a_profile_is_one_short_line(rgb: np.ndarray) -> None:
    inks = np.zeros((8, 8, 4), np.uint8)
    data = saved_tiff(inks, photometric="separated", iccprofile=cmyk_profile("two\nlines " + "x" * 300))
    name = decode_photo(data).colours.profile
    assert name is not None
    assert name.startswith("two lines xxx")
    assert len(name) == 100


def cyan_and_a_fifth_of_black() -> np.ndarray:
    cmyk = np.zeros((16, 16, 4), np.uint8)
    cmyk[..., 0], cmyk[..., 3] = 255, 51
    return cmyk


def cmyk_file(kind: str, cmyk: np.ndarray, profile: bytes | None) -> bytes:
    if kind == "deep TIFF":
        return saved_tiff(cmyk.astype(np.uint16) * 257, photometric="separated", iccprofile=profile)
    out = io.BytesIO()
    Image.fromarray(cmyk, "CMYK").save(out, kind, quality=100, icc_profile=profile)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "deep TIFF"])
def test_cmyk_without_a_profile_is_mixed_from_ideal_inks(kind: str) -> None:
    # Pillow marks its CMYK JPEGs as Adobe's and stores them inverted, as Photoshop does
    data = cmyk_file(kind, cyan_and_a_fifth_of_black(), None)
    assert kind != "JPEG" or b"Adobe" in data
    photo = decode_photo(data)
    depth = 257 if kind == "deep TIFF" else 1
    assert np.abs(photo.rgb[8, 8] / depth - [0, 204, 204]).max() <= 3
    assert photo.colours == ColourOrigin(ColourConversion.INKS_MIXED, None)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "deep TIFF"])
def test_cmyk_with_a_profile_has_the_colours_of_that_press(kind: str) -> None:
    inks = np.zeros((16, 32, 4), np.uint8)
    inks[:, :16, 0], inks[:, 16:, 3] = 255, 255
    photo = decode_photo(cmyk_file(kind, inks, cmyk_profile()))
    cyan, black = (photo.rgb[8, x] / (257 if kind == "deep TIFF" else 1) for x in (4, 28))
    # Lab (60, -30, -40) and (20, 0, 0) in sRGB, red below its gamut; ideal inks would give (0, 255, 255) and 0
    assert np.abs(cyan - [0, 161, 214]).max() <= 3
    assert np.abs(black - 48).max() <= 2
    assert photo.colours == ColourOrigin(ColourConversion.FROM_PROFILE, "Two-level press")


@pytest.mark.parametrize("depth", [1, 257])
def test_own_colours_are_left_as_they_are_with_what_they_mean(rgb: np.ndarray, depth: int) -> None:
    samples = rgb.astype(np.uint16) * 257 if depth == 257 else rgb
    photo = decode_in_own_colours(saved_tiff(samples, photometric="rgb", iccprofile=ADOBE_LIKE))
    np.testing.assert_array_equal(photo.rgb, samples)
    assert photo.icc_profile == ADOBE_LIKE
    assert photo.colours.conversion is ColourConversion.LEFT
    assert photo.colours.profile is not None


@pytest.mark.parametrize("profile", [None, SRGB])
def test_own_colours_of_an_srgb_photo_are_srgb(rgb: np.ndarray, profile: bytes | None) -> None:
    data = saved(rgb, "PNG", icc_profile=profile)
    own, made = decode_in_own_colours(data), decode_photo(data)
    np.testing.assert_array_equal(own.rgb, made.rgb)
    assert (own.icc_profile, own.colours) == (profile, made.colours)


def test_what_has_no_rgb_of_its_own_becomes_srgb(rgb: np.ndarray) -> None:
    for data in (
        cmyk_file("TIFF", cyan_and_a_fifth_of_black(), cmyk_profile()),
        cmyk_file("TIFF", cyan_and_a_fifth_of_black(), None),
        saved(rgb[..., 0], "PNG", icc_profile=imagecodecs.cms_profile("gray", gamma=1.8)),
        saved(rgb, "TIFF", icc_profile=b"junk" * 50),
        saved(rgb, "TIFF", icc_profile=cmyk_profile()),
    ):
        own, made = decode_in_own_colours(data), decode_photo(data)
        np.testing.assert_array_equal(own.rgb, made.rgb)
        assert own.icc_profile is None
        assert own.colours == made.colours


def test_colours_of_srgb_come_back_from_another_profile() -> None:
    muted = np.random.default_rng(1).integers(60 * 257, 200 * 257, (9, 9, 3), np.uint16)
    own = from_srgb(muted, ADOBE_LIKE)
    assert np.abs(own.astype(int) - muted).mean() > 257
    back = decode_photo(saved_tiff(own, photometric="rgb", iccprofile=ADOBE_LIKE)).rgb
    assert np.abs(back.astype(int) - muted).max() <= 30  # of 65535


@pytest.mark.parametrize("profile", [None, SRGB])
def test_srgb_itself_needs_no_way(rgb: np.ndarray, profile: bytes | None) -> None:
    np.testing.assert_array_equal(from_srgb(rgb, profile), rgb)


def test_profile_that_takes_no_colours_says_what_to_do(rgb: np.ndarray) -> None:
    with pytest.raises(UnreadableImageError, match="choose sRGB"):
        from_srgb(rgb, cmyk_profile())
