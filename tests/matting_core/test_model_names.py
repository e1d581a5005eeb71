"""Models by name: what ships, what needs no weights, what a studio brings along, and clear words otherwise."""

from pathlib import Path

import numpy as np
import pytest

from matting_core.errors import MattingError, UnknownModelError, WeightsError
from matting_core.matting import Matting
from matting_core.model_names import is_model_path, named_models, open_matting
from matting_core.networks.compact.compact import CompactNetwork
from matting_core.networks.registry import save_network


def test_every_named_model_opens_and_predicts() -> None:
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (24, 30, 3), np.uint8)
    trimap = np.full((24, 30), 128, np.uint8)
    trimap[:, :8], trimap[:, 22:] = 0, 255
    assert set(named_models()) >= {"compact", "closed-form", "half-closed-form", "knn"}
    assert "drafter" not in named_models(), "it ships, but makes trimaps"
    for name in named_models():
        matting = open_matting(name)
        assert isinstance(matting, Matting)
        assert matting.name == name
        alpha = matting.predict(rgb, trimap)
        np.testing.assert_array_equal(alpha[trimap == 0], 0)
        np.testing.assert_array_equal(alpha[trimap == 255], 1)


def test_own_weights_of_an_architecture_open_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.safetensors"
    file.write_bytes(save_network(CompactNetwork()))
    assert is_model_path(f"compact:{file}")
    assert open_matting(f"compact:{file}").name == "compact"


def test_a_model_in_a_file_is_told_from_a_name(tmp_path: Path) -> None:
    assert is_model_path("somewhere/ours.onnx")
    assert is_model_path(str(tmp_path))
    assert is_model_path("hub:somebody/vitmatte")
    assert is_model_path("matteformer:released.pth")
    assert not is_model_path("compact")
    assert not is_model_path("run 7: with replay")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("compakt", "choose one of compact"),
        ("compact:nowhere.safetensors", "cannot be read"),
        ("nowhere.onnx", "nowhere"),
    ],
)
def test_what_cannot_be_opened_is_told_in_words(name: str, words: str) -> None:
    with pytest.raises(MattingError, match=words):
        open_matting(name)


def test_an_unknown_name_and_wrong_weights_are_different_errors(tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError):
        open_matting("none such")
    file = tmp_path / "released.pth"
    file.write_bytes(b"not a checkpoint")
    with pytest.raises(WeightsError, match="matteformer"):
        open_matting(f"compact:{file}")
    with pytest.raises(WeightsError):
        open_matting(f"matteformer:{file}")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MattingError):
        open_matting(str(tmp_path))
