"""A pool that is renewed: which shards it holds is a function of the step, and so is every batch."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tiny_samples import tiny_samples

from training.batches import sample_stream as module
from training.batches.batch import Batch
from training.batches.sample_pool import Probabilities
from training.batches.sample_stream import AHEAD, SampleStream, StreamSettings
from training.batches.samples import SampleSet

SETTINGS = StreamSettings(shard=2, first=2, pool=3, steps_per_shard=10)
Start = Callable[..., SampleStream]


def numbered_shard(number: int) -> SampleSet:
    """Two samples whose alpha, where it counts, tells the number of their shard."""
    samples = tiny_samples(2, side=16, seed=number)
    samples.alpha[samples.trimap == 128] = 100 + 5 * number
    return samples


def broken_shard(number: int) -> SampleSet:
    raise ValueError(f"shard {number} cannot be made")


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """A stream whose workers are threads, which start at once."""
    monkeypatch.setattr(module, "ProcessPoolExecutor", lambda workers, *_, **__: ThreadPoolExecutor(workers))
    streams: list[SampleStream] = []

    def started(folder: str = "shards", *, make: module.MakeShard = numbered_shard, seed: int = 0) -> SampleStream:
        streams.append(SampleStream(make, tmp_path / folder, settings=SETTINGS, size=3, crop=16, seed=seed))
        return streams[-1]

    yield started
    for stream in streams:
        stream.close()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What the last batch was drawn from: `samples` and `probabilities`."""
    seen = SimpleNamespace()
    draw = module.draw_batch

    def noticed(rng: np.random.Generator, samples: SampleSet, probabilities: Probabilities, **kwargs: int) -> Batch:
        seen.samples, seen.probabilities = samples, probabilities
        return draw(rng, samples, probabilities, **kwargs)

    monkeypatch.setattr(module, "draw_batch", noticed)
    return seen


def shards_of(samples: SampleSet, probabilities: Probabilities) -> set[int]:
    """Numbers of the shards that can be drawn."""
    middles = [
        int(alpha[trimap == 128][0])
        for alpha, trimap in zip(samples.alpha, samples.trimap, strict=True)
        if (trimap == 128).any()
    ]
    possible = [row for row in range(len(samples)) if probabilities[row] > 0]
    assert len(possible) == len(middles)
    return {(middle - 100) // 5 for middle in middles}


def same(one: Batch, other: Batch) -> bool:
    return torch.equal(one.inputs.rgb, other.inputs.rgb) and torch.equal(one.alpha, other.alpha)


@pytest.mark.parametrize(
    ("step", "numbers"), [(0, [0, 1]), (9, [0, 1]), (10, [0, 1, 2]), (20, [1, 2, 3]), (29, [1, 2, 3]), (95, [8, 9, 10])]
)
def test_the_pool_fills_up_and_then_loses_its_oldest_shard_for_each_new_one(step: int, numbers: list[int]) -> None:
    assert list(SETTINGS.shards_at(step)) == numbers


@pytest.mark.parametrize("step", [0, 10, 20, 25, 30, 70])
def test_batches_are_drawn_from_the_shards_of_the_step_and_no_others(
    start: Start, drawn: SimpleNamespace, step: int
) -> None:
    stream = start()
    for earlier in range(0, step, 10):
        stream.batch(earlier)
    stream.batch(step)
    assert shards_of(drawn.samples, drawn.probabilities) == set(SETTINGS.shards_at(step))


def test_empty_places_of_the_pool_have_no_probability(start: Start, drawn: SimpleNamespace) -> None:
    start().batch(0)
    assert drawn.probabilities.shape == (6,)
    assert (drawn.probabilities[:4] > 0).all()
    assert (drawn.probabilities[4:] == 0).all()
    np.testing.assert_allclose(drawn.probabilities.sum(), 1)


def test_a_stream_that_starts_later_has_the_batches_it_would_have_had(start: Start) -> None:
    through = start("one")
    batches = {step: through.batch(step) for step in range(0, 60, 5)}
    resumed = start("other")
    for step in (35, 40, 55):
        assert same(resumed.batch(step), batches[step])
    assert not same(batches[35], batches[40])


def test_another_seed_draws_other_batches_from_the_same_shards(start: Start) -> None:
    assert not same(start("one").batch(0), start("other", seed=1).batch(0))


def test_a_stream_can_go_back(start: Start) -> None:
    stream = start()
    before = stream.batch(0)
    stream.batch(60)
    assert same(stream.batch(0), before)


def test_files_of_shards_that_left_are_deleted_and_all_of_them_in_the_end(start: Start, tmp_path: Path) -> None:
    stream = start()
    for step in range(0, 50, 10):
        stream.batch(step)
    for number in range(SETTINGS.shards_at(40).stop + AHEAD):  # until the workers are through
        if number >= SETTINGS.shards_at(40).start:
            stream.shard(number)
    left = sorted(path.name for path in (tmp_path / "shards").iterdir())
    assert left == [f"shard-{number:06d}.safetensors" for number in range(3, 6 + AHEAD)]
    stream.close(keep=True)
    assert sorted(path.name for path in (tmp_path / "shards").iterdir()) == left
    stream.close()
    assert not (tmp_path / "shards").exists()


def test_a_shard_that_lies_there_is_not_made_again(start: Start, tmp_path: Path) -> None:
    (tmp_path / "shards").mkdir()
    tiny_samples(2, side=16, seed=99).save(tmp_path / "shards" / "shard-000001.safetensors")
    assert torch.equal(start().shard(1).rgb, tiny_samples(2, side=16, seed=99).rgb)


def test_an_error_of_a_worker_surfaces(start: Start) -> None:
    with pytest.raises(ValueError, match="shard 0 cannot be made"):
        start(make=broken_shard).batch(0)


def test_workers_are_processes_of_their_own_that_end_with_the_stream(tmp_path: Path) -> None:
    before = set(multiprocessing.active_children())
    stream = SampleStream(numbered_shard, tmp_path, settings=SETTINGS, size=2, crop=16)
    assert torch.equal(stream.shard(4).rgb, numbered_shard(4).rgb)
    assert len(set(multiprocessing.active_children()) - before) == 1
    stream.close()
    assert set(multiprocessing.active_children()) <= before


@pytest.mark.parametrize(
    "wrong", [{"first": 0}, {"first": 5, "pool": 4}, {"shard": 0}, {"steps_per_shard": 0}, {"first": -1}]
)
def test_settings_that_make_no_pool_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least one to begin with"):
        StreamSettings(**wrong)


def patient_shard(number: int) -> SampleSet:
    """Takes longer than anybody waits for."""
    time.sleep(60)
    return numbered_shard(number)


def begin_and_die(folder: Path, told: Path) -> None:
    """A training that is killed while its worker is at work."""
    stream = SampleStream(patient_shard, folder, settings=SETTINGS, size=3, crop=16)
    stream.prepare()
    while not (workers := multiprocessing.active_children()):
        time.sleep(0.05)
    time.sleep(2)  # until it is up
    told.write_text(str(workers[0].pid))
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_a_worker_ends_with_a_training_that_was_killed(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    training = multiprocessing.get_context("spawn").Process(target=begin_and_die, args=(tmp_path / "shards", told))
    training.start()
    training.join(timeout=90)
    worker = int(told.read_text())
    deadline = time.monotonic() + 20
    while Path(f"/proc/{worker}/stat").exists() and " Z " not in Path(f"/proc/{worker}/stat").read_text():
        assert time.monotonic() < deadline, "the worker is still alive"
        time.sleep(0.2)
