"""Shards of samples with their classical prior, for `SampleStream`: each a function of its number."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from matting_core.prior.classical_prior import classical_prior
from training.batches.samples import SampleSet, pack
from training.composing.composer import Composer
from training.composing.material import Material, gather_material
from training.pretext.composed_photos import ComposedPhotos

TOGETHER = 10
"""Samples composed at once."""
HELD_OUT = 10**9
"""The number of the shard that no training sees."""


@dataclass(frozen=True, slots=True)
class ShardMaker:
    """Makes shards in any process.

    compose: what the samples are. photos: folder of unlabelled photos, of which `most_photos` are used. alphas: file in
    which the `drawn` alphas are kept. length: of a shard. process: of several that train together.
    """

    compose: Composer
    photos: Path
    alphas: Path
    drawn: int
    most_photos: int | None
    length: int
    seed: int
    process: int = 0

    @property
    def fingerprint(self) -> str:
        """Tells apart makers whose shards differ; short enough for the name of a folder."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12]

    def __call__(self, number: int) -> SampleSet:
        chance = np.random.default_rng([self.seed, self.process, number])
        generator = torch.Generator().manual_seed(int(chance.integers(2**62)))
        parts: list[SampleSet] = []
        while len(parts) < self.length:
            composed = self.compose(generator, self._material(), min(TOGETHER, self.length - len(parts)))
            parts += with_priors(composed)
        return SampleSet.join(parts)

    def _material(self) -> Material:
        return _material(self.photos, self.alphas, self.drawn, self.most_photos, self.seed)


@lru_cache(maxsize=1)
def _material(photos: Path, kept: Path, drawn: int, most: int | None, seed: int) -> Material:
    return gather_material(photos, alphas=drawn, seed=seed, kept=kept, most_photos=most)


def with_priors(photos: ComposedPhotos) -> list[SampleSet]:
    """Each photograph as a set of length one, with the prior of what its file would hold."""
    rgb = (photos.rgb * 255 + 0.5).to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    alpha = (photos.alpha[:, 0] * 255 + 0.5).to(torch.uint8).cpu().numpy()
    trimap = photos.trimap[:, 0].cpu().numpy()
    return [pack(*planes, classical_prior(*planes[:2])) for planes in zip(rgb, trimap, alpha, strict=True)]
