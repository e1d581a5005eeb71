"""Documents whose examples are run: each page in a copy of one prepared folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import torch
from example_studio import SIDE, prepare
from moto.server import ThreadedMotoServer
from quick_lessons import one_window_each
from small_accounts import CHEAP

from annotation_store.people import passwords
from matting_core.networks import registry
from studio.settings import Settings
from training.composing import material


@pytest.fixture(scope="session")
def example_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once."""
    folder = tmp_path_factory.mktemp("examples") / "template"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", CHEAP)
        prepare(folder)
    return folder


@pytest.fixture
def example_folder(example_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The present folder of one page: photos and a studio, no settings from outside, and trainings that are quick."""
    folder = shutil.copytree(example_template, tmp_path / "work")
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MATTELOOP_{name.upper()}", raising=False)
    for name, value in (("OPERATOR", "ren"), ("DEVICE", "cpu"), ("THREADS", "1"), ("DATABASE_URL", "")):
        monkeypatch.setenv(f"MATTELOOP_{name}", value)
    one_window_each(monkeypatch)
    monkeypatch.setattr(material, "SIDE", SIDE)
    monkeypatch.setattr(registry, "fastest_backend", lambda _network, device: None)  # measuring takes seconds each time
    threads = torch.get_num_threads()
    monkeypatch.chdir(folder)
    yield folder
    torch.set_num_threads(threads)


@pytest.fixture
def example_bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """``s3://bucket``, on a server in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    httpx.put(f"http://{host}:{port}/bucket").raise_for_status()
    access = {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "REGION": "us-east-1", "ALLOW_HTTP": "true"}
    for name, value in {**access, "ENDPOINT_URL": f"http://{host}:{port}"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    yield
    server.stop()
