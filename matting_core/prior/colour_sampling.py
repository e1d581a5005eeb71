"""Colour sampling: for each unknown pixel, which known foreground and background colours could have mixed it?

Candidates are the nearest known pixel and the nearest known pixel of each of a few colour clusters
(`colour_candidates.py`); every foreground/background pair is scored, and the pairs are averaged with softmax
weights. The score follows the robust sampling literature (Gastal & Oliveira, "Shared Sampling for Real-Time Alpha
Matting", 2010): a good pair explains the pixel's colour, lies near, and its two colours can be told apart.
"""

from dataclasses import dataclass

import cv2
import torch
from torch import Tensor
from torch.nn import functional as F

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Floats, Trimap
from matting_core.cancelling import checkpoint
from matting_core.prior.colour_candidates import Candidates, find_candidates
from matting_core.trimap import coarser

PIXELS_AT_ONCE = 1 << 11
"""Keeps the table of pairs, 49 numbers a pixel, in the processor's cache; a GPU takes more at once."""
PIXELS_AT_ONCE_ON_GPU = 1 << 17

RESIDUAL_UNIT = 6e-4  # squared colour distance that costs one unit
DISTANCE_COST = 0.06
CONTRAST_COST = 0.3
CONTRAST_UNIT = 1e-2
TEMPERATURE = 0.7


@dataclass(frozen=True, slots=True)
class ColourSamples:
    """What sampling believes: float32 planes H x W and colours 3 x H x W.

    alpha: [0, 1], exact where the trimap is known. spread: standard deviation of alpha over the pairs.
    residual: colour that the pairs leave unexplained. foreground, background: colours in [0, 1]; the photo's
    own where known.
    """

    alpha: Tensor
    spread: Tensor
    residual: Tensor
    foreground: Tensor
    background: Tensor

    def confidence(self) -> Tensor:
        """[0, 1]: high where the pair explains the colour, its two colours differ and the pairs agree."""
        contrast = (self.foreground - self.background).square().sum(0)
        apart = contrast / (contrast + 0.02)
        return torch.exp(-self.residual / 0.03 - self.spread / 0.2) * apart


def sample_colours(colours: Floats, trimap: Trimap, *, device: str | torch.device = "cpu") -> ColourSamples:
    """Sample foreground and background colours for the unknown region.

    colours: float32, H x W x 3, sRGB in [0, 1]. trimap: uint8, H x W, {0, 128, 255}. Candidates are looked for on
    the CPU, pairs are weighed on `device`, where the result stays. Deterministic. Without any known foreground or
    background, alpha is 0.5 and both colours are the photo's own. Raises Cancelled.
    """
    unknown, foreground, background = trimap == UNKNOWN, trimap == FOREGROUND, trimap == BACKGROUND
    own = torch.from_numpy(colours).to(device).permute(2, 0, 1).contiguous()
    where = torch.from_numpy(unknown).to(device)
    alpha = torch.where(where, 0.5, torch.from_numpy(foreground).to(device).float())
    samples = ColourSamples(alpha, torch.zeros_like(alpha), torch.zeros_like(alpha), own.clone(), own.clone())
    if not (unknown.any() and foreground.any() and background.any()):
        return samples
    fore = find_candidates(colours, foreground, wanted=unknown).to(device)
    back = find_candidates(colours, background, wanted=unknown).to(device)
    pixels = own[:, where]
    found = torch.empty((9, pixels.shape[1]), device=device)
    step = PIXELS_AT_ONCE if pixels.device.type == "cpu" else PIXELS_AT_ONCE_ON_GPU
    for start in range(0, pixels.shape[1], step):
        checkpoint()
        part = slice(start, start + step)
        found[:, part] = _weigh_pairs(pixels[:, part], fore.of(part), back.of(part))
    samples.alpha[where], samples.spread[where], samples.residual[where] = found[0], found[1], found[2]
    samples.foreground[:, where], samples.background[:, where] = found[3:6], found[6:9]
    return samples


