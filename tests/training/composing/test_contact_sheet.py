"""The contact sheet: a row for each phenomenon, and two of composed photographs below it if there are photos."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import typer

from training.composing import contact_sheet as module
from training.composing.contact_sheet import GAP, LABEL, contact_sheet
from training.pretext.alphas import PHENOMENA


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRAWN", 48)


@pytest.fixture
def blue_photos(tmp_path: Path) -> Path:
    """A folder with one photo, all blue."""
    (tmp_path / "photos").mkdir()
    cv2.imwrite(str(tmp_path / "photos" / "blue.png"), np.full((300, 300, 3), (200, 90, 20), np.uint8))
    return tmp_path / "photos"


def test_a_sheet_has_one_labelled_row_for_each_phenomenon(tmp_path: Path) -> None:
    contact_sheet(tmp_path / "all.png", count=2, side=32)
    sheet = cv2.imread(str(tmp_path / "all.png"), cv2.IMREAD_GRAYSCALE)
    assert sheet.shape == (len(PHENOMENA) * (32 + GAP), LABEL + 2 * 32 + 3 * GAP)
    for row in range(len(PHENOMENA)):
        strip = sheet[row * (32 + GAP) : row * (32 + GAP) + 32]
        assert strip[:, :LABEL].max() > 200
        assert strip[:, LABEL + GAP : LABEL + GAP + 32].std() > 0


def test_a_sheet_shows_only_what_is_asked_for(tmp_path: Path) -> None:
    contact_sheet(tmp_path / "two.png", phenomenon=["glass", "fur"], count=1, side=32)
    assert cv2.imread(str(tmp_path / "two.png")).shape[0] == 2 * (32 + GAP)


def test_photographs_and_their_trimaps_lie_below_the_alphas(tmp_path: Path, blue_photos: Path) -> None:
    contact_sheet(tmp_path / "composed.png", phenomenon=["solid", "glass"], photos=blue_photos, count=2, side=32)
    sheet = cv2.imread(str(tmp_path / "composed.png"))
    assert sheet.shape[:2] == (6 * (32 + GAP), LABEL + 2 * 32 + 3 * GAP)
    for first in (0, 3):
        rows = [sheet[row * (32 + GAP) :][:32, LABEL + GAP :][:, :32].astype(int) for row in range(first, first + 3)]
        alpha, photograph, trimap = ((row[..., 0] - row[..., 2]) for row in rows)
        assert (alpha == 0).all()
        assert photograph.mean() > 30, "blue, and not red"
        assert (trimap == 0).all()
        assert len(np.unique(rows[2])) > 2


def test_another_seed_gives_another_sheet(tmp_path: Path) -> None:
    for seed in (0, 1):
        contact_sheet(tmp_path / f"{seed}.png", phenomenon=["fur"], count=1, side=32, seed=seed)
    assert (tmp_path / "0.png").read_bytes() != (tmp_path / "1.png").read_bytes()


def test_an_unknown_phenomenon_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match=r"called fog; there are .*smoke"):
        contact_sheet(tmp_path / "fog.png", phenomenon=["fog"])
