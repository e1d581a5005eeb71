"""Training samples with their classical prior, as stacked uint8 arrays: small wherever they lie."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matting_core.arrays import Rgb, Trimap
from matting_core.prior.classical_prior import Prior

Bytes = npt.NDArray[np.uint8]

HALF_SCALE = np.array([1, 1, 1, 4, 2, 1, 1, 1, 1, 1, 1], np.float32)[:, None, None]
"""Residual and spread are small numbers: they are stored enlarged so that 8 bits resolve them."""


@dataclass(frozen=True, slots=True)
class SampleSet:
    """N samples of S x S pixels, S even, all uint8.

    rgb: N x 3 x S x S, sRGB. trimap: N x S x S, {0, 128, 255}. alpha, prior: N x S x S, [0, 1] as [0, 255].
    half: N x 11 x S/2 x S/2, the prior's half-resolution planes times `HALF_SCALE`.
    """

    rgb: Bytes
    trimap: Bytes
    alpha: Bytes
    prior: Bytes
    half: Bytes

    def __len__(self) -> int:
        return len(self.rgb)

    def __getitem__(self, rows: npt.NDArray[np.intp] | slice) -> "SampleSet":
        return SampleSet(*(getattr(self, field.name)[rows] for field in fields(self)))

    def save(self, path: Path) -> None:
        """Write one uncompressed ``.npz`` (float16 and compression cost more time than they save here)."""
        np.savez(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @staticmethod
    def load(path: Path) -> "SampleSet":
        with np.load(path, allow_pickle=False) as data:
            return SampleSet(**{field.name: data[field.name] for field in fields(SampleSet)})

    @staticmethod
    def join(parts: Sequence["SampleSet"]) -> "SampleSet":
        return SampleSet(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(SampleSet)))


def pack(rgb: Rgb, trimap: Trimap, alpha: Bytes, prior: Prior) -> SampleSet:
    """One sample as a set of length one.

    rgb: uint8, SxSx3. trimap, alpha: uint8, SxS. prior: of the same crop.
    """
    return SampleSet(
        rgb=np.ascontiguousarray(rgb.transpose(2, 0, 1))[None].astype(np.uint8, copy=False),
        trimap=trimap[None],
        alpha=alpha[None],
        prior=_to_bytes(prior.full_alpha(rgb, trimap).cpu().numpy())[None],
        half=_to_bytes(prior.half_planes().cpu().numpy() * HALF_SCALE)[None],
    )


def _to_bytes(plane: npt.NDArray[np.float32]) -> Bytes:
    return (np.clip(plane, 0, 1) * 255 + 0.5).astype(np.uint8)
