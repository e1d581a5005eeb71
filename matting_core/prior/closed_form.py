"""Closed-form matting with a data term, solved for the unknown pixels only.

Levin, Lischinski & Weiss, "A Closed-Form Solution to Natural Image Matting" (2008): alpha minimises a^T L a,
where the matting Laplacian L says that alpha is a linear function of colour in every 3x3 window. Here the
known pixels are not softly weighted but eliminated, so that the system is as large as the unknown region, not
as the photo:

    (L_UU + D) a_U = D s_U - L_UK a_K,      D = diag(weight * confidence + least trust)

with s the alpha from colour sampling, trusted where its confidence says so.
"""

import torch
from torch import Tensor

from matting_core.arrays import FOREGROUND, UNKNOWN
from matting_core.prior.matting_laplacian import unknown_rows
from matting_core.prior.multigrid import Multigrid
from matting_core.prior.pixel_set import SELF

WEAK, STRONG = 1e-3, 1e-2
"""Weights of the data term: strong is better on narrow bands, bad on wide ones. The network decides."""
TOWARDS_LIGHT = 1.4
"""Power of the sRGB values that the Laplacian sees. A lens mixes in linear light, which would be 2.2, and there alpha
is a linear function of colour; but dark textures then vanish beside bright ones. Part of the way has the lowest error
on photographs (docs/decisions/0011)."""
RELATIVE_TOLERANCE = 5e-4
"""Of the residual. Multigrid leaves no smooth error behind, so that converging further changes no figure."""
LEAST_TRUST = 1e-6
"""Of the data term everywhere: without it, a region that no window connects would have no answer."""


def closed_form(
    colours: Tensor,
    labels: Tensor,
    *,
    samples: Tensor,
    confidence: Tensor,
    tolerance: float = RELATIVE_TOLERANCE,
) -> tuple[Tensor, Tensor]:
    """The alphas with the weak and with the strong data term: float32, H x W, [0, 1], exact where known.

    colours: float32, 3 x H x W, sRGB in [0, 1]. labels: the trimap, uint8, H x W. samples, confidence: float32,
    H x W, [0, 1]. tolerance: see `Multigrid.solve`. Works on any device. Raises Cancelled.
    """
    unknown, foreground = labels == UNKNOWN, labels == FOREGROUND
    known = foreground.to(colours.dtype)
    if not bool(unknown.any()):
        return known, known
    rows = unknown_rows(colours**TOWARDS_LIGHT, unknown, foreground)
    target = samples[unknown]
    trust = WEAK * confidence[unknown] + LEAST_TRUST
    couplings = rows.couplings.index_add(0, torch.tensor([SELF], device=colours.device), trust[None])
    system = Multigrid(rows.pixels, rows.neighbours, couplings)
    heavier = (STRONG / WEAK - 1) * trust
    weak = system.solve(rows.pull + trust * target, target, tolerance=tolerance)
    strong = system.solve(rows.pull + (trust + heavier) * target, weak, heavier=heavier, tolerance=tolerance)
    return _placed(weak, known, unknown), _placed(strong, known, unknown)


def _placed(values: Tensor, known: Tensor, unknown: Tensor) -> Tensor:
    plane = known.clone()
    plane[unknown] = values.clamp(0, 1)
    return plane
