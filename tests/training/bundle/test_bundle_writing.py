import io
import json
import zipfile

import pytest
from small_images import approve

from annotation_store.blobs import digest_of
from annotation_store.errors import NotEnoughApprovedError, NotFoundError
from annotation_store.kinds import Part
from annotation_store.learning import model_registry, training_sets
from annotation_store.store import open_store
from training.built_in_models import register_built_in_models
from training.bundle.errors import BundleError
from training.bundle.writing import prepare_bundle, write_bundle
from training.finetune_settings import FinetuneSettings
from training.learning_material import MaterialSettings

QUICK = FinetuneSettings(steps=2, material=MaterialSettings(windows=1, composed=0))


def written(store, prepared):
    file = io.BytesIO()
    write_bundle(store, prepared, file)
    return file.getvalue()


def test_every_file_is_named_by_its_own_digest_and_stored(store, prepared):
    archive = zipfile.ZipFile(io.BytesIO(written(store, prepared)))
    assert archive.namelist()[0] == "manifest.json"
    assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    for name in archive.namelist()[2:]:
        assert digest_of(archive.read(name)) == name.split("/")[1].removesuffix(".png")
    assert digest_of(archive.read("parent.safetensors")) == prepared.manifest.parent.sha256


def test_nothing_that_judges_leaves_the_studio_nor_any_name(store, prepared):
    data = written(store, prepared)
    for item in training_sets.load_items(store, prepared.manifest.training_set.number):
        assert (item.photo_sha256.encode() in data) == (item.part is Part.TRAIN)
        assert f'"{item.product_group}'.encode() not in data
    assert (prepared.manifest.training_set.train, prepared.manifest.training_set.validation) == (1, 1)


def test_the_same_training_set_gives_the_same_bytes(store, prepared):
    again = prepare_bundle(store, QUICK, training_set_id=prepared.manifest.training_set.number, by="mika")
    assert written(store, prepared) == written(store, again)


def test_a_set_is_frozen_only_if_something_was_approved_since(store, prepared):
    number = prepared.manifest.training_set.number
    assert prepare_bundle(store, QUICK, by="keiko").manifest.training_set.number == number
    approve(store, "bowl_1.png", 5)
    assert prepare_bundle(store, QUICK, by="keiko").manifest.training_set.number == number + 1
    assert prepare_bundle(store, QUICK, validation_share=0.5, by="keiko").manifest.training_set.number == number + 2


def test_it_can_be_streamed_to_what_cannot_be_sought(store, prepared):
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.data = b""

        def writable(self):
            return True

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    pipe, told = Pipe(), []
    write_bundle(store, prepared, pipe, on_file=lambda done, count: told.append((done, count)))
    archive = zipfile.ZipFile(io.BytesIO(pipe.data))
    assert archive.testzip() is None
    assert told[-1] == (len(archive.namelist()) - 1,) * 2


def test_the_manifest_tells_recipe_parent_and_licences(prepared):
    told = json.loads(prepared.manifest.as_json())
    assert told["recipe"]["steps"] == 2
    assert "device" not in told["recipe"]
    assert told["parent"]["architecture"] == "compact"
    assert told["parent"]["provenance"][0]["licence"] == "Apache-2.0"


def test_too_little_approved_and_unknown_sets_are_refused(store, tmp_path):
    with pytest.raises(NotFoundError, match="no training set number 9"):
        prepare_bundle(store, QUICK, training_set_id=9, by="keiko")
    empty = open_store(tmp_path / "empty")
    register_built_in_models(empty)
    with pytest.raises(NotEnoughApprovedError):
        prepare_bundle(empty, QUICK, by="keiko")
    empty.database.close()


def test_a_method_that_learns_nothing_is_no_parent(store):
    classical = next(model for model in model_registry.list_models(store) if model.name == "closed-form")
    with pytest.raises(BundleError, match="closed-form cannot be trained on"):
        prepare_bundle(store, QUICK, parent=classical, by="keiko")