def sample_colours_coarsely(colours: Floats, trimap: Trimap, *, device: str | torch.device = "cpu") -> ColourSamples:
    """`sample_colours` at half of the given size, enlarged: a quarter of the work, a little blunter.

    Alpha and residual are taken at the given size, by projecting each pixel on the line between its two colours.
    """
    height, width = trimap.shape
    labels = coarser(trimap, times=2)
    if not all((labels == label).any() for label in (BACKGROUND, UNKNOWN, FOREGROUND)):
        return sample_colours(colours, trimap, device=device)
    even = cv2.copyMakeBorder(colours, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    small = cv2.resize(even, labels.shape[::-1], interpolation=cv2.INTER_AREA)
    coarse = sample_colours(small, labels, device=device)
    own = torch.from_numpy(colours).to(device).permute(2, 0, 1).contiguous()
    unknown, is_fore = (torch.from_numpy(trimap == label).to(device) for label in (UNKNOWN, FOREGROUND))

    def enlarged(planes: Tensor) -> Tensor:
        size = (even.shape[0], even.shape[1])
        return F.interpolate(planes[None], size=size, mode="bilinear", align_corners=False)[0, :, :height, :width]

    fore, back = enlarged(coarse.foreground), enlarged(coarse.background)
    line, offset = fore - back, own - back
    contrast, projection = line.square().sum(0), (line * offset).sum(0)
    alpha = (projection / (contrast + 1e-4)).clamp(0, 1)
    unexplained = (offset.square().sum(0) - 2 * alpha * projection + alpha * alpha * contrast).clamp(min=0)
    return ColourSamples(
        alpha=torch.where(unknown, alpha, is_fore.to(alpha.dtype)),
        spread=enlarged(coarse.spread[None])[0] * unknown,
        residual=unexplained.sqrt() * unknown,
        foreground=torch.where(unknown, fore, own),
        background=torch.where(unknown, back, own),
    )


def _weigh_pairs(pixels: Tensor, fore: Candidates, back: Candidates) -> Tensor:
    """Average all pairs of candidates: alpha, spread, residual, foreground (3), background (3), as 9 x n.

    With d = F - B, the pixel's alpha on the line is (x - B).d / |d|^2, and what the line cannot explain is
    |x - B - alpha d|^2. Colours are taken relative to x, so that small differences keep their digits.
    """
    f, b = fore.colours - pixels[:, None], back.colours - pixels[:, None]  # 3 x K x n
    crossed = (f[:, :, None] * b[:, None]).sum(0)
    f_squared, b_squared = f.square().sum(0)[:, None], b.square().sum(0)[None]
    projection = b_squared - crossed
    contrast = (f_squared - crossed + projection).clamp_(min=0)
    alpha = (projection / (contrast + 1e-4)).clamp_(0, 1)
    unexplained = (alpha * contrast - 2 * projection).mul_(alpha).add_(b_squared).clamp_(min=0)
    cost = (contrast * (-1 / CONTRAST_UNIT)).exp_().mul_(CONTRAST_COST)
    cost.add_(unexplained, alpha=1 / RESIDUAL_UNIT).add_(_far(fore)[:, None]).add_(_far(back)[None])
    weight = torch.softmax(cost.flatten(0, 1) / -TEMPERATURE, 0).view_as(cost)
    weighted = weight * alpha
    mean = weighted.sum((0, 1))
    spread = ((weighted * alpha).sum((0, 1)) - mean * mean).clamp_(min=0).sqrt_()
    residual = (weight * unexplained).sum((0, 1)).sqrt_()
    foreground = (weight.sum(1) * fore.colours).sum(1)
    background = (weight.sum(0) * back.colours).sum(1)
    return torch.cat([torch.stack([mean, spread, residual]), foreground, background])


def _far(candidates: Candidates) -> Tensor:
    """Cost of each candidate's distance, in units of that of the nearest one: K x n."""
    distances = candidates.distances
    return DISTANCE_COST * distances / (distances.amin(0, keepdim=True) + 2)
