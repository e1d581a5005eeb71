"""A shell for the command line's tests: an empty folder, no settings from outside, small photos and mattes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from approved_discs import disc, png
from typer.testing import CliRunner, Result

from annotation_store.store import Store
from studio.commands import program
from studio.settings import Settings

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def bare_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Commands run in an empty folder and see no settings but their own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MATTELOOP_{name.upper()}", raising=False)
    monkeypatch.setenv("MATTELOOP_OPERATOR", "keiko")
    monkeypatch.setenv("MATTELOOP_DEVICE", "cpu")
    monkeypatch.setenv("MATTELOOP_THREADS", "1")
    threads = torch.get_num_threads()
    monkeypatch.chdir(tmp_path)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def run() -> Run:
    """``run("draft", "--data-dir", folder)``: one command, as from a shell."""
    return lambda *arguments: CliRunner().invoke(program, [str(argument) for argument in arguments])


@pytest.fixture
def store(tmp_path: Path, new_store: Callable[[Path], Store]) -> Store:
    """The store in the default data folder."""
    return new_store(tmp_path / "studio-data")


@pytest.fixture
def test_set(tmp_path: Path) -> Path:
    """A folder with two images, their trimaps and true alphas."""
    folder = tmp_path / "testset"
    for part in ("image", "trimap", "alpha"):
        (folder / part).mkdir(parents=True)
    for seed, name in enumerate(("cup", "scarf")):
        rgb, trimap, alpha = disc(seed)
        (folder / "image" / f"{name}.png").write_bytes(png(rgb))
        (folder / "trimap" / f"{name}.png").write_bytes(png(trimap))
        (folder / "alpha" / f"{name}.png").write_bytes(png(np.rint(alpha * 65535).astype(np.uint16)))
    return folder
