"""Make synthetic samples in several processes and keep them as shards, so that a second run starts at
once.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import torch

from matting_core.prior.classical_prior import classical_prior
from training.compose import compose
from training.photos import load_photos
from training.pretext.alphas import draw_alpha
from training.samples import SampleSet, pack

SAMPLE_SIZE = 256
ALPHA_SIZE = 384
ALPHAS_PER_SHARD = 300
SHARD_LENGTH = 500


@dataclass(frozen=True, slots=True)
class _Shard:
    """One shard to make: where from, where to, and from how many drawn alphas how many samples."""

    photos: Path
    path: Path
    seed: int
    alphas: int
    length: int


def make_shards(photos: Path, target: Path, *, count: int, workers: int, seed: int = 0) -> list[Path]:
    """Make `count` samples (rounded up to whole shards) from the folder `photos` into the folder `target`.

    Shards that are already there are kept: the seed of a shard is its number, so an interrupted run goes on
    where it stopped and gives the same samples.
    """
    target.mkdir(parents=True, exist_ok=True)
    paths = [target / f"shard-{seed:02d}-{number:04d}.npz" for number in range(-(-count // SHARD_LENGTH))]
    missing = [
        _Shard(photos, path, seed * 10_000 + number, alphas=ALPHAS_PER_SHARD, length=SHARD_LENGTH)
        for number, path in enumerate(paths)
        if not path.exists()
    ]
    # not forked: a child that inherits OpenCV's threads after they have worked hangs at its first picture
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_single_threaded) as pool:
        for done, path in enumerate(pool.map(_make_shard, missing), 1):
            print(f"{done}/{len(missing)} {path.name}", flush=True)
    return paths


def _single_threaded() -> None:
    """Each worker has one core: inner threads would only fight."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


def _make_shard(shard: _Shard) -> Path:
    rng = np.random.default_rng(shard.seed)
    photos = load_photos(shard.photos)
    alphas = np.stack([draw_alpha(rng, ALPHA_SIZE) for _ in range(shard.alphas)])
    samples: list[SampleSet] = []
    while len(samples) < shard.length:
        made = compose(rng, photos=photos, alphas=alphas, size=SAMPLE_SIZE)
        samples.append(pack(made.rgb, made.trimap, made.alpha, classical_prior(made.rgb, made.trimap)))
    unfinished = shard.path.with_suffix(".part.npz")
    SampleSet.join(samples).save(unfinished)
    unfinished.replace(shard.path)
    return shard.path
