import io
import json
import zipfile

import pytest
import safetensors
from versions import drafter, version

from annotation_store.blobs import digest_of
from annotation_store.learning import model_registry
from matting_core.errors import WeightsError
from training import exporting
from training.built_in_models import register_built_in_models
from training.exporting import export_folder, export_zip, exported_weights
from training.model_card import card_from_json
from training.trial import plain_weights


@pytest.fixture
def store(tmp_path, new_store, shipped_weights):
    opened = new_store(tmp_path / "data")
    register_built_in_models(opened)
    yield opened
    opened.database.close()


def exported(store, model):
    file = io.BytesIO()
    export_zip(store, model, file)
    return file.getvalue()


def test_the_header_says_what_the_weights_are_and_they_stay_what_they_were(store, tmp_path):
    made = version(store)
    (tmp_path / "made.safetensors").write_bytes(exported_weights(store, made))
    with safetensors.safe_open(tmp_path / "made.safetensors", "pt") as file:
        remark = json.loads(file.metadata()["matteloop"])
    assert (remark["name"], remark["architecture"], remark["parent"]) == ("compact-0001", "compact", "compact")
    assert remark["weights_sha256"] == made.weights_blob
    assert digest_of(plain_weights((tmp_path / "made.safetensors").read_bytes())) == made.weights_blob


def test_a_version_leaves_with_its_card_the_same_each_time(store):
    pytest.importorskip("onnx")
    made = version(store)
    data = exported(store, made)
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.namelist() == ["compact-0001.safetensors", "compact-0001.onnx", "README.md", "card.json"]
    card = card_from_json(archive.read("card.json"))
    assert card.files["compact-0001.onnx"].startswith("the convolutions only")
    assert exported(store, made) == data


def test_a_drafter_leaves_as_a_version_like_any_other(store):
    pytest.importorskip("onnx")
    archive = zipfile.ZipFile(io.BytesIO(exported(store, drafter(store))))
    assert "drafter-0001.onnx" in archive.namelist()
    assert card_from_json(archive.read("card.json")).kind.value == "drafter"


def test_where_there_is_no_onnx_form_the_card_says_so(store, monkeypatch):
    def none(*_):
        raise exporting.OnnxExportError("this architecture has no ONNX form yet: use its safetensors file")

    monkeypatch.setattr(exporting, "exported_onnx", none)
    archive = zipfile.ZipFile(io.BytesIO(exported(store, version(store))))
    assert "compact-0001.onnx" not in archive.namelist()
    assert "not here: this architecture has no ONNX form" in archive.read("README.md").decode()


def test_a_folder_holds_the_same_files(store, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "export_onnx", lambda _: exporting.OnnxExport(b"onnx", "as it is", checked=True))
    made = version(store)
    export_folder(store, made, tmp_path / "out" / "deep")
    archive = zipfile.ZipFile(io.BytesIO(exported(store, made)))
    files = {path.name: path.read_bytes() for path in (tmp_path / "out" / "deep").iterdir()}
    assert files == {name: archive.read(name) for name in archive.namelist()}


def test_a_classical_method_has_nothing_to_take_along(store):
    classical = next(model for model in model_registry.list_models(store) if model.name == "closed-form")
    with pytest.raises(WeightsError, match="has no weights"):
        exported(store, classical)
