import json

import pytest

from annotation_store.errors import InvalidExportError
from annotation_store.exports.export_options import (
    Colours,
    ExportOptions,
    Preset,
    PresetFile,
    colour_of,
    options_from_json,
)


def test_options_come_back_from_json_as_they_were():
    options = ExportOptions(
        formats=("cutout", "presets"),
        bits=16,
        colours=Colours.OWN,
        longest_side=2000,
        ground="#10ff00",
        shadow=True,
        presets=(Preset("正方形", 2000, 2000, 0.1), Preset("Clear", 1600, 1600, ground=None, file=PresetFile.WEBP)),
        quality=80,
    )
    assert options_from_json(json.loads(json.dumps(options.as_json()))) == options


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"formats": ()}, "at least one"),
        ({"formats": ("alpha", "alpha")}, "twice"),
        ({"bits": 12}, "8 or 16"),
        ({"longest_side": 0}, "choose 1 to"),
        ({"ground": "white"}, "#ffffff"),
        ({"quality": 0}, "1 to 100"),
    ],
)
def test_impossible_options_are_refused_in_words(wrong, words):
    with pytest.raises(InvalidExportError, match=words):
        ExportOptions(**wrong)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "name"),
        ({"width": 0}, "0 pixels"),
        ({"margin": 0.5}, "margin"),
        ({"ground": "#FFFFFF"}, "#ffffff"),
        ({"ground": None, "file": PresetFile.JPEG}, "JPEG cannot"),
        ({"width": 20_000, "file": PresetFile.WEBP}, "WebP can be"),
        ({"width": 30_000, "height": 30_000}, "900 megapixels"),
    ],
)
def test_an_impossible_preset_is_refused_in_words(wrong, words):
    with pytest.raises(InvalidExportError, match=words):
        Preset(**{"name": "Square", "width": 10, "height": 10, **wrong})


def test_options_that_are_no_options_are_refused():
    for values in ({"formats": 3}, {"presets": [{"name": "x"}]}, {"bits": "deep"}, {"nonsense": []}):
        with pytest.raises(InvalidExportError):
            options_from_json({"formats": ["alpha"], **values})


def test_a_ground_is_a_colour_or_a_photo():
    assert colour_of("#ff8000") == (255, 128, 0)
    assert colour_of("ab" * 32) is None
