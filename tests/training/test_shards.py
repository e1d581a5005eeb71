"""Shards: a function of their number, of the wanted length, with the prior of what a file would hold."""

import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny_material import seeded, tiny_material

from matting_core.prior.classical_prior import classical_prior
from training import shards as module
from training.batches.samples import SampleSet
from training.composing.composer import Composer, Pretext
from training.composing.realistic import RealisticSettings
from training.pretext.patches import PatchSettings
from training.shards import HELD_OUT, ShardMaker, with_priors

COMPOSE = Composer(Pretext.REALISTIC, 32, PatchSettings(), RealisticSettings())
MAKER = ShardMaker(COMPOSE, Path("photos"), Path("alphas"), drawn=3, most_photos=None, length=3, seed=0)


@pytest.fixture(autouse=True)
def gathered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """The folders that material was gathered from; none of them is looked into."""
    folders: list[Path] = []

    def gather(photos: Path, **_: object) -> object:
        folders.append(photos)
        return tiny_material()

    monkeypatch.setattr(module, "gather_material", gather)
    module._material.cache_clear()
    yield folders
    module._material.cache_clear()


def same(one: SampleSet, other: SampleSet) -> bool:
    ours, theirs = one.planes(), other.planes()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_shard_is_a_function_of_its_number_and_the_seed() -> None:
    shard = MAKER(7)
    assert same(MAKER(7), shard)
    assert not same(MAKER(8), shard)
    assert not same(MAKER(HELD_OUT), shard)
    assert not same(replace(MAKER, seed=1)(7), shard)


@pytest.mark.parametrize("length", [1, 2, 5])
def test_a_shard_has_its_length_however_many_are_composed_at_once(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOGETHER", 2)
    shard = replace(MAKER, length=length)(0)
    assert len(shard) == length
    assert shard.rgb.shape == (length, 3, 32, 32)
    assert shard.half.shape == (length, 11, 16, 16)
    assert all(plane.dtype == torch.uint8 for plane in shard.planes().values())
    assert len({row.numpy().tobytes() for row in shard.rgb}) == length


def test_material_is_gathered_once_for_all_shards(gathered: list[Path]) -> None:
    for number in range(3):
        replace(MAKER, length=1)(number)
    assert gathered == [Path("photos")]


def test_samples_hold_what_a_file_would_hold_and_its_prior() -> None:
    photos = COMPOSE(seeded(), tiny_material(), 2)
    for row, sample in enumerate(with_priors(photos)):
        assert len(sample) == 1
        torch.testing.assert_close(sample.rgb[0] / 255, photos.rgb[row], atol=1e-6, rtol=0)
        assert torch.equal(sample.trimap[0], photos.trimap[row, 0])
        torch.testing.assert_close(sample.alpha[0] / 255, photos.alpha[row, 0], atol=0.51 / 255, rtol=0)
        rgb, trimap = sample.rgb[0].permute(1, 2, 0).numpy(), sample.trimap[0].numpy()
        expected = classical_prior(rgb, trimap).full_alpha(rgb, trimap)
        np.testing.assert_allclose(sample.prior[0] / 255, expected, atol=0.51 / 255)


def test_a_maker_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(MAKER)) == MAKER  # noqa: S301
