"""The learned drafter says when there is nothing learnt yet, and owes all that the others owe."""

import numpy as np
import pytest
import torch
from scenes import meadow, studio

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, check_trimap
from matting_core.box import Box
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.drafter import Click, Hints
from matting_core.drafting.evidence import PLANES
from matting_core.drafting.learned import LearnedDrafter
from matting_core.drafting.learned_network import (
    CHANNELS,
    DraftingNetwork,
    load_drafting_network,
    network_input,
    save_drafting_network,
    subject_probability,
)
from matting_core.errors import NothingLearnedError, WeightsError
from matting_core.trimap import Label


class RedIsSubject(torch.nn.Module):
    """As a network would be that has learnt the made-up studio."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (x[:, :1] - x[:, 1:2]) * 12 - 5


class Undecided(torch.nn.Module):
    """As one would be that can tell a subject only from grey, not from other subjects."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.where((x[:, :1] - x[:, 1:2]).abs() + (x[:, 1:2] - x[:, 2:3]).abs() > 0.4, 0.3, -5.0)


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


def test_a_click_takes_the_region_around_it_from_the_subject() -> None:
    rgb, subject = studio()
    draft = LearnedDrafter(RedIsSubject()).draft(rgb, Hints(clicks=(Click(76, 80, Label.BACKGROUND),)))
    assert (draft.trimap[subject] == FOREGROUND).mean() < 0.4


def test_what_the_network_doubts_is_left_unknown() -> None:
    rgb, subject = studio(height=432, width=576)
    doubted = LearnedDrafter(Undecided()).draft(rgb)
    certain = LearnedDrafter(RedIsSubject()).draft(rgb)
    assert (doubted.trimap[~subject] == FOREGROUND).mean() < 0.005
    assert (doubted.trimap == UNKNOWN).mean() >= (certain.trimap == UNKNOWN).mean()
    assert doubted.doubtful_share > certain.doubtful_share


def test_a_network_that_was_taught_nothing_drafts_as_the_automatic_drafter_does() -> None:
    for rgb, _ in (studio(height=300, width=400), meadow(height=300, width=400)):
        automatic = AutomaticDrafter().draft(rgb).trimap
        untaught = LearnedDrafter(DraftingNetwork()).draft(rgb).trimap
        both_known = (automatic != UNKNOWN) & (untaught != UNKNOWN)
        assert both_known.mean() > 0.8
        assert (automatic == untaught)[both_known].mean() > 0.995


def test_the_network_sees_colours_and_evidence() -> None:
    rgb = np.zeros((16, 32, 3), np.uint8)
    rgb[..., 1] = 255
    evidence = np.zeros((16, 32, len(PLANES)), np.uint8)
    evidence[..., -1] = 255
    planes = network_input(rgb, evidence)
    assert (planes.shape, planes.dtype) == ((CHANNELS, 16, 32), np.float32)
    assert planes[:, 4, 4].tolist() == [-1, 1, -1, *[-1] * 9, 1]


def test_looks_of_all_sides_and_their_mirror_images_are_averaged() -> None:
    rgb = np.zeros((40, 56, 3), np.uint8)
    rgb[:, :28, 0] = 255
    evidence = np.zeros((40, 56, len(PLANES)), np.uint8)
    probability = subject_probability(RedIsSubject(), rgb, evidence, sides=(28, 56))
    assert probability.shape == (40, 56)
    assert probability[:, :24].min() > 0.95
    assert probability[:, 32:].max() < 0.05
