"""The pool of photos: in RGB, reduced, capped per folder."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from training.photos import SHORT_SIDE, load_photos


def write(path: Path, *, width: int = 320, height: int = 310, colour: tuple[int, int, int] = (10, 120, 240)) -> None:
    """A plain photo of the given RGB colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((height, width, 3), colour[::-1], np.uint8))


def test_photos_are_read_in_rgb_and_large_ones_are_reduced(tmp_path: Path) -> None:
    write(tmp_path / "a.png")
    write(tmp_path / "sub" / "B.PNG", width=1200, height=800)
    small, large = load_photos(tmp_path)
    assert small.shape == (310, 320, 3)
    np.testing.assert_array_equal(small[5, 5], [10, 120, 240])
    assert large.shape == (SHORT_SIDE, round(1200 * SHORT_SIDE / 800), 3)
    assert large.dtype == np.uint8


def test_no_folder_gives_more_than_its_cap(tmp_path: Path) -> None:
    for index in range(4):
        write(tmp_path / "many" / f"{index}.png")
    write(tmp_path / "few" / "0.png")
    assert len(load_photos(tmp_path, per_folder=2)) == 3


def test_small_and_damaged_files_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "small.png", width=500, height=200)
    (tmp_path / "damaged.jpg").write_bytes(b"no picture")
    (tmp_path / "notes.txt").write_text("no picture either")
    with pytest.raises(FileNotFoundError, match="no photo of at least 300 pixels"):
        load_photos(tmp_path)
    write(tmp_path / "good.png")
    assert len(load_photos(tmp_path)) == 1
