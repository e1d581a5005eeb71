"""The classical prior of one photo and trimap: the ground on which the compact network stands.

Half resolution costs a quarter of the work and, with guided upsampling, about a tenth of the accuracy; the
data term from colour sampling more than wins that back (README, "Figures"). All of it lives in planes of half
resolution; what is needed at full resolution is made box by box (`Prior.full_alpha`): no plane of floats of the whole
photo's size is ever made.
"""

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from matting_core.arrays import FOREGROUND, UNKNOWN, Floats, Rgb, Trimap, unit_colours
from matting_core.box import Box
from matting_core.padding import pad_to_even
from matting_core.prior.closed_form import RELATIVE_TOLERANCE, closed_form
from matting_core.prior.colour_sampling import ColourSamples, sample_colours, sample_colours_coarsely
from matting_core.prior.guided_upsampling import guided_upsampling
from matting_core.trimap import coarser, settled_alpha

QUICK_TOLERANCE = 3e-3
"""Of the solver's residual where nobody looks closely yet."""
LARGEST_SYSTEM = 2_000_000
"""Unknown pixels at half resolution, each worth some 700 bytes while the system is solved; with more of them, it is
solved at a quarter of the photo's resolution."""
GUIDE_MARGIN = 4
"""Half-resolution pixels beside a box that guided upsampling looks at."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What the classical methods say; h, w are half of H, W (rounded up); float32 tensors on one device.

    colours, labels: the photo, 3 x h x w, and the trimap, uint8, h x w, at half resolution. weak, strong: h x w,
    [0, 1], the two solutions. samples: colour sampling.
    """

    colours: Tensor
    labels: Tensor
    weak: Tensor
    strong: Tensor
    samples: ColourSamples

    def half_planes(self, rows: slice = slice(None), columns: slice = slice(None)) -> Tensor:
        """The half-resolution planes that a network reads: float32, 11 x h x w.

        In this order: weak, strong and sampled alpha, residual, spread, foreground (3), background (3).
        """
        samples = self.samples
        planes = (self.weak, self.strong, samples.alpha, samples.residual, samples.spread)
        parts = [plane[None, rows, columns] for plane in planes]
        parts += [colour[:, rows, columns] for colour in (samples.foreground, samples.background)]
        return torch.cat(parts)

    def full_alpha(self, rgb: Rgb, trimap: Trimap, box: Box | None = None) -> Tensor:
        """The weak solution at full resolution inside `box`, whose left and top are even: float32, box's H x W.

        rgb, trimap: of the whole photo. Exact where the trimap is known. Without a box, of the whole photo.
        """
        height, width = trimap.shape
        box = box or Box(0, 0, width, height)
        outer = box.grown(2 * GUIDE_MARGIN).clipped(width=width, height=height)
        half = Box(outer.left // 2, outer.top // 2, -(-outer.right // 2), -(-outer.bottom // 2)).slices
        large = pad_to_even(unit_colours(rgb[outer.slices]))
        alpha = guided_upsampling(
            self.weak[half],
            small=self.colours[:, *half],
            large=torch.from_numpy(large).to(self.weak.device).permute(2, 0, 1),
        )
        inner = Box(box.left - outer.left, box.top - outer.top, box.right - outer.left, box.bottom - outer.top)
        # comparing first makes new arrays: PyTorch takes no flipped views
        unknown, foreground = (
            torch.from_numpy(trimap[box.slices] == label).to(alpha.device) for label in (UNKNOWN, FOREGROUND)
        )
        return torch.where(unknown, alpha[inner.slices], foreground.to(alpha.dtype))


def classical_prior(
    rgb: Rgb,
    trimap: Trimap,
    *,
    device: str | torch.device = "cpu",
    quick: bool = False,
) -> Prior:
    """Compute the prior of a whole photo or of a crop.

    rgb: uint8 or uint16, HxWx3, sRGB. trimap: uint8, HxW, {0, 128, 255}; any mixture of classes. quick: sample
    colours more coarsely and stop the solver early, which is enough while a stroke is being drawn. Raises Cancelled.
    """
    small, small_trimap = halve(rgb, trimap)
    huge = np.count_nonzero(small_trimap == UNKNOWN) > LARGEST_SYSTEM
    samples = (sample_colours_coarsely if quick or huge else sample_colours)(small, small_trimap, device=device)
    colours = torch.from_numpy(small).to(device).permute(2, 0, 1).contiguous()
    labels = torch.from_numpy(small_trimap).to(device)
    settled = settled_alpha(small_trimap)
    if settled is not None:
        weak = strong = torch.from_numpy(settled).to(device)
    else:
        solve = _closed_form_at_half_size if huge else closed_form
        weak, strong = solve(
            colours,
            labels,
            samples=samples.alpha,
            confidence=samples.confidence(),
            tolerance=QUICK_TOLERANCE if quick else RELATIVE_TOLERANCE,
        )
    return Prior(colours=colours, labels=labels, weak=weak, strong=strong, samples=samples)


def _closed_form_at_half_size(
    colours: Tensor, labels: Tensor, *, samples: Tensor, confidence: Tensor, tolerance: float
) -> tuple[Tensor, Tensor]:
    """`closed_form` on planes of half the size, brought back along the edges of `colours`."""
    small_labels = torch.from_numpy(coarser(labels.cpu().numpy(), times=2)).to(labels.device)
    height, width = labels.shape
    edges = (0, width % 2, 0, height % 2)

    def halved(planes: Tensor) -> Tensor:
        return F.avg_pool2d(F.pad(planes[None], edges, mode="replicate"), 2)[0]

    small = halved(colours)
    alphas = closed_form(
        small,
        small_labels,
        samples=halved(samples[None])[0],
        confidence=halved(confidence[None])[0],
        tolerance=tolerance,
    )
    even = F.pad(colours[None], edges, mode="replicate")[0]
    known = (labels == FOREGROUND).to(colours.dtype)
    weak, strong = (
        torch.where(labels == UNKNOWN, guided_upsampling(alpha, small=small, large=even)[:height, :width], known)
        for alpha in alphas
    )
    return weak, strong


STRIP = 512
"""Rows of the photo that are halved at once; even."""


def halve(rgb: Rgb, trimap: Trimap) -> tuple[Floats, Trimap]:
    """Colours (float32, hxwx3, [0, 1]) and trimap at half size, odd sides completed by their last line.

    How labels are halved: see `matting_core.trimap.coarser`.
    """
    even = pad_to_even(rgb)
    height, width = even.shape[:2]
    # in floats, for a mean of four bytes has two more bits; in strips, for a photo in floats is twelve bytes a pixel
    small = np.empty((height // 2, width // 2, 3), np.float32)
    for top in range(0, height, STRIP):
        strip = unit_colours(cast(Rgb, even[top : top + STRIP]))
        small[top // 2 : (top + STRIP) // 2] = cv2.resize(
            strip, (width // 2, len(strip) // 2), interpolation=cv2.INTER_AREA
        )
    return small, coarser(trimap, times=2)
