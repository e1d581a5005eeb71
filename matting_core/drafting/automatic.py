"""The drafter that the studio uses by itself: looks at the frame and chooses."""

from matting_core.arrays import Rgb
from matting_core.drafting.backdrop import BackdropDrafter, backdrop_fit
from matting_core.drafting.drafter import NO_HINTS, Draft, Hints
from matting_core.drafting.grabcut import GrabCutDrafter

PLAIN_ENOUGH = 0.85  # of the frame; the rest may be a subject that the frame cuts


class AutomaticDrafter:
    """The backdrop's model where the frame is plain, GrabCut elsewhere."""

    name = "automatic"

    def __init__(self) -> None:
        self._backdrop, self._grabcut = BackdropDrafter(), GrabCutDrafter()

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Draft:
        """See `matting_core.drafting.drafter.Drafter.draft`."""
        drafter = self._backdrop if backdrop_fit(rgb) >= PLAIN_ENOUGH else self._grabcut
        return drafter.draft(rgb, hints)
