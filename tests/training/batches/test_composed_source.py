"""Batches composed on the device: the same for the same step, others for every other one."""

import torch
from tiny_material import tiny_material

from training.batches.composed_source import ComposedSource
from training.composing.composer import Composer, Pretext
from training.composing.realistic import RealisticSettings
from training.pretext.composed_photos import ComposedPhotos
from training.pretext.patches import PatchSettings


def compose(generator: torch.Generator, count: int) -> ComposedPhotos:
    composer = Composer(Pretext.PATCHES, 32, PatchSettings(size=32, grid=8), RealisticSettings())
    return composer(generator, tiny_material(), count)


def source(*, seed: int = 0, process: int = 0) -> ComposedSource:
    return ComposedSource(compose, size=2, seed=seed, process=process)


def test_a_batch_is_a_function_of_seed_process_and_step() -> None:
    sources = (source(), source(seed=1), source(process=1))
    first, *others = [made.batch(3).inputs.rgb for made in sources]
    others.append(source().batch(4).inputs.rgb)
    assert torch.equal(source().batch(3).inputs.rgb, first)
    assert not any(torch.equal(other, first) for other in others)


def test_batches_have_the_size_and_know_the_colours() -> None:
    batch = source().batch(0)
    assert source().size == len(batch.alpha) == 2
    assert batch.foreground is not None
    assert batch.background is not None
    mixed = batch.alpha * batch.foreground + (1 - batch.alpha) * batch.background
    torch.testing.assert_close(batch.inputs.rgb, mixed)


def test_nothing_is_remembered_for_gradients() -> None:
    factor = torch.tensor(1.0, requires_grad=True)

    def learnable(generator: torch.Generator, count: int) -> ComposedPhotos:
        made = compose(generator, count)
        return ComposedPhotos(made.rgb * factor, made.trimap, made.alpha, made.foreground, made.background)

    assert not ComposedSource(learnable, size=1).batch(0).inputs.rgb.requires_grad
