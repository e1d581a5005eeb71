"""The client before a studio, in-process."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from matteloop_client import Matteloop
from small_images import BlurredTrimap

from annotation_store.learning import what_serves
from studio.device.live_model import LiveModel
from studio.settings import Settings
from studio.studio import Studio, open_studio

ADDRESS = "http://127.0.0.1"


class InProcess(httpx.BaseTransport):
    """Hands what the client sends to an application."""

    def __init__(self, app: FastAPI) -> None:
        self._browser = TestClient(app, base_url=ADDRESS)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self._browser.request(
            request.method, str(request.url), content=request.read(), headers=dict(request.headers)
        )
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)


@pytest.fixture(scope="session")
def client_app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Built once: Gradio's pages take a second."""
    from studio.web import create_app

    return create_app(open_studio(Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("client") / "data")))


@pytest.fixture(scope="session")
def empty_studio(client_app: FastAPI, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "data"
    open_studio(Settings(_env_file=None, data_dir=folder)).close()
    return folder


@pytest.fixture
def studio(tmp_path: Path, empty_studio: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """An open studio of the operator keiko whose live model is quick."""
    quick = BlurredTrimap()
    monkeypatch.setattr(LiveModel, "get", lambda live, *_, **__: (what_serves.live_model(live._store), quick))
    monkeypatch.setattr(LiveModel, "_load", lambda *_: quick)
    monkeypatch.setattr(LiveModel, "warm_up", lambda *_: None)
    folder = shutil.copytree(empty_studio, tmp_path / "data")
    opened = open_studio(Settings(_env_file=None, data_dir=folder, operator="keiko", device="cpu", threads=1))
    yield opened
    opened.close()


@pytest.fixture
def api(client_app: FastAPI, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Iterator[Matteloop]:
    monkeypatch.setitem(client_app.state._state, "studio", studio)  # a State keeps its values in there
    with Matteloop(ADDRESS, transport=InProcess(client_app)) as client:
        yield client
