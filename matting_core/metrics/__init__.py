"""How far a matte is from the truth: SAD, MSE, Grad and Conn as the matting benchmarks define them, and more.

The definitions are those of Rhemann et al., "A Perceptually Motivated Online Benchmark for Image Matting",
CVPR 2009, with the constants of the evaluation code that Composition-1k is scored with. They are defined on
8-bit mattes, so both mattes are rounded to 8 bits first, and all sums run over the unknown pixels of the
trimap. Nothing is forced: bring a matte that is exact at its known pixels
(`matting_core.trimap.force_known`), for Grad and Conn look beyond the unknown region.

Scores of different conventions cannot be compared. What sums over all pixels says so in its name:
`measure_whole_image`, `whole_image_sad` and so on. `boundary_errors` tells near and far from the edge apart.

Everywhere below: alpha, truth float32, HxW, [0, 1]; trimap uint8, HxW, {0, 128, 255}; lower is better; 0.0
where no pixel counts. InvalidArrayError is raised if an array breaks its contract or the sizes differ.
"""

from matting_core.metrics.boundary import BANDS, BandError, boundary_errors
from matting_core.metrics.connectivity import connectivity_error
from matting_core.metrics.differences import mse, sad
from matting_core.metrics.gradient import gradient_error
from matting_core.metrics.summary import MatteErrors, measure
from matting_core.metrics.whole_image import (
    measure_whole_image,
    whole_image_connectivity_error,
    whole_image_gradient_error,
    whole_image_mse,
    whole_image_sad,
)

__all__ = [
    "BANDS",
    "BandError",
    "MatteErrors",
    "boundary_errors",
    "connectivity_error",
    "gradient_error",
    "measure",
    "measure_whole_image",
    "mse",
    "sad",
    "whole_image_connectivity_error",
    "whole_image_gradient_error",
    "whole_image_mse",
    "whole_image_sad",
]
