"""The four errors over all pixels instead of the unknown ones, as Distinctions-646 and some papers have them.

No trimap is asked for, so a matte predicted with one must be forced to its known pixels first, or errors there count.
"""

from matting_core.arrays import Alpha
from matting_core.metrics.comparison import everywhere
from matting_core.metrics.connectivity import connectivity_error_of
from matting_core.metrics.differences import mse_of, sad_of
from matting_core.metrics.gradient import gradient_error_of
from matting_core.metrics.summary import MatteErrors, errors_of


def measure_whole_image(alpha: Alpha, truth: Alpha) -> MatteErrors:
    """All four errors at once, over all pixels. Raises InvalidArrayError."""
    return errors_of(everywhere(alpha, truth))


def whole_image_sad(alpha: Alpha, truth: Alpha) -> float:
    """`metrics.sad` summed over all pixels."""
    return sad_of(everywhere(alpha, truth))


def whole_image_mse(alpha: Alpha, truth: Alpha) -> float:
    """`metrics.mse`: the mean over all pixels, and so smaller the less of the image is unknown."""
    return mse_of(everywhere(alpha, truth))


def whole_image_gradient_error(alpha: Alpha, truth: Alpha) -> float:
    """`metrics.gradient_error` summed over all pixels."""
    return gradient_error_of(everywhere(alpha, truth))


def whole_image_connectivity_error(alpha: Alpha, truth: Alpha) -> float:
    """`metrics.connectivity_error` summed over all pixels."""
    return connectivity_error_of(everywhere(alpha, truth))
