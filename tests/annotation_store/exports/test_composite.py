"""Composites over a colour and over a photo of the store."""

import numpy as np
import pytest

from annotation_store.blobs import digest_of
from annotation_store.exports.composite import COMPOSITE
from annotation_store.exports.export_options import Colours, ExportOptions
from matting_core.image_io import decode_photo, encode_rgb, srgb_profile
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


def composite_of(options: ExportOptions, **subject: object) -> bytes:
    return files_of(COMPOSITE, make_subject(options, **subject))["composite/shoe.png"]


def test_subject_stands_on_the_colour_asked_for():
    picture = opened(composite_of(ExportOptions(ground="#0a64ff")))
    assert picture.mode == "RGB"
    assert picture.info["icc_profile"] == srgb_profile()
    alpha = block()[1][..., None]
    expected = alpha * standing_on_grey() + (1 - alpha) * np.array([0x0A, 0x64, 0xFF])
    assert np.abs(np.asarray(picture) - expected).max() <= 0.51


def test_subject_stands_before_another_photo():
    ground = np.zeros((100, 48, 3), np.uint16)
    ground[32:68] = (60_000, 20_000, 40_000)  # the part of the subject's shape in its middle
    data = encode_rgb(ground)
    picture = np.asarray(opened(composite_of(ExportOptions(ground=digest_of(data)), others=(data,))))
    alpha = block()[1]
    np.testing.assert_array_equal(picture[alpha == 1], standing_on_grey()[alpha == 1])
    assert (picture[alpha == 0] == np.rint(np.array([60_000, 20_000, 40_000]) / 257)).all()


def test_composite_is_as_deep_as_asked():
    deep = decode_photo(composite_of(ExportOptions(ground="#804020"), dtype=np.uint16)).rgb
    assert deep.dtype == np.uint16
    np.testing.assert_array_equal(deep[0, 0], np.array([0x80, 0x40, 0x20]) * 257)
    assert decode_photo(composite_of(ExportOptions(bits=8), dtype=np.uint16)).rgb.dtype == np.uint8


def test_shadow_darkens_the_ground_under_the_foot_alone():
    plain = np.asarray(opened(composite_of(ExportOptions()))).astype(int)
    shaded = np.asarray(opened(composite_of(ExportOptions(shadow=True)))).astype(int)
    darker = (plain - shaded)[..., 0]
    assert darker[28, 20:28].min() > 20
    assert darker.min() == 0
    assert not darker[:24].any()
    assert not darker[33:].any()


def test_ground_means_the_same_colour_in_a_photos_own_profile():
    photo = with_profile(standing_on_grey(), ADOBE_LIKE)
    data = composite_of(ExportOptions(ground="#20c040", colours=Colours.OWN), photo=photo)
    assert opened(data).info["icc_profile"] == ADOBE_LIKE
    assert np.abs(decode_photo(data).rgb[0, 0].astype(int) - [0x20, 0xC0, 0x40]).max() <= 2
    assert np.abs(np.asarray(opened(data))[0, 0].astype(int) - [0x20, 0xC0, 0x40]).max() > 10


def test_composite_follows_the_longest_side():
    assert opened(composite_of(ExportOptions(longest_side=24))).size == (24, 18)
