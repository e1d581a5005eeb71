"""Pre-train the compact network on synthetic samples made from unlabelled photos. This is how the shipped
weights were made; ``python -m training.pretrain --help``.
"""

import copy
import json
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import numpy.typing as npt
import torch
import typer
from torch import nn

from matting_core.networks.registry import build_network, load_network, save_network
from training.batches import decode
from training.loop import LoopSettings, Progress, train
from training.losses import unknown_l1
from training.realism import effective_count, realism_weights
from training.samples import SampleSet
from training.synthesis import make_shards

VALIDATION_LENGTH = 96
VALIDATION_BATCH = 16
REPORT_EVERY_SECONDS = 420.0


def pretrain(
    photos: Annotated[Path, typer.Option(help="Folder of unlabelled photos, searched recursively.")],
    work: Annotated[Path, typer.Option(help="Folder for sample shards and the log; kept between runs.")],
    out: Annotated[Path, typer.Option(help="Where the weights go (.safetensors), again at every report.")],
    samples: Annotated[int, typer.Option(help="How many synthetic samples to make.")] = 8000,
    minutes: Annotated[float, typer.Option(help="Length of the training after the samples are made.")] = 60,
    learning_rate: Annotated[float, typer.Option(help="Peak learning rate.")] = 2e-3,
    workers: Annotated[int, typer.Option(help="Processes that make samples.")] = 2,
    threads: Annotated[int, typer.Option(help="Threads of the training itself.")] = 2,
    start: Annotated[Path | None, typer.Option(help="Weights to start from instead of random ones.")] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1 ...")] = "cpu",
    seed: Annotated[int, typer.Option(help="Seed of samples, weights and order.")] = 0,
) -> None:
    """Make samples, train, and write weights and a JSON-lines log."""
    shards = make_shards(photos, work / "shards", count=samples, workers=workers, seed=seed)
    made = SampleSet.join([SampleSet.load(path) for path in shards])
    held_out, rest = made[slice(0, VALIDATION_LENGTH)], made[slice(VALIDATION_LENGTH, None)]
    held_out_weights, probabilities = realism_weights(held_out), realism_weights(rest)
    worth = effective_count(probabilities)
    print(f"{len(rest)} samples, worth {worth:.0f} equally weighted ones", flush=True)

    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)  # the corrections start at zero, and denormal gradients halve the speed
    torch.manual_seed(seed)
    network = load_network("compact", start.read_bytes()) if start else build_network("compact")
    log, reported = work / "pretrain.jsonl", time.monotonic()

    def report(row: Progress, averaged: nn.Module) -> bool:
        nonlocal reported
        if row.share >= 1 or time.monotonic() - reported >= REPORT_EVERY_SECONDS:
            reported = time.monotonic()
            error = validation_error(averaged, held_out, held_out_weights)
            line = json.dumps({**_row(row), "validation_error": round(error, 5)})
            print(line, flush=True)
            with log.open("a") as file:
                file.write(line + "\n")
            write_atomically(out, save_network(averaged))
        return True

    settings = LoopSettings(learning_rate=learning_rate, minutes=minutes, device=device, seed=seed)
    averaged = train(network, rest, probabilities, settings, on_step=report)
    write_atomically(out, save_network(averaged))


def validation_error(network: nn.Module, samples: SampleSet, weights: npt.NDArray[np.float64]) -> float:
    """Mean absolute error in the unknown region, averaged over `samples` with `weights`.

    Weighted like the training: over uniformly drawn synthetic samples, the ranking of two networks can be the
    reverse of their ranking on photographs.
    """
    network = copy.deepcopy(network).cpu().eval()
    errors = []
    with torch.inference_mode():
        for start in range(0, len(samples), VALIDATION_BATCH):
            batch = decode(samples[slice(start, start + VALIDATION_BATCH)])
            predicted = network(batch.inputs)
            for row in range(len(predicted)):
                one = slice(row, row + 1)
                errors.append(float(unknown_l1(predicted[one], batch.alpha[one], batch.inputs.unknown[one])))
    return float(np.average(errors, weights=weights))


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_bytes(data)
    unfinished.replace(path)


def _row(row: Progress) -> dict[str, float]:
    return {
        "step": row.step,
        "share": round(row.share, 4),
        "training_error": round(row.error, 5),
        "samples_per_second": round(row.samples_per_second, 1),
        "seconds": round(row.seconds),
    }


if __name__ == "__main__":
    typer.run(pretrain)
