import pytest
from small_images import approve, disc, png

from annotation_store import schema
from annotation_store.errors import InvalidExportError, NotFoundError, NothingToExportError
from annotation_store.exports.export_options import Colours, options_from_json
from annotation_store.exports.export_sets import list_exports
from annotation_store.exports.formats import FORMATS
from annotation_store.kinds import Role
from studio.pages.exporting.wish_part import FOR_TRAINING, PICTURES, PRESETS, freeze_wish
from studio.sign_in.visitor import Visitor, local_user

USUAL = {
    "project": 0,
    "tag": "",
    "only_new": False,
    "name": "",
    "pictures": ["cutout", "alpha"],
    "presets": [],
    "for_training": [],
    "bits": 0,
    "colours": "srgb",
    "longest_side": 0,
    "quality": 90,
    "colour": "#ffffff",
    "photo": None,
    "shadow": False,
}


@pytest.fixture
def frozen(studio):
    approve(studio.store, "cup_1.png", 1)

    def freeze(visitor=None, **asked):
        return freeze_wish(studio, {**USUAL, **asked}, visitor or local_user("keiko")).export

    return freeze


def options(export):
    return options_from_json(export.options)


def test_the_form_offers_every_format():
    assert {*PICTURES, *FOR_TRAINING, PRESETS} == set(FORMATS)


def test_what_the_form_asks_for_is_frozen(frozen):
    export = frozen(
        name="Spring",
        pictures=["psd"],
        presets=["Square 2000 white"],
        for_training=["webdataset"],
        bits=16,
        colours="own",
        longest_side=1200,
        quality=70,
        shadow=True,
    )
    wanted = options(export)
    assert export.name == "Spring"
    assert wanted.formats == ("psd", "presets", "webdataset")
    assert [preset.name for preset in wanted.presets] == ["Square 2000 white"]
    assert (wanted.bits, wanted.colours, wanted.longest_side) == (16, Colours.OWN, 1200)
    assert (wanted.quality, wanted.shadow) == (70, True)


def test_an_untouched_form_is_as_the_photos_are(frozen):
    wanted = options(frozen())
    assert (wanted.bits, wanted.colours, wanted.longest_side, wanted.ground) == (None, Colours.SRGB, None, "#ffffff")


@pytest.mark.parametrize("colour", ["#10FF00", "rgba(16, 255, 0, 1)", "rgb(16.2,255,0)"])
def test_a_colour_is_understood_however_the_picker_writes_it(frozen, colour):
    assert options(frozen(colour=colour)).ground == "#10ff00"


def test_a_photo_goes_before_the_colour(frozen, studio, tmp_path):
    (tmp_path / "sea.png").write_bytes(png(disc(7)[0]))
    ground = options(frozen(photo=str(tmp_path / "sea.png"))).ground
    assert studio.store.blobs.get(ground) == (tmp_path / "sea.png").read_bytes()


def test_a_tag_and_what_has_left_narrow_it(frozen, studio):
    with pytest.raises(NothingToExportError):
        frozen(tag="hair")
    with studio.store.database.write() as session:
        session.add(schema.ImageTag(image_id=1, tag="hair"))
    assert frozen(tag=" hair ").image_count == 1
    with pytest.raises(NothingToExportError):
        frozen(only_new=True)


def test_nobody_exports_from_a_project_that_is_not_theirs(frozen, studio):
    lead = Visitor("mika", "Mika", Role.LEAD, frozenset({2}), 7)
    for project in (0, 1):
        with pytest.raises(NothingToExportError):
            frozen(lead, project=project)
    assert list_exports(studio.store) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"pictures": []},
        {"pictures": ["gif"]},
        {"colour": "red"},
        {"bits": 12},
        {"colours": "cmyk"},
        {"quality": 0},
        {"name": "x" * 500},
    ],
)
def test_what_no_form_sends_is_refused_in_words(frozen, studio, wrong):
    with pytest.raises(InvalidExportError):
        frozen(**wrong)
    assert list_exports(studio.store) == ()


def test_a_preset_that_was_taken_away_meanwhile_is_told(frozen):
    with pytest.raises(NotFoundError, match="no preset"):
        frozen(presets=["Nowhere"])
