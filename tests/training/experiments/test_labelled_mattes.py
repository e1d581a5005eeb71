"""Mattes to learn from: cut once, and shown so many at a time."""

from pathlib import Path

import numpy as np
import pytest
from small_images import png

from training.experiments.labelled import TooFewMattesError, first_labels, labelled_windows


def test_windows_are_kept_and_a_matte_without_a_subject_is_left_out(mattes: Path, tmp_path: Path) -> None:
    empty = np.zeros((320, 320), np.uint8)
    (mattes / "cats" / "alpha" / "1.png").write_bytes(png(empty))
    told: list[tuple[int, int]] = []
    windows = labelled_windows(mattes, tmp_path / "kept", on_matte=lambda at, of: told.append((at, of)))
    assert len(windows) == 3
    assert told[-1] == (4, 4)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "kept").iterdir()}
    assert sorted(before) == ["cats-0.safetensors", "dogs-0.safetensors", "dogs-1.safetensors"]
    labelled_windows(mattes, tmp_path / "kept")
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "kept").iterdir()} == before

    few, more = first_labels(windows, 1, seed=5), first_labels(windows, 3, seed=5)
    assert (more.rgb[: len(few)] == few.rgb).all()
    assert len(more) == sum(map(len, windows))
    with pytest.raises(TooFewMattesError, match="4 mattes are asked for and 3 are usable"):
        first_labels(windows, 4, seed=0)
