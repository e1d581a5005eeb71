"""A studio with approved mattes, and a bundle of it."""

import io
import zipfile

import pytest
from small_images import approve

from annotation_store.store import open_store
from training import windows
from training.built_in_models import register_built_in_models
from training.bundle.writing import prepare_bundle, write_bundle
from training.finetune import FinetuneSettings


@pytest.fixture(autouse=True)
def _few_windows(monkeypatch):
    monkeypatch.setattr(windows, "WINDOWS_PER_EXAMPLE", 1)


@pytest.fixture
def store(tmp_path, shipped_weights):
    opened = open_store(tmp_path / "data")
    register_built_in_models(opened)
    for number, name in enumerate(("cup_1.png", "scarf_1.png")):
        approve(opened, name, number)
    yield opened
    opened.database.close()


@pytest.fixture
def prepared(store):
    return prepare_bundle(store, FinetuneSettings(steps=2), by="keiko")


@pytest.fixture
def bundle_path(store, prepared, tmp_path):
    path = tmp_path / "bundle.zip"
    with path.open("wb") as file:
        write_bundle(store, prepared, file)
    return path


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
