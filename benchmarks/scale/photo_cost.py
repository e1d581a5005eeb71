"""What one photo of a certain size costs, from draft to approval."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhotoCost:
    """As `benchmarks.scale.inputs` measures it.

    draft_cpu_seconds: of a processor, for a draft. stroke_cpu_seconds: for a stroke, storing and encoding the answer
    included; HTTP comes on top. pen_seconds, draft_pen_seconds: that a stroke, and all that is written of a draft, has
    the pen. bytes: matte of one revision, screen what a browser gets when it opens the photo, answer that to a stroke.
    """

    megapixels: float
    draft_cpu_seconds: float
    stroke_cpu_seconds: float
    pen_seconds: float
    draft_pen_seconds: float
    photo_bytes: float
    thumbnail_bytes: float
    matte_bytes: float
    screen_bytes: float
    answer_bytes: float
