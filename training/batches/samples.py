"""Training samples with their classical prior, as stacked bytes: small in a file and in a device's memory."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import safetensors.torch
import torch
from torch import Tensor

from matting_core.arrays import Rgb, Trimap
from matting_core.prior.classical_prior import Prior
from training.whole_file import write_atomically

HALF_SCALE = torch.tensor([1.0, 1, 1, 4, 2, 1, 1, 1, 1, 1, 1])[:, None, None]
"""Residual and spread are small numbers: they are stored enlarged so that 8 bits resolve them."""


@dataclass(frozen=True, slots=True)
class SampleSet:
    """N samples of S x S pixels, S even, all uint8, on one device.

    rgb: N x 3 x S x S, sRGB. trimap: N x S x S, {0, 128, 255}. alpha, prior: N x S x S, [0, 1] as [0, 255].
    half: N x 11 x S/2 x S/2, the prior's half-resolution planes times `HALF_SCALE`. trusted: N x S x S, {0, 1}, where
    alpha is to be believed; None: everywhere.
    """

    rgb: Tensor
    trimap: Tensor
    alpha: Tensor
    prior: Tensor
    half: Tensor
    trusted: Tensor | None = None

    def __len__(self) -> int:
        return len(self.rgb)

    def __getitem__(self, rows: Tensor | slice) -> "SampleSet":
        return SampleSet(**{name: plane[rows] for name, plane in self.planes().items()})

    def planes(self) -> dict[str, Tensor]:
        """Every plane that there is, by its name."""
        planes = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: plane for name, plane in planes.items() if plane is not None}

    def empty_like(self, count: int, *, device: str | torch.device) -> "SampleSet":
        """Room for `count` samples of the same size: all zeros."""
        return SampleSet(
            **{
                name: torch.zeros(count, *plane.shape[1:], dtype=torch.uint8, device=device)
                for name, plane in self.planes().items()
            }
        )

    def put(self, rows: slice, samples: "SampleSet") -> None:
        """Overwrite `rows` with as many other samples with the same planes, in place."""
        theirs = samples.planes()
        for name, plane in self.planes().items():
            plane[rows] = theirs[name]

    def to(self, device: str | torch.device) -> "SampleSet":
        return SampleSet(**{name: plane.to(device) for name, plane in self.planes().items()})

    def save(self, path: Path) -> None:
        """Write one safetensors file; a reader never sees half of it."""
        planes = {name: plane.contiguous() for name, plane in self.planes().items()}
        write_atomically(path, safetensors.torch.save(planes))

    @staticmethod
    def load(path: Path) -> "SampleSet":
        return SampleSet(**safetensors.torch.load_file(path))

    def believed_everywhere(self) -> "SampleSet":
        """The same samples with a plane that says so, for sets of which some samples are not."""
        return self if self.trusted is not None else replace(self, trusted=torch.ones_like(self.trimap))

    @staticmethod
    def join(parts: Sequence["SampleSet"]) -> "SampleSet":
        """All samples in one set. Where only some parts doubt their alphas, the others are believed everywhere."""
        if any(part.trusted is not None for part in parts):
            parts = [part.believed_everywhere() for part in parts]
        alike = [part.planes() for part in parts]
        return SampleSet(**{name: torch.cat([planes[name] for planes in alike]) for name in alike[0]})


def pack(rgb: Rgb, trimap: Trimap, alpha: npt.NDArray[np.uint8], prior: Prior) -> SampleSet:
    """One sample as a set of length one, on the CPU.

    rgb: uint8, SxSx3. trimap, alpha: uint8, SxS. prior: of the same crop.
    """
    planes = torch.from_numpy(np.ascontiguousarray(rgb.transpose(2, 0, 1)))
    return SampleSet(
        rgb=planes[None].to(torch.uint8),
        trimap=torch.from_numpy(np.ascontiguousarray(trimap))[None],
        alpha=torch.from_numpy(np.ascontiguousarray(alpha))[None],
        prior=_to_bytes(prior.full_alpha(rgb, trimap).cpu())[None],
        half=_to_bytes(prior.half_planes().cpu() * HALF_SCALE)[None],
    )


def _to_bytes(plane: Tensor) -> Tensor:
    return (plane.clamp(0, 1) * 255 + 0.5).to(torch.uint8)
