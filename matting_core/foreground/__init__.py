"""The subject's own colours, free of the old background, and a cut-out over anything.

A photo is I = alpha F + (1 - alpha) B. A cut-out that kept I along soft edges would carry the old background
with it, so F is estimated first. Alpha is straight everywhere: colours are never multiplied by it.
"""

from matting_core.foreground.canvas import cover_canvas, place_on_canvas, subject_box
from matting_core.foreground.compositing import composite, cut_out
from matting_core.foreground.contact_shadow import contact_shadow, with_shadow
from matting_core.foreground.estimate import estimate_foreground
from matting_core.foreground.update import ForegroundPatch, update_foreground

__all__ = [
    "ForegroundPatch",
    "composite",
    "contact_shadow",
    "cover_canvas",
    "cut_out",
    "estimate_foreground",
    "place_on_canvas",
    "subject_box",
    "update_foreground",
    "with_shadow",
]
