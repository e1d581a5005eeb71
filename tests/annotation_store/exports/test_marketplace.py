"""Presets: the size, ground and margin that a marketplace wishes, one file each."""

import numpy as np
import pytest

from annotation_store.exports.export_options import Colours, ExportOptions, Preset, PresetFile
from annotation_store.exports.marketplace import MARKETPLACE, folders_of
from matting_core.image_io import srgb_profile
from tests.annotation_store.exports.subjects import (
    ADOBE_LIKE,
    files_of,
    make_subject,
    opened,
    standing_on_grey,
    with_profile,
)

pytestmark = pytest.mark.usefixtures("photo_colours")

SQUARE = Preset("White square", 200, 200, margin=0.1)
CLEAR = Preset("Clear", 160, 100, margin=0.05, ground=None)


def picture_of(preset: Preset, **options: object) -> np.ndarray:
    (data,) = files_of(MARKETPLACE, make_subject(ExportOptions(presets=(preset,), **options))).values()
    picture = opened(data)
    assert picture.info["icc_profile"] == srgb_profile()
    assert picture.size == (preset.width, preset.height)
    assert picture.format.lower() == preset.file
    return np.asarray(picture).astype(int)


def test_each_preset_has_its_own_file():
    jpeg = Preset("Shop (JPEG)", 90, 120, ground="#fafafa", file=PresetFile.JPEG)
    files = files_of(MARKETPLACE, make_subject(ExportOptions(presets=(SQUARE, CLEAR, jpeg))))
    assert list(files) == [
        "presets/white-square/shoe.png",
        "presets/clear/shoe.png",
        "presets/shop-jpeg/shoe.jpg",
    ]


def test_white_square_keeps_its_margin_white():
    picture = picture_of(SQUARE)
    assert picture.shape == (200, 200, 3)
    outside = np.ones((200, 200), bool)
    outside[20:180, 20:180] = False
    assert (picture[outside] == 255).all()
    touched = (picture[20:180, 20:180] != 255).any(axis=2)
    assert touched[0].any()  # it fills its height
    assert touched[-1].any()


def test_transparent_canvas_has_no_ground():
    picture = picture_of(CLEAR)
    assert picture.shape == (100, 160, 4)
    assert picture[..., 3].max() == 255
    assert not picture[:5, :, 3].any()
    assert not picture[:, :5, 3].any()


@pytest.mark.parametrize("file", list(PresetFile))
def test_every_kind_of_file_shows_the_same_picture(file):
    preset = Preset("A", 120, 120, ground="#e0f0ff", shadow=True, file=file)
    picture = picture_of(preset, quality=100)
    exact = picture_of(Preset("A", 120, 120, ground="#e0f0ff", shadow=True))
    assert picture.shape == (120, 120, 3)
    assert np.abs(picture - exact).max() <= (12 if file is PresetFile.JPEG else 0)


def test_shadow_lies_under_the_subject_with_and_without_a_ground():
    white = picture_of(Preset("A", 200, 200, margin=0.1, shadow=True)) - picture_of(SQUARE)
    assert white.min() < -20
    assert not white[:150].any()
    clear = picture_of(Preset("A", 160, 160, margin=0.2, ground=None, shadow=True))
    below = clear[129, 80]  # right under the foot
    assert 20 < below[3] < 255
    assert below[:3].max() < 40  # the shadow is dark


def test_preset_goes_by_its_own_size_whatever_the_longest_side_is():
    np.testing.assert_array_equal(picture_of(SQUARE, longest_side=10), picture_of(SQUARE))


def test_folders_are_safe_and_different():
    names = ["A b", "a-b", "日本 マーケット", "!!!", "con", "../x"]
    folders = folders_of([Preset(name, 10, 10) for name in names])
    assert folders == ["a-b", "a-b-2", "日本-マーケット", "preset", "_con", "x"]


def test_preset_of_own_colours_has_their_profile():
    photo = with_profile(standing_on_grey(), ADOBE_LIKE)
    options = ExportOptions(presets=(SQUARE,), colours=Colours.OWN)
    (data,) = files_of(MARKETPLACE, make_subject(options, photo)).values()
    assert opened(data).info["icc_profile"] == ADOBE_LIKE
    assert np.asarray(opened(data))[0, 0].tolist() == [255, 255, 255]
