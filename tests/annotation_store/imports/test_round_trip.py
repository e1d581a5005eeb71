"""What an export wrote comes in again: for the photos that it was made of, and where nobody has seen them."""

import numpy as np
import pytest
from elsewhere import folder_of, take_in, zip_of

from annotation_store.exports.export_options import ExportOptions, Preset
from annotation_store.exports.export_sets import ExportWish, freeze
from annotation_store.exports.exporting import carry_out
from annotation_store.exports.formats import FORMATS
from annotation_store.revisions import list_revisions, load_matte
from tests.annotation_store.exports.shelf import Shelf

NO_MATTE = {"composite", "presets"}
WITH_PHOTOS = {"training-pairs", "webdataset", "imagefolder"}
WITH_TRIMAP = {"trimap", "training-pairs", "webdataset", "imagefolder", "composition-1k-test"}


@pytest.fixture
def written(world, monkeypatch, tmp_path):
    """``written("psd")``: a folder with the export of two approved photos in this format."""
    monkeypatch.setattr("annotation_store.exports.export_subject.estimate_foreground", lambda rgb, alpha: rgb)
    for image in world.draft("cup_1.png", "mug.v2.png"):
        world.approve(image.id)

    def write(*formats, presets=()):
        frozen = freeze(world.store, ExportWish(), ExportOptions(formats=formats, presets=presets), by="mika")
        shelf = Shelf()
        carry_out(world.store, frozen.export.id, shelf, by="mika")
        return shelf.files

    return write


def matte_of(store, image_id):
    return load_matte(store, list_revisions(store, image_id)[-1])


@pytest.mark.parametrize("form", sorted(FORMATS.keys() - NO_MATTE))
def test_an_export_comes_in_again(world, written, tmp_path, form):
    folder = folder_of(tmp_path / "in", written(form))
    again = take_in(world.store, folder, predict=lambda _project, _rgb, trimap: (trimap / np.float32(255), None))
    assert again.rejected == ()
    if form in WITH_TRIMAP | {"alpha"}:  # the very matte, as deep as it left
        assert len(again.known) == 2
    else:
        assert len(again.known) + len(again.imported) == 2
    if form in WITH_PHOTOS:
        other = world.add_project("Other")
        new = take_in(world.store, folder, project_id=other)
        assert (len(new.imported), new.rejected) == (2, ())
        assert [matte.image.name for matte in new.imported] == ["cup_1.png", "mug.v2.png"]
        (original, *_) = again.known
        trimap, alpha = matte_of(world.store, original.image.id)
        new_trimap, new_alpha = matte_of(world.store, new.imported[0].image.id)
        assert np.array_equal(new_trimap, trimap)
        assert np.abs(new_alpha - alpha).max() <= 1 / 255


@pytest.mark.parametrize("form", ["training-pairs", "imagefolder", "composition-1k", "webdataset"])
def test_a_data_set_comes_in_without_its_manifest(world, written, tmp_path, form):
    files = {path: data for path, data in written(form).items() if path != "manifest.json"}
    other = world.add_project("Other")
    report = take_in(world.store, folder_of(tmp_path / "in", files), project_id=other)
    assert (len(report.imported), report.rejected) == (2, ())


def test_many_formats_in_one_zip_are_one_matte_for_each_photo(world, written, tmp_path):
    formats = sorted(FORMATS.keys() - {"presets", "webdataset", "composition-1k", "composition-1k-test"})
    report = take_in(world.store, zip_of(tmp_path / "all.zip", written(*formats)))
    assert (len(report.known), report.imported, report.rejected) == (2, (), ())


def test_an_export_finds_its_photos_whatever_they_are_called(world, written, tmp_path):
    zipped = zip_of(tmp_path / "export.zip", written("cutout", "alpha", "trimap"))
    for number, name in enumerate(("one.png", "two.png"), start=1):
        world.set_image(number, name=name)
    assert [known.image.name for known in take_in(world.store, zipped).known] == ["one.png", "two.png"]
    (rejection, _) = take_in(world.store, zipped, project_id=world.add_project("Other")).rejected
    assert "(“cup_1.png”) is not in this project: send it along" in rejection.reason


@pytest.mark.parametrize("with_manifest", [True, False])
@pytest.mark.parametrize(("name", "form"), [("Mask", "cutout"), ("Trimap1", "alpha"), ("Photo", "alpha")])
def test_a_preset_is_a_finished_picture_whatever_it_is_called(world, written, tmp_path, name, form, with_manifest):
    files = written(form, "presets", presets=(Preset(name, 40, 30, ground=None),))
    came = {path: data for path, data in files.items() if with_manifest or path != "manifest.json"}
    report = take_in(world.store, zip_of(tmp_path / "all.zip", came))
    assert (len(report.known) + len(report.imported), report.rejected) == (2, ())
    for matte in (*report.known, *report.imported):
        first, *_ = list_revisions(world.store, matte.image.id)
        assert np.abs(matte_of(world.store, matte.image.id)[1] - load_matte(world.store, first)[1]).max() <= 1 / 255
    new = take_in(world.store, tmp_path / "all.zip", project_id=world.add_project("Other"))
    assert (new.imported, len(new.rejected)) == ((), 2)  # for no photo came along


def test_of_presets_alone_nothing_is_taken(world, written, tmp_path):
    files = written("presets", "composite", presets=(Preset("Cutout", 40, 30, ground=None), Preset("Alpha", 40, 30)))
    report = take_in(world.store, folder_of(tmp_path / "in", files))
    assert (report.imported, report.known, report.rejected) == ((), (), ())
    assert report.passed_over == 7
