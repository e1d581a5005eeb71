"""What the compact network looks at: photo, trimap and classical prior, as centred feature planes.

Everything here is float32 and differentiable, so that it runs the same on a CPU and on a GPU.
"""

from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional as F

LOW_CHANNELS = 27
HIGH_CHANNELS = 28
PYRAMID_LEVELS = 9
COARSE_LEVEL = 5
"""Level of the pyramid (1 / 32 of half resolution) from which a part of a photo sees the whole photo."""
COARSE_CELL = 2 << COARSE_LEVEL
"""Side of a cell of that level in pixels of the photo; parts begin at multiples of it."""


@dataclass(frozen=True, slots=True)
class CompactInput:
    """A batch for the compact network. H and W are even, h = H / 2, w = W / 2; all float32.

    rgb: N x 3 x H x W, sRGB, nominally [0, 1]. classes: N x 3 x H x W, one-hot trimap in the order
    background, unknown, foreground. prior: N x 1 x H x W. half: N x 11 x h x w, planes as in
    `Prior.half_planes`.
    """

    rgb: Tensor
    classes: Tensor
    prior: Tensor
    half: Tensor

    def to(self, device: str | torch.device) -> "CompactInput":
        return CompactInput(*(getattr(self, f.name).to(device, non_blocking=True) for f in fields(self)))

    @property
    def unknown(self) -> Tensor:
        return self.classes[:, 1:2]

    @property
    def foreground(self) -> Tensor:
        return self.classes[:, 2:3]


@dataclass(frozen=True, slots=True)
class CompactFeatures:
    """What `compact_features` returns.

    low: N x 27 x h x w. high: N x 28 x h x w (full-resolution planes, 2x2 pixels folded into channels).
    line_alpha: N x 1 x H x W, the pixel projected on its sampled foreground/background line.
    swing: N x 1 x H x W, the strong minus the weak solution.
    """

    low: Tensor
    high: Tensor
    line_alpha: Tensor
    swing: Tensor


def compact_features(x: CompactInput, surroundings: Tensor | None = None) -> CompactFeatures:
    """Compute the features of a batch.

    surroundings: N x 7 x h / 32 x w / 32, what `known_around` says of the same place in the whole photo, if the
    batch is a part of one.
    """
    weak, strong, sampled = x.half[:, 0:1], x.half[:, 1:2], x.half[:, 2:3]
    quality, fore, back = x.half[:, 3:5], x.half[:, 5:8], x.half[:, 8:11]
    rgb = halved(x.rgb)
    is_back = (halved(x.classes[:, 0:1]) > 0.99).float()
    is_fore = (halved(x.classes[:, 2:3]) > 0.99).float()
    back_far, fore_far, nearer = torch.split(
        known_around(rgb * is_back, is_back, rgb * is_fore, is_fore, surroundings), [3, 3, 1], 1
    )
    low = torch.cat(
        [
            rgb * 2 - 1,
            is_back * 2 - 1,
            is_fore * 2 - 1,
            (weak - 0.5) * 2,
            (strong - weak) * 4,
            (sampled - weak) * 2,
            quality * 2,
            (fore - rgb) * 3,
            (back - rgb) * 3,
            (fore_far - rgb) * 3,
            (back_far - rgb) * 3,
            (nearer - 0.5) * 2,
            _length(rgb - weak * fore - (1 - weak) * back) * 8,
            _length(rgb - strong * fore - (1 - strong) * back) * 8,
            _length(rgb - weak * fore_far - (1 - weak) * back_far) * 6,
            _length(fore - back) * 3,
        ],
        1,
    )
    size = x.rgb.shape[-2:]
    line_alpha = _line_alpha(x, _enlarged(fore, size), _enlarged(back, size))
    high = torch.cat(
        [
            x.rgb * 2 - 1,
            x.classes[:, 0:1] * 2 - 1,
            x.classes[:, 2:3] * 2 - 1,
            (x.prior - 0.5) * 2,
            (line_alpha - x.prior) * 2,
        ],
        1,
    )
    return CompactFeatures(low, folded(high), line_alpha, _enlarged(strong - weak, size))


