"""Material: squares of photos of any shape, as many as wanted, and alphas that are drawn once."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from training.composing import material as module
from training.composing.material import Material, gather_material, squares
from training.photos import SMALLEST_SIDE

SIDE = 32


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SIDE", SIDE)


def photo(height: int, width: int, *, first: int = 40, last: int = 200) -> np.ndarray:
    """Dark in its first half and bright in the other, along its longer side."""
    plain = np.full((height, width, 3), first, np.uint8)
    if height > width:
        plain[height // 2 :] = last
    else:
        plain[:, width // 2 :] = last
    return plain


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five photos of one grey each."""
    (tmp_path / "photos").mkdir()
    for number in range(5):
        plain = np.full((SMALLEST_SIDE, SMALLEST_SIDE, 3), 40 * number, np.uint8)
        cv2.imwrite(str(tmp_path / "photos" / f"{number}.png"), plain)
    return tmp_path / "photos"


def greys(material: Material) -> list[int]:
    return sorted(int(square.float().mean()) for square in material.photos)


@pytest.mark.parametrize("shape", [(100, 50), (50, 100), (15, 30)])
def test_an_oblong_photo_gives_both_of_its_ends(shape: tuple[int, int]) -> None:
    cut = squares([photo(*shape)])
    assert cut.shape == (2, 3, SIDE, SIDE)
    assert cut.dtype == torch.uint8
    assert (cut[0] == 40).all()
    assert (cut[1] == 200).all()


@pytest.mark.parametrize("shape", [(50, 60), (60, 50), (50, 50)])
def test_a_photo_that_is_nearly_square_gives_its_middle(shape: tuple[int, int]) -> None:
    (cut,) = squares([photo(*shape)])
    along = cut[0].float().mean(0 if shape[1] >= shape[0] else 1)
    assert along[0] == 40
    assert along[-1] == 200
    assert float(along.mean()) == pytest.approx(120, abs=4)


def test_squares_keep_their_order_of_photos_and_channels() -> None:
    colour = np.full((40, 40, 3), (10, 120, 240), np.uint8)
    cut = squares([colour, photo(20, 40), colour])
    assert cut.shape[0] == 4
    assert cut[0, :, 5, 5].tolist() == cut[3, :, 5, 5].tolist() == [10, 120, 240]


def test_material_is_bytes_of_photos_and_alphas(folder: Path) -> None:
    material = gather_material(folder, alphas=3, seed=0)
    assert greys(material) == [0, 40, 80, 120, 160]
    assert material.alphas.shape == (3, SIDE, SIDE)
    assert material.alphas.dtype == torch.uint8
    assert material.transmits.shape == (3,)
    assert material.transmits.dtype == torch.bool


def test_of_many_photos_a_random_choice_is_taken(folder: Path) -> None:
    chosen = [greys(gather_material(folder, alphas=1, seed=seed, most_photos=2)) for seed in (0, 0, 1, 2, 3)]
    assert all(len(set(choice)) == 2 for choice in chosen)
    assert chosen[0] == chosen[1]
    assert len({tuple(choice) for choice in chosen}) > 1
    assert len(greys(gather_material(folder, alphas=1, seed=0, most_photos=50))) == 5


def test_alphas_that_were_kept_are_read_back_and_not_drawn_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "deeper" / "alphas.safetensors"
    drawn = gather_material(folder, alphas=4, seed=1, kept=kept)
    monkeypatch.setattr(module, "draw_pool", None)
    again = gather_material(folder, alphas=4, seed=1, kept=kept)
    assert torch.equal(drawn.alphas, again.alphas)
    assert torch.equal(drawn.transmits, again.transmits)
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_a_folder_without_photos_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        gather_material(tmp_path, alphas=1, seed=0)


def test_all_of_it_moves_to_a_device_together() -> None:
    planes = torch.zeros(1, 3, 8, 8, dtype=torch.uint8)
    moved = Material(planes, planes[:, 0], torch.zeros(1, dtype=torch.bool)).to("meta")
    assert {moved.photos.device.type, moved.alphas.device.type, moved.transmits.device.type} == {"meta"}
