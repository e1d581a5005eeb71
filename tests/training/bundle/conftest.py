"""A studio with approved mattes, and a bundle of it."""

import io
import shutil
import zipfile

import pytest
import torch
from small_images import approve_painted

from annotation_store.learning import what_serves
from annotation_store.store import open_store
from matting_core.edits.soft_stroke import SoftStroke
from matting_core.networks import registry
from training.built_in_models import register_built_in_models
from training.bundle.writing import prepare_bundle, write_bundle
from training.finetune_settings import FinetuneSettings
from training.learning_material import MaterialSettings

LITTLE = FinetuneSettings(steps=2, material=MaterialSettings(windows=1, composed=0))


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """Weights, the data folder of a studio and a bundle of it, made once: that takes longer than most tests."""
    folder = tmp_path_factory.mktemp("bundled")
    torch.manual_seed(0)
    (folder / "weights").mkdir()
    weights = registry.save_network(registry.build_network("compact"))
    (folder / "weights" / "compact.safetensors").write_bytes(weights)
    with pytest.MonkeyPatch.context() as patch, (folder / "bundle.zip").open("wb") as file:
        patch.setattr(registry, "SHIPPED_WEIGHTS", folder / "weights")
        opened = open_store(folder / "data")
        register_built_in_models(opened)
        # where the trimap is unknown, on the right of the disc
        stroke = SoftStroke(value=128, hardness=100, flow=100, radius=20, points=((256, 128), (256, 140)))
        for number, name in enumerate(("cup_1.png", "scarf_1.png")):
            approve_painted(opened, name, number, stroke=stroke, model_id=what_serves.live_model(opened).id)
        write_bundle(opened, prepare_bundle(opened, LITTLE, by="keiko"), file)
        opened.database.close()
    return folder


@pytest.fixture
def shipped_weights(template, monkeypatch):
    """Untrained weights in the place of the shipped ones."""
    monkeypatch.setattr(registry, "SHIPPED_WEIGHTS", template / "weights")
    return (template / "weights" / "compact.safetensors").read_bytes()


@pytest.fixture
def store(template, shipped_weights, tmp_path):
    """Approved mattes of two products, one photo each, in training set 1."""
    opened = open_store(shutil.copytree(template / "data", tmp_path / "data"))
    yield opened
    opened.database.close()


@pytest.fixture
def prepared(store):
    return prepare_bundle(store, LITTLE, by="keiko")


@pytest.fixture
def bundle_path(template, tmp_path):
    return shutil.copy(template / "bundle.zip", tmp_path / "bundle.zip")


@pytest.fixture
def rewritten(bundle_path):
    """``rewritten(change, ...)``: the same bundle, its members changed by ``change(dict) -> None``."""

    def rewrite(change, *, compression=zipfile.ZIP_STORED):
        with zipfile.ZipFile(bundle_path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        change(members)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", compression) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        bundle_path.write_bytes(file.getvalue())
        return bundle_path

    return rewrite