def known_around(
    back: Tensor, is_back: Tensor, fore: Tensor, is_fore: Tensor, surroundings: Tensor | None = None
) -> Tensor:
    """What is known around each pixel: background colour (3), foreground colour (3), and which of them is nearer.

    back, fore: N x 3 x h x w, known colours times the shares is_back, is_fore: N x 1 x h x w, of each pixel that
    are known as such. surroundings: the same of the whole photo at `COARSE_LEVEL`, if this is a part of one.
    Returns N x 7 x h x w.
    """
    coarse = (None, None, None) if surroundings is None else torch.split(surroundings, [3, 3, 1], 1)
    fillings = (
        pull_push(back, is_back, coarse[0]),
        pull_push(fore, is_fore, coarse[1]),
        pull_push(is_fore, (is_fore + is_back).clamp(0, 1), coarse[2]),
    )
    return torch.cat(fillings, 1)


def pull_push(summed: Tensor, weights: Tensor, coarsest: Tensor | None = None) -> Tensor:
    """Fill the holes of a picture from their surroundings by an image pyramid (pull down, push up).

    summed: N x C x H x W, values times weights. weights: N x 1 x H x W, 1 where a value is known, 0 in holes.
    coarsest: filled values that stand in for the pyramid from `COARSE_LEVEL` on. Returns N x C x H x W; 0.5 if
    nothing is known at all. After Gortler et al., "The Lumigraph" (1996), section 3.4.
    """
    pyramid = [(summed, weights)]
    deepest = PYRAMID_LEVELS if coarsest is None else COARSE_LEVEL
    while len(pyramid) <= deepest and (coarsest is not None or min(pyramid[-1][0].shape[-2:]) >= 2):
        above, weight = pyramid[-1]
        pyramid.append((halved(above), halved(weight)))
    above, weight = pyramid[-1]
    filled = torch.where(weight > 1e-6, above / (weight + 1e-6), 0.5) if coarsest is None else coarsest
    for below, weight in reversed(pyramid[:-1]):
        trust = (weight * 8).clamp(0, 1)
        filled = trust * (below / (weight + 1e-6)) + (1 - trust) * _enlarged(filled, below.shape[-2:])
    return filled


def folded(planes: Tensor) -> Tensor:
    """The four pixels of every 2x2 block as channels: N x C x H x W to N x 4C x H / 2 x W / 2.

    The same as `F.pixel_unshuffle` by two, several times faster on a CPU.
    """
    corners = [planes[..., row::2, column::2] for row in (0, 1) for column in (0, 1)]
    return torch.stack(corners, 2).flatten(1, 2)


def halved(planes: Tensor) -> Tensor:
    """Mean of every 2x2 block, odd sides completed by their last line: N x C x H x W to half of H and W, rounded up.

    The same as average pooling in ceil mode, several times faster on a CPU.
    """
    height, width = planes.shape[-2:]
    if height % 2 or width % 2:
        planes = F.pad(planes, (0, width % 2, 0, height % 2), mode="replicate")
    top, bottom = planes[..., ::2, :], planes[..., 1::2, :]
    rows = top + bottom
    return (rows[..., ::2] + rows[..., 1::2]) * 0.25


def _line_alpha(x: CompactInput, fore: Tensor, back: Tensor) -> Tensor:
    """(I - B).(F - B) / |F - B|^2 inside the unknown region, the trimap outside."""
    difference = fore - back
    projection = ((x.rgb - back) * difference).sum(1, keepdim=True)
    alpha = (projection / ((difference * difference).sum(1, keepdim=True) + 0.003)).clamp(0, 1)
    return alpha * x.unknown + x.foreground


def _length(colours: Tensor) -> Tensor:
    return (colours * colours).sum(1, keepdim=True).add(1e-6).sqrt()


def _enlarged(planes: Tensor, size: torch.Size | tuple[int, ...]) -> Tensor:
    return F.interpolate(planes, size=size, mode="bilinear", align_corners=False)
