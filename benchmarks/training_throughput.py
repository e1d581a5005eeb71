"""How fast does a pre-training learn, and how long does a step wait for its batch?

    python -m benchmarks.training_throughput [--photos FOLDER] [--steps 60] [--workers 1] [--device cpu] [--json]

The default model is trained twice for the same number of steps, in the same process, computing on one thread: from a
stream of shards that workers renew (`training.batches.sample_stream`), as its recipe does, and from a plain PyTorch
loader whose workers compose every sample and its prior anew. The same two ways are then compared for a network
without a prior, whose batches are composed on the device itself. Without a folder the photos are samples of scikit-
image. The last line with ``--json`` is the default model's: ``{"samples_per_s": ..., "data_wait_share": ...,
"ratio_to_workers": ...}``.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import torch
import typer
from torch.utils.data import DataLoader, IterableDataset

from matting_core.networks.registry import build_network
from studio.commands.terminal import note, table
from training.batches.augmentation import augment
from training.batches.batch import Batch, crop_samples, decode, without_prior
from training.batches.sample_stream import StreamSettings, single_threaded
from training.batches.samples import SampleSet
from training.batches.source import BatchSource
from training.composing.composer import Composer
from training.composing.material import Material, gather_material
from training.learning.loop import Progress, open_fabric, train
from training.pretext.composed_photos import ComposedPhotos
from training.pretrain import Place, open_source
from training.recipes.recipe import Learning, Recipe
from training.shards import with_priors

SAMPLES_OF_SCIKIT_IMAGE = ("astronaut", "coffee", "chelsea", "rocket")
WARM_UP = 5
"""Steps that are not counted: the first ones allocate, and the first batches are waited for by either way."""


@dataclass(frozen=True, slots=True)
class Pace:
    """samples_per_second: learnt from. waiting: share of the time that a step waited for its batch."""

    samples_per_second: float
    waiting: float


def main(
    photos: Annotated[Path | None, typer.Option(help="Folder of photos; default are scikit-image's.")] = None,
    steps: Annotated[int, typer.Option(help="Steps that are counted, for each way.")] = 60,
    batch: Annotated[int, typer.Option(help="Samples in a step.")] = 8,
    workers: Annotated[int, typer.Option(help="Processes that make samples, for both ways.")] = 1,
    device: Annotated[str, typer.Option(help="cpu, cuda ...")] = "cpu",
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON line.")] = False,
) -> None:
    """Print the figures."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    rows, last = [], {}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        from_folder = photos or _sample_photos(work / "photos")
        for prior in (False, True):
            recipe = _recipe(prior=prior, steps=steps, batch=batch)
            place = Place(from_folder, work / f"prior-{prior}", work / "out", device=device, workers=workers)
            ours, plain = _ours(recipe, place), _by_workers(recipe, place)
            last = {
                "samples_per_s": round(ours.samples_per_second, 2),
                "data_wait_share": round(ours.waiting, 4),
                "ratio_to_workers": round(ours.samples_per_second / plain.samples_per_second, 2),
            }
            name = "with prior, stream of shards" if prior else "without prior, composed on the device"
            rows += [_row(name, ours), _row("the same, loader with workers", plain)]
    typer.echo(table(("Training", "Samples/s", "Waiting"), rows, right=(1, 2)))
    if as_json:
        typer.echo(json.dumps(last))


def _recipe(*, prior: bool, steps: int, batch: int) -> Recipe:
    """The default model's, short; a sample serves four times on average, about as in the recipe."""
    return Recipe(
        name="benchmark",
        about="",
        prior=prior,
        alphas=60,
        batch=batch,
        size=256 if prior else 192,
        stream=StreamSettings(shard=80, first=1, pool=6, steps_per_shard=max(1, 320 // batch)),
        learning=Learning(steps=steps + WARM_UP, learning_rate=8e-4, precision="bf16-mixed"),
    )


def _ours(recipe: Recipe, place: Place) -> Pace:
    fabric = open_fabric(recipe.loop(device=place.device))
    with ExitStack() as stack:
        source, _ = open_source(recipe, place, stack, fabric)
        return _paced(recipe, place, source)


def _by_workers(recipe: Recipe, place: Place) -> Pace:
    kept = next(place.work.glob("alphas-*"))
    material = gather_material(place.photos, alphas=recipe.alphas, seed=recipe.seed, kept=kept)
    samples = _Composing(recipe.composer(), material, prior=recipe.prior)
    loader = DataLoader(
        samples,
        batch_size=recipe.batch,
        num_workers=place.workers,
        collate_fn=_joined if recipe.prior else _stacked,
        worker_init_fn=_start_worker,
        multiprocessing_context="spawn",
        prefetch_factor=4,
    )
    with closing(_Loaded(iter(loader), recipe, place.device)) as source:
        return _paced(recipe, place, source)


def _paced(recipe: Recipe, place: Place, source: BatchSource) -> Pace:
    torch.manual_seed(0)
    course: list[tuple[float, Progress]] = []

    def watch(row: Progress, _averaged: object) -> bool:
        course.append((time.monotonic(), row))
        return True

    train(build_network("compact"), source, recipe.loop(device=place.device), on_step=watch)
    (began, first), (ended, last) = course[WARM_UP - 1], course[-1]
    seconds = ended - began
    note(f"{last.step - first.step} steps in {seconds:.0f} s")
    return Pace((last.step - first.step) * source.size / seconds, (last.waited - first.waited) / seconds)


class _Composing(IterableDataset[SampleSet | ComposedPhotos]):
    """One sample at a time, as a loader's worker makes them."""

    def __init__(self, composer: Composer, material: Material, *, prior: bool) -> None:
        self._composer, self._material, self._prior = composer, material, prior

    def __iter__(self) -> Iterator[SampleSet | ComposedPhotos]:
        generator = torch.Generator().manual_seed(torch.initial_seed() % 2**62)
        while True:
            made = self._composer(generator, self._material, 1)
            yield with_priors(made)[0] if self._prior else made


class _Loaded:
    """A `BatchSource` around a loader, which knows no steps."""

    def __init__(self, batches: Iterator[SampleSet | ComposedPhotos], recipe: Recipe, device: str) -> None:
        self.size = recipe.batch
        self._batches, self._crop, self._device = batches, recipe.crop, device
        self._rng = np.random.default_rng(0)

    def batch(self, step: int) -> Batch:
        made = next(self._batches).to(self._device)
        if isinstance(made, SampleSet):
            return augment(self._rng, decode(crop_samples(made, top=0, left=0, size=self._crop)))
        return without_prior(made)

    def close(self) -> None:
        """The loader's workers end with the last reference to its iterator."""
        del self._batches


def _joined(parts: list[SampleSet]) -> SampleSet:
    return SampleSet.join(parts)


def _stacked(parts: list[ComposedPhotos]) -> ComposedPhotos:
    names = ("rgb", "trimap", "alpha", "foreground", "background")
    return ComposedPhotos(**{name: torch.cat([getattr(part, name) for part in parts]) for name in names})


def _start_worker(_number: int) -> None:
    single_threaded()


def _sample_photos(folder: Path) -> Path:
    from skimage import data

    folder.mkdir(parents=True)
    for name in SAMPLES_OF_SCIKIT_IMAGE:
        cv2.imwrite(str(folder / f"{name}.png"), getattr(data, name)()[..., 2::-1])
    return folder


def _row(name: str, pace: Pace) -> tuple[str, str, str]:
    return name, f"{pace.samples_per_second:.1f}", f"{pace.waiting:.1%}"


if __name__ == "__main__":
    typer.run(main)
