import pytest

from annotation_store.errors import InvalidExportError
from annotation_store.exports.export_options import Preset, PresetFile
from studio.pages.exporting.presets_part import presets_of


def test_a_sheet_becomes_presets_whatever_kind_its_cells_came_back_as():
    rows = [
        ["Square", 2000, "2000", "0.05", "#FFFFFF", "JPEG", False],
        ["  横長 ", "1200.0", 800.0, None, "", "webp", "true"],
        ["Plain", 10, 10, 0, "#000000", None, None],
        ["", None, None, None, None, None, None],
    ]
    assert presets_of(rows) == [
        Preset("Square", 2000, 2000, 0.05, "#ffffff", PresetFile.JPEG),
        Preset("横長", 1200, 800, 0.0, None, PresetFile.WEBP, shadow=True),
        Preset("Plain", 10, 10, 0.0, "#000000"),
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [(1, "wide"), (1, "inf"), (2, ""), (3, "much"), (4, "white"), (5, "gif")],
)
def test_a_row_that_is_not_understood_is_told_by_its_name(cell, value):
    row = ["Square", 2000, 2000, 0.05, "#ffffff", "png", False]
    row[cell] = value
    with pytest.raises(InvalidExportError, match="“Square”"):
        presets_of([row])


def test_a_row_without_a_name_is_not_lost_without_a_word():
    with pytest.raises(InvalidExportError, match="needs a name"):
        presets_of([["", 2000, 2000, 0.05, "#ffffff", "png", False]])
