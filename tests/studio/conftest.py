"""An open studio on a small data folder, and a browser's view of it."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from fastapi import FastAPI
from fastapi.testclient import TestClient
from small_images import BlurredTrimap, draft
from small_receiver import Receiver, receiving

from annotation_store.learning import what_serves
from annotation_store.records import ImageRecord
from matting_core.drafting.learned_network import DraftingNetwork, save_drafting_network
from matting_core.networks import registry
from studio.device.live_model import LiveModel
from studio.settings import Settings
from studio.sign_in.visitor import Visitor
from studio.studio import Studio, open_studio

ADDRESS = "http://127.0.0.1"


@pytest.fixture
def bare_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings from the environment, nor from a .env file."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MATTELOOP_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def empty_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once: making the tables takes longer than most tests."""
    folder = tmp_path_factory.mktemp("template") / "data"
    open_studio(Settings(_env_file=None, data_dir=folder)).close()
    return folder


@pytest.fixture
def settings(tmp_path: Path, empty_data_folder: Path, bare_environment: None) -> Settings:
    """Settings of an empty studio of the operator keiko."""
    folder = shutil.copytree(empty_data_folder, tmp_path / "data")
    return Settings(_env_file=None, data_dir=folder, operator="keiko", device="cpu", threads=1, port=0)


@pytest.fixture
def studio(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """An open studio whose live model is quick."""
    quick = BlurredTrimap()
    monkeypatch.setattr(LiveModel, "get", lambda live, *_, **__: (what_serves.live_model(live._store), quick))
    monkeypatch.setattr(LiveModel, "_load", lambda *_: quick)
    opened = open_studio(settings)
    yield opened
    opened.close()


@pytest.fixture
def drafted_image(studio: Studio) -> ImageRecord:
    """A photo of a disc, 96x64, drafted with its true matte."""
    return draft(studio.store, "cup_1.png", 1)


@pytest.fixture(scope="session")
def web_app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The web application, built once: Gradio's pages take a second."""
    from studio.web import create_app

    folder = tmp_path_factory.mktemp("web") / "data"
    return create_app(open_studio(Settings(_env_file=None, data_dir=folder)))


@pytest.fixture
def client(web_app: FastAPI, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The REST API of `studio` as a browser on this computer reaches it."""
    monkeypatch.setitem(web_app.state._state, "studio", studio)  # a State keeps its values in there
    return TestClient(web_app, base_url=ADDRESS)


@pytest.fixture
def come_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[Visitor | None], None]:
    """``come_as(visitor)``: from now on, requests come from this person, or from nobody."""

    def come(visitor: Visitor | None) -> None:
        monkeypatch.setattr("studio.sign_in.local_door.local_user", lambda _name: visitor)

    return come


@pytest.fixture
def compact_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Untrained weights in the place of the shipped ones: such a network answers with its classical prior."""
    torch.manual_seed(0)
    weights = tmp_path / "weights" / "compact.safetensors"
    weights.parent.mkdir()
    weights.write_bytes(registry.save_network(registry.build_network("compact")))
    weights.with_name("drafter.safetensors").write_bytes(save_drafting_network(DraftingNetwork()))
    monkeypatch.setattr(registry, "SHIPPED_WEIGHTS", weights.parent)
    return weights


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody to send webhooks to, on this computer."""
    with receiving() as one:
        yield one


@pytest.fixture
def eventually() -> Callable[..., None]:
    """``eventually(condition, within=10)``: wait until `condition` answers with something true."""

    def wait(condition: Callable[[], object], *, within: float = 20.0) -> None:
        end = time.monotonic() + within
        while not condition():
            assert time.monotonic() < end, f"not within {within} seconds"
            time.sleep(0.05)

    return wait
