"""What is measured of a matte and of a draft, and which measure decides."""

from dataclasses import dataclass
from enum import StrEnum

from annotation_store.kinds import ModelKind


class Measure(StrEnum):
    """A figure of a model on an image; lower is better."""

    SAD = "sad"  # thousands, an image
    GRAD = "grad"  # thousands, an image
    MSE = "mse"  # over all unknown pixels of all images
    PAINTED_AREA = "painted_area"  # share of the photo's pixels that must be painted to mend the draft
    STROKES = "strokes"  # that mend the draft
    FALSELY_CERTAIN = "falsely_certain"  # the next two together
    FALSE_FOREGROUND = "false_foreground"  # share of the photo's pixels
    FALSE_BACKGROUND = "false_background"  # share of the photo's pixels
    BAND_MISMATCH = "band_mismatch"  # 1 - IoU of the unknown class


@dataclass(frozen=True, slots=True)
class Rule:
    """measures: in the order in which each image gives them.

    decides: must be lower beyond noise. guards: must not be higher beyond noise.
    """

    measures: tuple[Measure, ...]
    decides: Measure
    guards: tuple[Measure, ...]


RULES = {
    ModelKind.MATTING: Rule(
        measures=(Measure.SAD, Measure.GRAD, Measure.MSE), decides=Measure.SAD, guards=(Measure.GRAD,)
    ),
    ModelKind.DRAFTER: Rule(
        measures=(
            Measure.PAINTED_AREA,
            Measure.STROKES,
            Measure.FALSELY_CERTAIN,
            Measure.FALSE_FOREGROUND,
            Measure.FALSE_BACKGROUND,
            Measure.BAND_MISMATCH,
        ),
        decides=Measure.PAINTED_AREA,
        # not the band: approved trimaps have that of whatever drafted them
        guards=(Measure.FALSELY_CERTAIN,),
    ),
}
"""By which rule each kind of model is judged."""
