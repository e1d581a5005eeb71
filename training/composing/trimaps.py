"""Trimaps as people draw them: a band of random width, uneven, with small holes and specks left unknown."""

import torch
from torch import Tensor
from torch.nn import functional as F

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from training.composing.chance import Chance

NARROW, WIDE = 9.0, 28.0
"""Largest half width of the band in pixels; one half of the samples each."""
LARGEST_SPECK = 7.0
"""Radius in pixels of the widest brush that known parts are painted with."""
SQUARES_FIT = 128
"""Below it, the sum of two squares is a 16-bit number."""


def operator_trimaps(chance: Chance, alpha: Tensor) -> Tensor:
    """Trimaps that operators might have drawn: uint8, N x 1 x H x W, {0, 128, 255}.

    alpha: float32, N x 1 x H x W, [0, 1]. The band is dilated from what is neither clearly foreground nor clearly
    background, by an own width on either side; half of the operators are twice as careful in some places, some leave
    unknown what their brush does not fit into. A known label never contradicts `alpha` by more than 12 / 255.
    """
    careful = chance.happens(0.8)
    high = torch.where(careful, 250 / 255, 243 / 255)
    low = torch.where(careful, 5 / 255, 12 / 255)
    width = 1 + torch.where(chance.happens(0.5), chance.log_between(1, NARROW), chance.log_between(1, WIDE))
    uneven = chance.unit(1, 5, 5)
    field = F.interpolate(uneven, size=alpha.shape[-2:], mode="bicubic", align_corners=False)
    bold = chance.happens(0.5) & (field < 0.5)
    specks = torch.where(chance.happens(0.4), chance.between(1.5, LARGEST_SPECK), 0.0)
    known = []
    for mask, side_width in ((alpha > high, width), (alpha < low, width * chance.between(0.5, 1.3))):
        whole = opened(mask, specks, reach=int(LARGEST_SPECK) + 1)
        side_width = torch.where(bold, (side_width / 2).clamp(min=1), side_width)
        inside = capped_distance(~whole, reach=int(WIDE * 1.3) + 2)
        known.append(opened(inside > side_width, torch.where(chance.happens(0.5), 2.0, 0.0), reach=3))
    fore, back = known
    labels = torch.full_like(alpha, UNKNOWN, dtype=torch.uint8)
    return labels.masked_fill_(back, BACKGROUND).masked_fill_(fore, FOREGROUND)


def opened(mask: Tensor, radius: Tensor, *, reach: int) -> Tensor:
    """Only what a disc of `radius` pixels fits into (N x 1 x 1 x 1; 0 changes nothing): bool, N x 1 x H x W.

    reach: no radius is larger.
    """
    core = capped_distance(~mask, reach=reach) > radius
    return torch.where(radius > 0, capped_distance(core, reach=reach) <= radius, mask)


def capped_distance(mask: Tensor, *, reach: int) -> Tensor:
    """Euclidean distance in pixels to the nearest true pixel, at most `reach` + 1: float32, N x 1 x H x W.

    mask: bool, N x 1 x H x W. Beyond the picture's border nothing is true. First along the rows, then the lower
    envelope over the columns (Felzenszwalb & Huttenlocher, 2012, section 2, as a plain minimum over the reach).
    """
    far = reach + 1
    # two squares must fit; the narrower numbers take half the time
    whole = torch.int16 if far < SQUARES_FIT else torch.int32
    width, height = mask.shape[-1], mask.shape[-2]
    place = torch.arange(width, device=mask.device, dtype=whole)
    nowhere = torch.tensor(-far, dtype=whole, device=mask.device)
    before = place - torch.where(mask, place, nowhere).cummax(-1).values
    mirrored = torch.where(mask.flip(-1), place, nowhere)
    after = (place - mirrored.cummax(-1).values).flip(-1)
    along = torch.minimum(before, after).clamp_(max=far)
    squared = along * along
    best = squared.clone()
    for step in range(1, min(reach, height - 1) + 1):
        raised = squared + step * step
        torch.minimum(best[..., step:, :], raised[..., :-step, :], out=best[..., step:, :])
        torch.minimum(best[..., :-step, :], raised[..., step:, :], out=best[..., :-step, :])
    return best.float().sqrt_().clamp_(max=far)
