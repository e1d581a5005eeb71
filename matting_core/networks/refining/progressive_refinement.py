"""Alpha at three scales, and how the coarse one is refined by the finer ones where it is uncertain.

After Yu et al., "Mask Guided Matting via Progressive Refinement Network" (2021), section 3.2, as Park et al.,
"MatteFormer" (2022), use it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from matting_core.networks.refining.prior_tokens import PriorTokens, TileContext

FIRST_WIDTH, SECOND_WIDTH = 15, 7
"""Diameters of the dilation before the alpha at 1/4 and before the one at 1/1 takes over, in cells of the grid."""
GRID = 640
"""Uncertain pixels are dilated on a square grid of this side, so that the reach grows with the photo."""
CERTAIN = 1 / 255
"""An alpha closer than this to 0 or to 1 is settled."""


@dataclass(frozen=True, slots=True)
class MultiscaleAlpha:
    """What a refining network predicts: three alphas, each N x 1 x H x W, [0, 1].

    The number is the output stride of the features that an alpha was read from: 8 is smooth and sees far, 1 has all
    the detail and is only good near the edge. Training needs all three.
    """

    alpha_os1: Tensor
    alpha_os4: Tensor
    alpha_os8: Tensor


class RefiningNetwork(nn.Module):
    """Base of the networks that predict a `MultiscaleAlpha`.

    Height and width of everything that they are given are multiples of 32.
    """

    def forward(self, rgb: Tensor, classes: Tensor, context: "TileContext | None" = None) -> MultiscaleAlpha:
        """Alpha at three scales.

        rgb: N x 3 x H x W, normalised by ImageNet's mean and deviation. classes: N x 3 x H x W, one-hot trimap in
        the order background, unknown, foreground. context: of the whole photo, if `rgb` is a tile of it; None: it
        is its own context.
        """
        raise NotImplementedError

    def prior_tokens(self, rgb: Tensor, classes: Tensor) -> "PriorTokens | None":
        """Prior tokens of a whole photo, for tiles of it at a higher resolution; None if this network has none and
        looks no further than a tile's margin. Arguments as of `forward`.
        """
        return None


def fuse(alphas: MultiscaleAlpha) -> Tensor:
    """One alpha out of three: N x 1 x H x W, [0, 1], detached.

    It starts from the one at 1/8. Where that is uncertain, the one at 1/4 takes over; where the result is uncertain,
    the one at 1/1 does.
    """
    alpha = alphas.alpha_os8.detach()
    for finer, width in ((alphas.alpha_os4, FIRST_WIDTH), (alphas.alpha_os1, SECOND_WIDTH)):
        alpha = torch.where(uncertain(alpha, width=width), finer.detach(), alpha)
    return alpha


def uncertain(alpha: Tensor, *, width: int) -> Tensor:
    """Where an alpha is neither 0 nor 1, and around that: bool, N x 1 x H x W.

    alpha: N x 1 x H x W, [0, 1]. width: diameter of the elliptical dilation, in cells of a 640 x 640 grid over the
    photo.
    """
    cells = F.interpolate(alpha.detach().float(), size=(GRID, GRID), mode="nearest")
    open_cells = ((cells >= CERTAIN) & (cells <= 1 - CERTAIN))[:, 0].to(torch.uint8).cpu().numpy()
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    dilated = torch.from_numpy(np.stack([cv2.dilate(plane, ellipse) for plane in open_cells]))[:, None]
    return F.interpolate(dilated, size=alpha.shape[-2:], mode="nearest").bool().to(alpha.device)
