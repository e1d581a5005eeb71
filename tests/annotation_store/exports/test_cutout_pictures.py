"""Cut-outs as PNG, TIFF, WebP and AVIF: opened by readers of their own, with the pixels that went in."""

import io

import imagecodecs
import numpy as np
import pytest
import tifffile

from annotation_store.exports.cutout_avif import CUTOUT_AVIF
from annotation_store.exports.cutout_png import CUTOUT_PNG
from annotation_store.exports.cutout_tiff import CUTOUT_TIFF
from annotation_store.exports.cutout_webp import CUTOUT_WEBP
from annotation_store.exports.export_options import Colours, ExportOptions
from matting_core.image_io import decode_photo, srgb_profile
from tests.annotation_store.exports.subjects import (
    ADOBE_LIKE,
    block,
    files_of,
    make_subject,
    opened,
    standing_on_grey,
    with_profile,
)

pytestmark = pytest.mark.usefixtures("photo_colours")

ALL = [CUTOUT_PNG, CUTOUT_TIFF, CUTOUT_WEBP, CUTOUT_AVIF]


def straight(dtype: type, bits: int) -> np.ndarray:
    """What a file of so many bits holds."""
    scale = 1 if (dtype == np.uint8) == (bits == 8) else 257 if bits == 16 else 1 / 257
    colours = np.rint(standing_on_grey(dtype).astype(float) * scale)
    return np.dstack([colours, np.rint(block()[1] * (2**bits - 1))]).astype(int)


@pytest.mark.parametrize(("dtype", "asked", "bits"), [(np.uint8, None, 8), (np.uint16, None, 16), (np.uint16, 8, 8)])
def test_png_is_as_deep_as_the_photo_unless_asked_otherwise(dtype, asked, bits):
    data = files_of(CUTOUT_PNG, make_subject(ExportOptions(bits=asked), dtype=dtype))["cutout/shoe.png"]
    pixels = imagecodecs.png_decode(data)
    assert pixels.dtype.itemsize * 8 == bits
    np.testing.assert_array_equal(pixels, straight(dtype, bits))


@pytest.mark.parametrize(("asked", "bits"), [(None, 16), (16, 16), (8, 8)])
def test_tiff_has_16_bits_unless_8_are_asked_for(asked, bits):
    data = files_of(CUTOUT_TIFF, make_subject(ExportOptions(bits=asked)))["tiff/shoe.tif"]
    with tifffile.TiffFile(io.BytesIO(data)) as tiff:
        assert tiff.pages[0].bitspersample == bits
        assert tiff.pages[0].extrasamples == (tifffile.EXTRASAMPLE.UNASSALPHA,)
        np.testing.assert_array_equal(tiff.asarray(), straight(np.uint8, bits))


def test_webp_of_full_quality_is_exact():
    data = files_of(CUTOUT_WEBP, make_subject(ExportOptions(quality=100)))["webp/shoe.webp"]
    np.testing.assert_array_equal(np.asarray(opened(data)), straight(np.uint8, 8))


def test_webp_of_less_is_smaller_with_exact_opacity():
    data = files_of(CUTOUT_WEBP, make_subject(ExportOptions(quality=60)))["webp/shoe.webp"]
    assert len(data) < len(files_of(CUTOUT_WEBP, make_subject(ExportOptions(quality=100)))["webp/shoe.webp"])
    np.testing.assert_array_equal(np.asarray(opened(data))[..., 3], straight(np.uint8, 8)[..., 3])


@pytest.mark.parametrize(("quality", "loss"), [(100, 2), (70, 60)])
def test_avif_is_exact_in_opacity_and_near_in_colour(quality, loss):
    data = files_of(CUTOUT_AVIF, make_subject(ExportOptions(quality=quality)))["avif/shoe.avif"]
    pixels = np.asarray(opened(data)).astype(int)
    np.testing.assert_array_equal(pixels[..., 3], straight(np.uint8, 8)[..., 3])
    assert np.abs(pixels - straight(np.uint8, 8)).max() <= loss


@pytest.mark.parametrize("form", ALL, ids=lambda form: form.name)
def test_every_cutout_has_the_profile_of_srgb(form):
    (data,) = files_of(form, make_subject(ExportOptions())).values()
    assert decode_photo(data).icc_profile == srgb_profile()


@pytest.mark.parametrize("form", ALL, ids=lambda form: form.name)
def test_own_colours_leave_untouched_with_their_own_profile(form):
    photo = with_profile(standing_on_grey(), ADOBE_LIKE)
    subject = make_subject(ExportOptions(colours=Colours.OWN, quality=100), photo)
    (data,) = files_of(form, subject).values()
    assert opened(data).info["icc_profile"] == ADOBE_LIKE
    np.testing.assert_array_equal(subject.rgb, standing_on_grey())
    in_srgb = make_subject(ExportOptions(), photo)
    assert decode_photo(*files_of(form, in_srgb).values()).icc_profile == srgb_profile()
    assert np.abs(in_srgb.rgb.astype(int) - standing_on_grey()).mean() > 1


@pytest.mark.parametrize("form", ALL, ids=lambda form: form.name)
def test_longest_side_makes_pictures_smaller_and_never_larger(form):
    (data,) = files_of(form, make_subject(ExportOptions(longest_side=24))).values()
    assert decode_photo(data).rgb.shape == (18, 24, 3)
    (data,) = files_of(form, make_subject(ExportOptions(longest_side=99))).values()
    assert decode_photo(data).rgb.shape == (36, 48, 3)
