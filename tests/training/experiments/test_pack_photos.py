"""Packs stay below their limit, keep their folders, and are read as the photos themselves are."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from training.experiments import pack_photos
from training.photos import load_photos


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Five noisy photos, one of them too small to train on."""
    rng = np.random.default_rng(0)
    for name, side in (("a/1.png", 500), ("a/1.jpg", 400), ("a/2.png", 384), ("b/c/3.png", 320), ("b/c/4.png", 200)):
        path = tmp_path / "large" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), rng.integers(0, 256, (side, side + 50, 3), np.uint8))
    return tmp_path / "large"


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_pack_keeps_folders_and_is_read_like_the_photos(large: Path, tmp_path: Path) -> None:
    assert pack_photos.pack_photos(large, tmp_path / "pack", megabytes=45) == 4
    names = sorted(str(path.relative_to(tmp_path / "pack")) for path in (tmp_path / "pack").rglob("*.jpg"))
    assert names == ["a/1.jpg.jpg", "a/1.png.jpg", "a/2.png.jpg", "b/c/3.png.jpg"]
    packed, plain = load_photos(tmp_path / "pack"), load_photos(large)
    assert sorted(photo.shape for photo in packed) == sorted(photo.shape for photo in plain)


def test_a_small_limit_costs_quality_first_and_then_photos(large: Path, tmp_path: Path) -> None:
    sizes = {}
    for limit in (0.7, 0.35, 0.2):
        out = tmp_path / f"{limit}"
        count = pack_photos.pack_photos(large, out, megabytes=limit)
        assert size_of(out) <= limit * 1_000_000
        sizes[limit] = count
    assert sizes[0.7] == 4
    assert 1 <= sizes[0.2] < 4


def test_a_folder_gives_no_more_than_its_share(large: Path, tmp_path: Path) -> None:
    pack_photos.pack_photos(large, tmp_path / "pack", megabytes=45, per_folder=1)
    assert len(list((tmp_path / "pack" / "a").iterdir())) == 1


def test_the_command_says_what_it_packed_and_when_there_is_nothing(large: Path, tmp_path: Path) -> None:
    app = typer.Typer()
    app.command()(pack_photos.main)
    done = CliRunner().invoke(app, [str(large), str(tmp_path / "pack")])
    assert (done.exit_code, done.output) == (0, f"4 photos in {tmp_path / 'pack'}\n")
    (tmp_path / "empty").mkdir()
    failed = CliRunner().invoke(app, [str(tmp_path / "empty"), str(tmp_path / "other")])
    assert failed.exit_code == 1
    assert "no photo of at least 300 pixels" in failed.output
