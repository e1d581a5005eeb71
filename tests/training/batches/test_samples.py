"""Sample sets: what is stacked, stored and cut stays what it was; eight bits are enough."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from tiny_samples import tiny_samples

from matting_core.prior.classical_prior import classical_prior
from training.batches.samples import HALF_SCALE, SampleSet, pack


def assert_equal(one: SampleSet, two: SampleSet) -> None:
    assert one.planes().keys() == two.planes().keys()
    for name, plane in two.planes().items():
        assert torch.equal(one.planes()[name], plane)
        assert plane.dtype == torch.uint8


def test_a_saved_set_comes_back_identical(tmp_path: Path) -> None:
    samples = tiny_samples(3)
    samples.save(tmp_path / "shard.safetensors")
    assert_equal(samples, SampleSet.load(tmp_path / "shard.safetensors"))
    assert [path.name for path in tmp_path.iterdir()] == ["shard.safetensors"]


def test_a_part_of_a_set_is_saved_without_the_rest(tmp_path: Path) -> None:
    tiny_samples(8)[slice(2, 3)].save(tmp_path / "one.safetensors")
    assert_equal(tiny_samples(8)[slice(2, 3)], SampleSet.load(tmp_path / "one.safetensors"))
    assert (tmp_path / "one.safetensors").stat().st_size < 64 * 64 * 10


def test_a_stored_set_holds_its_planes_and_no_code(tmp_path: Path) -> None:
    tiny_samples(1).save(tmp_path / "shard.safetensors")
    with safe_open(tmp_path / "shard.safetensors", "pt") as file:
        assert sorted(file.keys()) == ["alpha", "half", "prior", "rgb", "trimap"]


def test_joining_the_slices_of_a_set_restores_it() -> None:
    samples = tiny_samples(5)
    parts = [samples[slice(0, 2)], samples[slice(2, 3)], samples[slice(3, 5)]]
    assert [len(part) for part in parts] == [2, 1, 2]
    assert_equal(samples, SampleSet.join(parts))


def test_rows_are_picked_by_index_in_every_plane_alike() -> None:
    samples = tiny_samples(4)
    picked = samples[torch.tensor([3, 1, 3])]
    assert_equal(picked, SampleSet.join([samples[slice(row, row + 1)] for row in (3, 1, 3)]))


def test_packing_loses_at_most_half_a_step_of_eight_bits() -> None:
    rng = np.random.default_rng(0)
    photo = rng.integers(0, 256, (40, 40, 3), np.uint8)
    trimap = np.full((40, 40), 128, np.uint8)
    trimap[:, :8], trimap[:, -8:] = 0, 255
    truth = rng.integers(0, 256, (40, 40), np.uint8)
    prior = classical_prior(photo, trimap)
    samples = pack(photo, trimap, truth, prior)
    assert len(samples) == 1
    np.testing.assert_array_equal(samples.rgb[0].permute(1, 2, 0), photo)
    np.testing.assert_array_equal(samples.trimap[0], trimap)
    np.testing.assert_array_equal(samples.alpha[0], truth)
    assert (samples.prior[0] / 255 - prior.full_alpha(photo, trimap)).abs().max() <= 0.501 / 255
    representable = (prior.half_planes() * HALF_SCALE).clamp(0, 1) / HALF_SCALE
    assert ((samples.half[0] / 255 / HALF_SCALE - representable).abs() <= 0.501 / 255 / HALF_SCALE).all()
    assert samples.half.shape == (1, 11, 20, 20)


def test_room_for_samples_is_overwritten_in_place() -> None:
    samples = tiny_samples(5)
    room = samples.empty_like(6, device="cpu")
    assert len(room) == 6
    assert not room.rgb.any()
    room.put(slice(1, 3), samples[slice(0, 2)])
    assert_equal(room[slice(1, 3)], samples[slice(0, 2)])
    assert not room.alpha[3:].any()
    assert not room.half[0].any()


def test_all_planes_move_to_a_device_together() -> None:
    moved = tiny_samples(1).to("meta")
    assert {plane.device.type for plane in moved.planes().values()} == {"meta"}


def doubted(count: int) -> SampleSet:
    """Samples whose upper half is not to be believed."""
    samples = tiny_samples(count)
    trusted = torch.ones_like(samples.trimap)
    trusted[:, :32] = 0
    return replace(samples, trusted=trusted)


def test_where_alpha_is_believed_goes_with_the_samples_through_a_file(tmp_path: Path) -> None:
    doubted(3).save(tmp_path / "samples.safetensors")
    assert_equal(doubted(3), SampleSet.load(tmp_path / "samples.safetensors"))
    assert_equal(doubted(3)[slice(1, 2)], SampleSet.load(tmp_path / "samples.safetensors")[slice(1, 2)])


def test_beside_samples_that_are_doubted_in_part_the_others_are_believed_everywhere() -> None:
    joined = SampleSet.join([tiny_samples(2), doubted(1)])
    assert joined.trusted is not None
    assert joined.trusted[:2].all()
    assert torch.equal(joined.trusted[2:], doubted(1).trusted)
    assert SampleSet.join([tiny_samples(2), tiny_samples(1)]).trusted is None
