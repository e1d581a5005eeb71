"""What the learned drafter knows before it has seen a studio: made once, from unlabelled photos, and shipped.

    python -m training.drafter.pretrain_drafter PHOTOS --scenes FOLDER --out matting_core/weights/drafter.safetensors

The last line is the path of the weights.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import torch
import typer

from matting_core.arrays import Rgb
from matting_core.drafting.learned_network import DraftingNetwork
from matting_core.networks.registry import save_network, with_weights
from training.drafter.cut_and_paste import SOLID, Alpha8, Cutout, Rng, paste
from training.drafter.drafter_samples import EXAMPLE_SIDE, DrafterExample, DrafterSample, sample_of
from training.drafter.drafter_training import DrafterSettings, DrafterStep, teach
from training.drafter.unlabelled_subjects import Supply, gather
from training.trial import DRAFTER
from training.whole_file import write_atomically

FORMATS = {1.5: 0.4, 1.33: 0.15, 1.0: 0.1, 0.75: 0.1, 0.67: 0.15, 1.78: 0.1}
"""Width by height of photos, and their shares."""

AS_THEY_ARE = 0.1
"""Share of the samples that are photos whose subject is known, untouched."""

CLOSER = 0.5
"""Share of the subjects of which the lower part lies beyond the frame."""

BYSTANDERS = 0.25
"""Share of the grounds in which somebody, or something, else stands out of focus."""

SMALLEST, LARGEST, LARGEST_BYSTANDER = 0.02, 0.75, 0.35  # of the photo
SAY_EVERY = 100
MEMORY = 0.995
DROPOUT = 0.05


def main(
    photos: Annotated[Path, typer.Argument(help="Folder of unlabelled photos, in folders by where they are from.")],
    out: Annotated[Path, typer.Option(help="The weights, a .safetensors file.")],
    scenes: Annotated[
        list[str] | None, typer.Option(help="Name of a folder in PHOTOS whose photos show grounds above all.")
    ] = None,
    start: Annotated[Path | None, typer.Option(help="Weights to go on from, instead of random ones.")] = None,
    samples: Annotated[int, typer.Option(min=1, help="Composed photos to learn from.")] = 4000,
    steps: Annotated[int, typer.Option(min=1, help="Of learning.")] = 8000,
    learning_rate: Annotated[float, typer.Option(help="Highest rate.")] = 3e-3,
    workers: Annotated[int, typer.Option(min=1, help="Processes that compose.")] = 2,
    device: Annotated[str, typer.Option(help="cpu, cuda ...")] = "cpu",
    seed: int = 0,
) -> None:
    """Compose photos of subjects before grounds, and learn to tell them apart."""
    pool = compose_pool(photos, samples, scenes=frozenset(scenes or ()), workers=workers, seed=seed)
    settings = DrafterSettings(
        steps=steps, minutes=24 * 60, learning_rate=learning_rate, warm_up=50, device=device, seed=seed
    )
    torch.manual_seed(seed)
    began = time.monotonic()

    def say(row: DrafterStep) -> None:
        if row.step % SAY_EVERY == 0:
            typer.echo(f"step {row.step}, loss {row.loss:.4f}, {time.monotonic() - began:.0f} s", err=True)

    network = DraftingNetwork(dropout=DROPOUT)
    if start is not None:
        with_weights(network, start.read_bytes(), name=DRAFTER)
    network = teach(network, pool, settings, memory=MEMORY, on_step=say)
    write_atomically(out, save_network(network, half=True))
    typer.echo(out)


def compose_pool(
    photos: Path, count: int, *, scenes: frozenset[str] = frozenset(), workers: int = 1, seed: int = 0
) -> list[DrafterSample]:
    """`count` samples, the same for the same seed and workers."""
    shares = [len(share) for share in np.array_split(np.arange(count), workers)]
    if workers == 1:
        return _compose_some(photos, scenes, count, [seed, 0])
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as processes:
        parts = [
            processes.submit(_compose_some, photos, scenes, share, [seed, part]) for part, share in enumerate(shares)
        ]
        return [sample for part in parts for sample in part.result()]


def _compose_some(photos: Path, scenes: frozenset[str], count: int, seed: list[int]) -> list[DrafterSample]:
    cv2.setNumThreads(1)
    rng, supply = np.random.default_rng(seed), gather(photos, scenes)
    samples: list[DrafterSample] = []
    while len(samples) < count:
        composed = compose(rng, supply)
        if composed is not None:
            rgb, alpha = composed
            samples.append(sample_of(DrafterExample(rgb, alpha, weight=1.0)))
    return samples


def compose(rng: Rng, supply: Supply) -> tuple[Rgb, Alpha8] | None:
    """A photo with its alpha; None where too little or too much of it would be subject."""
    if rng.random() < AS_THEY_ARE and (known := supply.right if rng.random() < 0.5 else supply.plain):
        return known[int(rng.integers(len(known)))]
    ground = _in_format(rng, supply.ground(rng))
    if rng.random() < BYSTANDERS:
        ground = _with_bystander(rng, supply, ground)
    made = paste(rng, _closer(rng, supply.subject(rng)), ground, side=EXAMPLE_SIDE)
    return made if made is not None and SMALLEST < _share(made[1]) < LARGEST else None


def _in_format(rng: Rng, ground: Rgb) -> Rgb:
    wanted = float(rng.choice(list(FORMATS), p=list(FORMATS.values())))
    height, width = ground.shape[:2]
    rows, columns = min(height, int(width / wanted)), min(width, int(height * wanted))
    top, left = int(rng.integers(height - rows + 1)), int(rng.integers(width - columns + 1))
    return ground[top : top + rows, left : left + columns]


def _closer(rng: Rng, subject: Cutout) -> Cutout:
    rows = np.flatnonzero((subject.alpha > SOLID).any(axis=1))
    if len(rows) < 20 or rng.random() >= CLOSER:
        return subject
    end = int(rows[0] + (rows[-1] - rows[0]) * rng.uniform(0.35, 0.95))
    return replace(subject, colours=subject.colours[:end], alpha=subject.alpha[:end])


def _with_bystander(rng: Rng, supply: Supply, ground: Rgb) -> Rgb:
    made = paste(rng, supply.subject(rng), ground, side=EXAMPLE_SIDE)
    if made is None or _share(made[1]) > LARGEST_BYSTANDER:
        return ground
    return np.asarray(cv2.GaussianBlur(made[0], (0, 0), float(np.exp(rng.uniform(np.log(1.5), np.log(8))))))


def _share(alpha: Alpha8) -> float:
    return float((alpha > SOLID).mean())


if __name__ == "__main__":
    typer.run(main)
