"""Pre-training: a network learns to take photographs apart, from unlabelled photos alone, by a recipe."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import torch
from lightning_fabric import Fabric
from torch import nn

from matting_core.networks.registry import ARCHITECTURES, save_network, shipped_weights, with_weights
from training.batches.composed_source import ComposedSource
from training.batches.sample_stream import SampleStream
from training.batches.source import BatchSource, Prefetched
from training.composing.material import gather_material
from training.learning.loop import Progress, open_fabric, train
from training.learning.run_log import RunLog
from training.pretext.composed_photos import ComposedPhotos
from training.recipes.recipe import Recipe, RecipeError
from training.shards import HELD_OUT, ShardMaker
from training.validation import HeldOut
from training.whole_file import write_atomically

REPORT_EVERY_SECONDS = 60.0
SHIPPED = "shipped"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pre-training runs. work: keeps drawn alphas, shards, the log and the state to go on from. out: the
    weights (.safetensors), again at every report. workers: processes that make samples with a prior."""

    photos: Path
    work: Path
    out: Path
    device: str = "cpu"
    devices: int = 1
    workers: int = 1

    @property
    def checkpoint(self) -> Path:
        return self.work / "state.pt"


Say = Callable[[Progress, float | None], bool]
"""Told the progress after every step, and the validation error when it is new; returning False ends the training."""


def pretrain(recipe: Recipe, place: Place, *, say: Say | None = None) -> nn.Module:
    """Follow `recipe` to its end, going on from where an earlier run with the same folder was killed.

    With several devices, every one runs this function in a process of its own; the first of them tells and writes.

    Returns the averaged network, which is also at `place.out`, in half precision. Raises FileNotFoundError without
    photos, RecipeError if its start does not fit, TrainingStopped when `say` ends it.
    """
    settings = recipe.loop(device=place.device, devices=place.devices)
    fabric = open_fabric(settings)
    fabric.launch()
    torch.manual_seed(recipe.seed)
    network = start_network(recipe)
    with ExitStack() as stack:
        source, held_out = open_source(recipe, place, stack, fabric)
        log = stack.enter_context(RunLog(place.work)) if fabric.is_global_zero else None
        reported = 0.0

        def report(row: Progress, averaged: nn.Module) -> bool:
            nonlocal reported
            error = None
            due = row.share >= 1 or row.seconds - reported >= REPORT_EVERY_SECONDS
            if log is not None and held_out is not None and due:
                reported = row.seconds
                error = held_out.error(averaged)
                log.add(row.step, figures(row, error))
                write_atomically(place.out, save_network(averaged, half=True))
            return say is None or say(row, error)

        plan = recipe.model_dump_json(exclude={"name", "about"})
        averaged = train(
            network, source, settings, on_step=report, checkpoint=place.checkpoint, plan=plan, fabric=fabric
        )
    return averaged


def figures(row: Progress, validation_error: float) -> dict[str, float]:
    """A row of the log."""
    return {
        "share": round(row.share, 4),
        "training_error": round(row.error, 5),
        "validation_error": round(validation_error, 5),
        "learning_rate": row.learning_rate,
        "samples_per_second": round(row.samples_per_second, 1),
        "seconds": round(row.seconds),
        "waited": round(row.waited, 1),
    }


def start_network(recipe: Recipe) -> nn.Module:
    """The recipe's network: random, or with the weights that it starts from."""
    network = ARCHITECTURES[recipe.architecture].build(**recipe.network)
    if recipe.start is None:
        return network
    if recipe.start == SHIPPED:
        return with_weights(network, shipped_weights(recipe.architecture), name=recipe.architecture)
    path = Path(recipe.start)
    if not path.is_file():
        raise RecipeError(f"{recipe.name} starts from {path}, which is not there: make it first")
    return with_weights(network, path.read_bytes(), name=recipe.architecture)


def open_source(recipe: Recipe, place: Place, stack: ExitStack, fabric: Fabric) -> tuple[BatchSource, HeldOut | None]:
    """Where this process's batches come from, and, in the first one, samples apart from them to watch the training by.

    What must be closed at the end is left to `stack`.
    """
    kept = place.work / f"alphas-{recipe.alphas}-{recipe.seed}.safetensors"
    with fabric.rank_zero_first():  # one process draws the alphas, the others read them
        material = gather_material(
            place.photos, alphas=recipe.alphas, seed=recipe.seed, kept=kept, most_photos=recipe.photos
        )
    if recipe.prior:
        return _stream(recipe, place, stack, fabric, kept)
    there, composer = material.to(fabric.device), recipe.composer()

    def compose(generator: torch.Generator, count: int) -> ComposedPhotos:
        return composer(generator, there, count)

    device, process = fabric.device, fabric.global_rank
    source = Prefetched(ComposedSource(compose, size=recipe.batch, device=device, seed=recipe.seed, process=process))
    stack.callback(source.close)
    apart = ComposedSource(compose, size=16, device=device, seed=recipe.seed + HELD_OUT)
    return source, HeldOut.of_source(apart) if fabric.is_global_zero else None


def _stream(
    recipe: Recipe, place: Place, stack: ExitStack, fabric: Fabric, alphas: Path
) -> tuple[BatchSource, HeldOut | None]:
    make = ShardMaker(
        compose=recipe.composer(),
        photos=place.photos,
        alphas=alphas,
        drawn=recipe.alphas,
        most_photos=recipe.photos,
        length=recipe.stream.shard,
        seed=recipe.seed,
        process=fabric.global_rank,
    )
    stream = SampleStream(
        make,
        place.work / f"shards-{make.fingerprint}",
        settings=recipe.stream,
        size=recipe.batch,
        crop=recipe.crop,
        workers=place.workers,
        device=fabric.device,
        seed=recipe.seed,
        process=fabric.global_rank,
    )

    def close(kind: type[BaseException] | None, *_: object) -> None:
        stream.close(keep=kind is not None)  # a training that ended early may go on

    stack.push(close)
    stream.prepare()
    held_out = HeldOut.of_samples(stream.shard(HELD_OUT)) if fabric.is_global_zero else None
    source = Prefetched(stream)
    stack.callback(source.close)
    return source, held_out
