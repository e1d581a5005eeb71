"""Photo -> trimap without any learnt weights: a draft for people to correct, never a truth."""

from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.backdrop import BackdropDrafter, backdrop_fit
from matting_core.drafting.drafter import Drafter, Hints
from matting_core.drafting.grabcut import GrabCutDrafter

__all__ = ["AutomaticDrafter", "BackdropDrafter", "Drafter", "GrabCutDrafter", "Hints", "backdrop_fit"]
