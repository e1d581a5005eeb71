"""Replay against forgetting: photographs composed from a studio's own photos, as in pre-training.

A network that learns from few mattes alone forgets what they do not show. Composed photographs need no other data:
things drawn by formula, or with the outline of an approved matte, before pieces of the studio's photos. Their alphas
are true by construction.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
import torch
from torch import Tensor

from annotation_store.learning.training_sets import TrainingExample
from matting_core.arrays import Alpha, Rgb
from matting_core.image_io import eight_bit
from training import windows
from training.batches.samples import SampleSet
from training.composing.material import SIDE, Material, squares
from training.composing.realistic import RealisticSettings, realistic_photos
from training.pretext.alphas import draw_pool
from training.shards import with_priors
from training.windows import has_both_classes

MOST_PHOTOS = 24
AT_MOST_SECONDS = 90.0
"""A slow machine has fewer samples to replay."""
TOGETHER = 4
DRAWN_FOR_EACH = 0.5
"""Drawn alphas for each sample that is to be made."""


class Scrapbook:
    """Small copies of some of the photos that pass by, and of the mattes of theirs that can be believed."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng, self._seen = rng, 0
        self.pages: list[tuple[Rgb, Alpha | None]] = []

    def add(self, example: TrainingExample) -> None:
        """Keep the example perhaps, each one that passes with the same chance (Vitter, 1985, algorithm R)."""
        self._seen += 1
        place = len(self.pages) if len(self.pages) < MOST_PHOTOS else int(self._rng.integers(self._seen))
        if place < MOST_PHOTOS:
            self.pages[place : place + 1] = [_page(example)]

    @property
    def photos(self) -> list[Rgb]:
        return [photo for photo, _ in self.pages]

    @property
    def alphas(self) -> list[Alpha]:
        return [alpha for _, alpha in self.pages if alpha is not None]


def composed_samples(
    book: Scrapbook, count: int, *, seed: int, on_samples: Callable[[int], None] | None = None
) -> SampleSet | None:
    """`count` composed samples with their prior, or fewer if that takes too long; None if there is none.

    on_samples: told how many there are.
    """
    until = time.monotonic() + AT_MOST_SECONDS
    if not book.pages or count <= 0 or AT_MOST_SECONDS <= 0:
        return None
    generator, made = torch.Generator().manual_seed(seed), list[SampleSet]()
    with _one_thread():
        material = _material(book, drawn=max(1, round(count * DRAWN_FOR_EACH)), seed=seed)
        while len(made) < count and time.monotonic() < until:
            some = min(TOGETHER, count - len(made))
            photos = realistic_photos(generator, material, some, RealisticSettings(size=windows.SAMPLE))
            made += [one for one in with_priors(photos) if has_both_classes(one.trimap.numpy())]
            if on_samples is not None:
                on_samples(len(made))
    return SampleSet.join(made) if made else None


def _material(book: Scrapbook, *, drawn: int, seed: int) -> Material:
    pool = draw_pool(np.random.default_rng(seed), SIDE, drawn)
    alphas, transmits = torch.from_numpy(pool.alphas), torch.from_numpy(pool.transmits)
    if book.alphas:
        own = _alpha_squares(book.alphas)
        alphas, transmits = torch.cat([alphas, own]), torch.cat([transmits, torch.zeros(len(own), dtype=torch.bool)])
    return Material(squares(book.photos), alphas, transmits)


def _alpha_squares(alphas: Sequence[Alpha]) -> Tensor:
    """uint8, N x SIDE x SIDE."""
    as_photos = [np.repeat((alpha * 255 + 0.5).astype(np.uint8)[..., None], 3, axis=2) for alpha in alphas]
    return squares(as_photos)[:, 0].contiguous()


def _page(example: TrainingExample) -> tuple[Rgb, Alpha | None]:
    rgb = eight_bit(example.rgb).astype(np.uint8, copy=False)
    scale = min(1.0, SIDE / min(rgb.shape[:2]))
    size = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    small: Rgb = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    if example.believed is not None:
        return small, None
    return small, cv2.resize(example.alpha, size, interpolation=cv2.INTER_AREA)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Planes this small are made faster by one thread than by several that wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
