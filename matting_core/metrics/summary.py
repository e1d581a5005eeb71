"""The four errors of one matte together."""

from dataclasses import dataclass

from matting_core.arrays import Alpha, Trimap
from matting_core.metrics.comparison import Comparison, in_unknown
from matting_core.metrics.connectivity import connectivity_error_of
from matting_core.metrics.differences import mse_of, sad_of
from matting_core.metrics.gradient import gradient_error_of


@dataclass(frozen=True, slots=True)
class MatteErrors:
    """The four errors of one matte; see the functions of the same names."""

    sad: float
    mse: float
    grad: float
    conn: float


def measure(alpha: Alpha, truth: Alpha, trimap: Trimap) -> MatteErrors:
    """All four errors at once, over the unknown pixels. Raises InvalidArrayError."""
    return errors_of(in_unknown(alpha, truth, trimap))


def errors_of(pair: Comparison) -> MatteErrors:
    """All four errors at once, over the pixels that count."""
    return MatteErrors(
        sad=sad_of(pair), mse=mse_of(pair), grad=gradient_error_of(pair), conn=connectivity_error_of(pair)
    )
