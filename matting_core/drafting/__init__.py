"""Photo -> trimap: a draft for people to correct, never a truth. `drafters.py` knows every drafter by name."""

from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.backdrop import BackdropDrafter, backdrop_fit
from matting_core.drafting.drafter import Click, Draft, Drafter, Hints
from matting_core.drafting.from_mask import MaskDrafter, draft_from_mask
from matting_core.drafting.grabcut import GrabCutDrafter

__all__ = [
    "AutomaticDrafter",
    "BackdropDrafter",
    "Click",
    "Draft",
    "Drafter",
    "GrabCutDrafter",
    "Hints",
    "MaskDrafter",
    "backdrop_fit",
    "draft_from_mask",
]
