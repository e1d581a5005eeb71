"""The learned drafter says when there is nothing learnt yet, and owes all that the others owe."""

import numpy as np
import pytest
import torch
from scenes import studio

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, check_trimap
from matting_core.box import Box
from matting_core.drafting.drafter import Click, Hints
from matting_core.drafting.learned import LearnedDrafter
from matting_core.drafting.learned_network import (
    DraftingNetwork,
    load_drafting_network,
    network_input,
    save_drafting_network,
)
from matting_core.drafting.small_hints import small_hints
from matting_core.errors import NothingLearnedError, WeightsError
from matting_core.trimap import Label


class RedIsSubject(torch.nn.Module):
    """As a network would be that has learnt the made-up studio."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        redness = (x[:, 0] - x[:, 1]) * 12 - 5
        return torch.stack([-redness, torch.full_like(redness, 1.5), redness], 1)


@pytest.fixture
def weights() -> bytes:
    torch.manual_seed(0)
    return save_drafting_network(DraftingNetwork())


def test_without_weights_it_says_what_to_do() -> None:
    with pytest.raises(NothingLearnedError, match="approve photos of at least two products, then run"):
        LearnedDrafter().draft(studio()[0])


def test_weights_are_the_same_after_saving_and_loading(weights: bytes) -> None:
    assert save_drafting_network(load_drafting_network(weights)) == weights
    rgb, _ = studio()
    first, again = (LearnedDrafter.from_weights(weights).draft(rgb) for _ in range(2))
    np.testing.assert_array_equal(first.trimap, again.trimap)


@pytest.mark.parametrize("damage", [lambda data: data[:100], lambda data: b"{}", lambda _data: b""])
def test_damaged_weights_are_refused(weights: bytes, damage) -> None:
    with pytest.raises(WeightsError, match="not a readable safetensors file"):
        LearnedDrafter.from_weights(damage(weights))


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(WeightsError, match="do not fit the drafter's network"):
        load_drafting_network(save_drafting_network(DraftingNetwork(widths=(8, 8, 8, 8, 8))))


@pytest.mark.parametrize("shape", [(40, 50), (8, 8), (700, 20), (144, 192)])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_every_photo_gets_all_three_classes(weights: bytes, shape: tuple[int, int], depth: type) -> None:
    rgb = np.random.default_rng(0).integers(0, np.iinfo(depth).max, (*shape, 3)).astype(depth)
    draft = LearnedDrafter.from_weights(weights).draft(rgb)
    assert set(np.unique(check_trimap(draft.trimap, like=rgb))) == {BACKGROUND, UNKNOWN, FOREGROUND}
    assert draft.confidence.shape == shape


def test_classes_become_a_trimap_and_doubt_lies_along_its_band() -> None:
    rgb, subject = studio(height=432, width=576)
    draft = LearnedDrafter(RedIsSubject()).draft(rgb)
    known = draft.trimap != UNKNOWN
    assert known.mean() > 0.9
    assert ((draft.trimap == FOREGROUND) != subject)[known].mean() < 0.005
    assert draft.confidence[~known].mean() < draft.confidence[known].mean() - 0.3


def test_box_and_clicks_are_kept() -> None:
    rgb, _ = studio()
    hints = Hints(box=Box(0, 0, 80, 144), clicks=(Click(70, 80, Label.BACKGROUND), Click(10, 10, Label.FOREGROUND)))
    draft = LearnedDrafter(RedIsSubject()).draft(rgb, hints)
    assert (draft.trimap[:, 84:] == BACKGROUND).all()
    assert draft.trimap[80, 70] == BACKGROUND
    assert draft.trimap[10, 10] == FOREGROUND
    assert draft.confidence[80, 70] == draft.confidence[10, 10] == 1


def test_the_network_sees_colours_and_hints() -> None:
    rgb = np.zeros((16, 32, 3), np.uint8)
    rgb[..., 1] = 255
    hints = Hints(box=Box(0, 0, 16, 16), clicks=(Click(4, 4, Label.FOREGROUND),), mask=np.ones((16, 32), np.bool_))
    planes = network_input(rgb, small_hints(hints, full=(16, 32), small=(16, 32)))
    assert planes[:, 4, 4].tolist() == [-1, 1, -1, 1, 1, 0, 1]
    assert planes[:, 4, 30].tolist() == [-1, 1, -1, -1, 0, 0, 1]
    without = network_input(rgb, small_hints(Hints(), full=(16, 32), small=(16, 32)))
    assert (without[3:] == 0).all()
