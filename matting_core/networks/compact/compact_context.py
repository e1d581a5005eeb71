"""What a part of a photo needs to know of the whole, so that the compact network's answer hardly depends on how the
photo was cut into parts.

Two things reach across a whole photo: colours filled in from far away, and the mean of the deepest features. The
first come from the coarse levels of the whole photo's pyramid, exactly; the second from one pass of the encoder
over a small copy.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from matting_core.arrays import BACKGROUND, FOREGROUND
from matting_core.box import Box
from matting_core.networks.compact.compact_features import COARSE_CELL, CompactInput, known_around
from matting_core.prior.classical_prior import Prior

SMALL_COPY = 512
"""Longer side of the copy that the deepest features are averaged over."""


@dataclass(frozen=True, slots=True)
class CompactContext:
    """surroundings: N x 7 x h x w, see `known_around`, one cell per 64 x 64 pixels. mean: N x C x 1 x 1, or None
    where the part's own mean will do."""

    surroundings: Tensor
    mean: Tensor | None

    def of(self, box: Box) -> "CompactContext":
        """The context of one part, whose left and top are multiples of 64."""
        rows = slice(box.top // COARSE_CELL, -(-box.bottom // COARSE_CELL))
        columns = slice(box.left // COARSE_CELL, -(-box.right // COARSE_CELL))
        return CompactContext(self.surroundings[..., rows, columns], self.mean)


def far_surroundings(prior: Prior) -> Tensor:
    """What is known around each cell of 64 x 64 pixels of the photo: 1 x 7 x H / 64 x W / 64, rounded up."""
    is_back, is_fore = prior.labels == BACKGROUND, prior.labels == FOREGROUND
    return known_around(
        _cell_means(prior.colours, is_back),
        _cell_means(is_back[None], is_back),
        _cell_means(prior.colours, is_fore),
        _cell_means(is_fore[None], is_fore),
    )


def small_copy(prior: Prior) -> CompactInput:
    """The whole photo as an input of at most 512 pixels on the longer side: a batch of one."""
    height, width = prior.labels.shape
    scale = SMALL_COPY / max(height, width)
    full = (_stride(height * scale), _stride(width * scale))
    half = (full[0] // 2, full[1] // 2)

    def shrunk(planes: Tensor, size: tuple[int, int]) -> Tensor:
        return F.interpolate(planes[None].float(), size=size, mode="area")

    is_back, is_fore = (shrunk((prior.labels == label)[None], full) > 0.99 for label in (BACKGROUND, FOREGROUND))
    return CompactInput(
        rgb=shrunk(prior.colours, full),
        classes=torch.cat([is_back, ~(is_back | is_fore), is_fore], 1).float(),
        prior=shrunk(prior.weak[None], full),
        half=torch.cat([shrunk(planes, half) for planes in torch.split(prior.half_planes(), 1)], 1),
    )


def _cell_means(planes: Tensor, known: Tensor) -> Tensor:
    """Mean of planes times `known` over each cell, the last cells completed by the photo's edge: 1 x C x h x w."""
    side = COARSE_CELL // 2
    edges = (0, -known.shape[1] % side, 0, -known.shape[0] % side)
    means = [
        F.avg_pool2d(F.pad((plane * known).float()[None, None], edges, mode="replicate"), side) for plane in planes
    ]
    return torch.cat(means, 1)


def _stride(side: float) -> int:
    return COARSE_CELL * max(1, round(side / COARSE_CELL))
