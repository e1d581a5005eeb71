"""The loss of JPEG, without its entropy coding: blocks of cosines, rounded in steps that depend on the quality.

Tables and quality scaling as in ITU-T T.81, annex K, and in the reference encoder of the Independent JPEG Group.
"""

import math

import torch
from torch import Tensor

BLOCK = 8
LUMA = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
CHROMA = (
    (17, 18, 24, 47, 99, 99, 99, 99),
    (18, 21, 26, 66, 99, 99, 99, 99),
    (24, 26, 56, 99, 99, 99, 99, 99),
    (47, 66, 99, 99, 99, 99, 99, 99),
    *[(99,) * 8] * 4,
)
TO_YCBCR = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))


def compressed(picture: Tensor, *, quality: Tensor) -> Tensor:
    """What is left of a picture after JPEG: float32, N x 3 x H x W, nominally [0, 1], not rounded.

    picture: float32, N x 3 x H x W, sRGB, [0, 1]; H, W multiples of 8. quality: N x 1 x 1 x 1, in (0, 100]. Chroma is
    not subsampled.
    """
    count, _, height, width = picture.shape
    mixing = torch.tensor(TO_YCBCR, device=picture.device)
    ycc = torch.einsum("oc,nchw->nohw", mixing, picture * 255) - torch.tensor(
        [128.0, 0, 0], device=picture.device
    ).view(1, 3, 1, 1)
    blocks = ycc.view(count, 3, height // BLOCK, BLOCK, width // BLOCK, BLOCK).transpose(3, 4)
    cosines = _cosines(picture.device)
    spectrum = cosines @ blocks @ cosines.T
    steps = _steps(quality)[:, :, None, None]
    restored = cosines.T @ ((spectrum / steps).round() * steps) @ cosines
    ycc = restored.transpose(3, 4).reshape(count, 3, height, width)
    ycc[:, 0] += 128
    return torch.einsum("oc,nchw->nohw", torch.linalg.inv(mixing), ycc) / 255


def _cosines(device: torch.device) -> Tensor:
    """The orthonormal cosine transform of eight values: 8 x 8."""
    place = torch.arange(BLOCK, device=device, dtype=torch.float32)
    waves = torch.cos((2 * place[None] + 1) * place[:, None] * math.pi / (2 * BLOCK)) / 2
    waves[0] /= math.sqrt(2)
    return waves


def _steps(quality: Tensor) -> Tensor:
    """Quantisation steps of the three channels: N x 3 x 8 x 8."""
    tables = torch.tensor([LUMA, CHROMA, CHROMA], dtype=torch.float32, device=quality.device)
    scale = torch.where(quality < 50, 5000 / quality, 200 - 2 * quality)
    return ((tables[None] * scale + 50) / 100).floor().clamp(1, 255)
