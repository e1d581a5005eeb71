"""Generated photos, mattes and a folder to measure on, and a network small enough for a test."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from small_images import BlurredTrimap, disc, png

from training.experiments import study, trimap_free

TINY = """
about = "Small enough for a test"
prior = false
alphas = 2
size = 64
crop = 64
batch = 2
[network]
widths = [4, 4, 4, 4, 4]
depths = [1, 1, 1, 1, 1]
detail = 4
[stream]
shard = 4
first = 1
pool = 2
steps_per_shard = 2
[learning]
steps = 2
learning_rate = 1e-3
average_horizon = 2
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.toml"
    path.write_text(TINY)
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three small pictures with some structure, in two folders."""
    y, x = np.mgrid[:300, :310]
    for index, folder in enumerate(("a", "a", "b")):
        waves = [128 + 100 * np.sin(x / (9 + index) + k) * np.cos(y / (14 + k)) for k in range(3)]
        path = tmp_path / "photos" / folder / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.stack(waves, -1).astype(np.uint8))
    return tmp_path / "photos"


@pytest.fixture
def mattes(tmp_path: Path) -> Path:
    """Two groups of two photos with mattes."""
    for group in ("cats", "dogs"):
        for index in range(2):
            rgb, _, alpha = disc(index, width=320, height=320)
            _write(tmp_path / "mattes" / group / "image" / f"{index}.png", png(rgb))
            _write(tmp_path / "mattes" / group / "alpha" / f"{index}.png", png((alpha * 255).astype(np.uint8)))
    return tmp_path / "mattes"


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    """Two photos of an odd size with true alphas and trimaps."""
    for index in range(2):
        rgb, trimap, alpha = disc(index, width=97, height=65)
        for kind, plane in (("image", rgb), ("trimap", trimap), ("alpha", (alpha * 255).astype(np.uint8))):
            _write(tmp_path / "dev" / kind / f"{index}.png", png(plane))
    return tmp_path / "dev"


@pytest.fixture(autouse=True)
def _no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quick model in the place of closed form, whose solver takes long to compile."""
    for module in (study, trimap_free):
        monkeypatch.setattr(module, "ClosedForm", BlurredTrimap)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
