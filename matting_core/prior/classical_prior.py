"""The classical prior of one photo and trimap: the ground on which the compact network stands.

Half resolution costs a quarter of the work and, with guided upsampling, about a tenth of the accuracy; the
data term from colour sampling more than wins that back (README, "Figures").
"""

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Floats, Rgb, Trimap
from matting_core.prior.closed_form import UnknownRegionSolver, trivial_alpha
from matting_core.prior.colour_sampling import ColourSamples, sample_colours
from matting_core.prior.guided_upsampling import guided_upsampling

T = TypeVar("T", bound=np.generic)

WEAK, STRONG = 1e-3, 1e-2
"""Weights of the data term: strong is better on narrow bands, bad on wide ones. The network decides."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What the classical methods say; h, w are half of H, W (rounded up).

    alpha: float32, HxW, [0, 1], exact where known. weak, strong: float32, hxw, [0, 1], the two solutions at
    half resolution. samples: colour sampling at half resolution.
    """

    alpha: Floats
    weak: Floats
    strong: Floats
    samples: ColourSamples

    def half_planes(self, rows: slice = slice(None), columns: slice = slice(None)) -> Floats:
        """The half-resolution planes that a network reads: float32, 11xhxw, in the order of `HALF_PLANES`."""
        samples = self.samples
        planes = (self.weak, self.strong, samples.alpha, samples.residual, samples.spread)
        colours = (samples.foreground, samples.background)
        parts = [plane[None, rows, columns] for plane in planes]
        parts += [colour[rows, columns].transpose(2, 0, 1) for colour in colours]
        return np.concatenate(parts).astype(np.float32, copy=False)


HALF_PLANES = ("weak", "strong", "sampled", "residual", "spread", "foreground x3", "background x3")


def unit_colours(rgb: Rgb) -> Floats:
    """uint8 or uint16 sRGB as float32 in [0, 1], same shape."""
    return rgb.astype(np.float32) / np.float32(np.iinfo(rgb.dtype).max)


def classical_prior(rgb: Rgb, trimap: Trimap) -> Prior:
    """Compute the prior of a whole photo or of a crop.

    rgb: uint8 or uint16, HxWx3, sRGB. trimap: uint8, HxW, {0, 128, 255}; any mixture of classes.
    """
    height, width = trimap.shape
    colours = pad_to_even(unit_colours(rgb))
    even_trimap = pad_to_even(trimap)
    small, small_trimap = halve(colours, even_trimap)
    samples = sample_colours(small, small_trimap)
    settled = trivial_alpha(small_trimap)
    if settled is not None:
        weak = strong = settled
    else:
        solver = UnknownRegionSolver(small, small_trimap)
        confidence = samples.confidence()
        weak = solver.solve(samples.alpha, confidence, weight=WEAK)
        strong = solver.solve(samples.alpha, confidence, weight=STRONG, start=weak)
    alpha = guided_upsampling(weak, small=small, large=colours)
    alpha[even_trimap == BACKGROUND] = 0
    alpha[even_trimap == FOREGROUND] = 1
    return Prior(alpha=alpha[:height, :width], weak=weak, strong=strong, samples=samples)


def halve(colours: Floats, trimap: Trimap) -> tuple[Floats, Trimap]:
    """Photo and trimap at half size; a pixel of it is known only if all four it covers are, and agree.

    colours: float32, HxWx3. trimap: uint8, HxW, {0, 128, 255}; H and W even.
    """
    height, width = trimap.shape
    size = (width // 2, height // 2)
    small = cv2.resize(colours, size, interpolation=cv2.INTER_AREA)
    blocks = trimap.reshape(height // 2, 2, width // 2, 2)
    darkest, brightest = blocks.min((1, 3)), blocks.max((1, 3))
    small_trimap = np.where(darkest == brightest, darkest, np.uint8(UNKNOWN)).astype(np.uint8)
    return small.astype(np.float32, copy=False), small_trimap


def pad_to_even(array: npt.NDArray[T]) -> npt.NDArray[T]:
    """Repeat the last row and column where height or width is odd."""
    edges = [(0, array.shape[0] % 2), (0, array.shape[1] % 2)] + [(0, 0)] * (array.ndim - 2)
    return np.pad(array, edges, mode="edge") if any(after for _, after in edges) else array
