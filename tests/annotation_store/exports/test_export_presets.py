import pytest

from annotation_store.errors import InvalidExportError, NotFoundError
from annotation_store.events import recent_events
from annotation_store.exports.export_options import Preset, PresetFile
from annotation_store.exports.export_presets import (
    DEFAULT_PRESETS,
    list_presets,
    preset_from_json,
    presets_named,
    replace_presets,
)

WIDE = Preset("横長", 1200, 800, margin=0.1, ground=None, file=PresetFile.WEBP)
SMALL = Preset("Small", 100, 100, shadow=True)


def test_a_fresh_studio_has_the_usual_ones(store):
    assert list_presets(store) == DEFAULT_PRESETS
    assert presets_named(store, ["Square 2000 white"]) == DEFAULT_PRESETS[:1]


def test_the_table_is_what_somebody_made_of_it_in_their_order(store):
    assert replace_presets(store, [WIDE, SMALL], by="mika") == (WIDE, SMALL) == list_presets(store)
    assert presets_named(store, ["Small", "横長"]) == (SMALL, WIDE)
    event = recent_events(store, 1)[0]
    assert (event.actor, event.action, event.data) == ("mika", "export.presets_changed", {"names": ["横長", "Small"]})


def test_an_empty_table_brings_the_usual_ones_back(store):
    replace_presets(store, [SMALL], by="mika")
    assert replace_presets(store, [], by="mika") == DEFAULT_PRESETS


@pytest.mark.parametrize("other", ["Small", "small", " Small ", "Small."])
def test_two_that_would_share_a_folder_are_refused_and_nothing_changes(store, other):
    replace_presets(store, [WIDE], by="mika")
    with pytest.raises(InvalidExportError, match="of its own"):
        replace_presets(store, [SMALL, Preset(other, 50, 50)], by="mika")
    assert list_presets(store) == (WIDE,)


def test_there_are_not_more_than_a_person_can_look_through(store):
    with pytest.raises(InvalidExportError, match="50 at most"):
        replace_presets(store, [Preset(str(number), 10, 10) for number in range(51)], by="mika")


def test_one_that_there_is_not_is_told_with_those_there_are(store):
    replace_presets(store, [SMALL], by="mika")
    with pytest.raises(NotFoundError, match="“Small”"):
        presets_named(store, ["Large"])


def test_one_from_a_form_is_understood_or_refused_in_words():
    assert preset_from_json({"name": "Small", "width": 100, "height": 100, "shadow": True}) == SMALL
    with pytest.raises(InvalidExportError, match="0 pixels"):
        preset_from_json({"name": "x", "width": 0, "height": 1})
    with pytest.raises(InvalidExportError, match="width"):
        preset_from_json({"name": "x", "height": 1})
