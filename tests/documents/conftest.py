"""Documents whose examples are run: each page in a copy of one prepared folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from example_studio import SIDE, prepare
from quick_lessons import one_window_each
from s3_server import running_s3
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
    with running_s3("bucket") as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield
