"""Every drafter by its name. What needs a package or weights says so when it is built or first used."""

from collections.abc import Callable

from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.backdrop import BackdropDrafter
from matting_core.drafting.drafter import Drafter
from matting_core.drafting.from_mask import MaskDrafter
from matting_core.drafting.grabcut import GrabCutDrafter
from matting_core.drafting.learned import LearnedDrafter
from matting_core.drafting.rembg_drafter import RembgDrafter
from matting_core.drafting.segment_anything import SegmentAnythingDrafter
from matting_core.errors import UnknownDrafterError

DRAFTERS: dict[str, Callable[[], Drafter]] = {
    drafter.name: drafter
    for drafter in (
        AutomaticDrafter,
        BackdropDrafter,
        GrabCutDrafter,
        MaskDrafter,
        LearnedDrafter,
        RembgDrafter,
        SegmentAnythingDrafter,
    )
}


def build_drafter(name: str) -> Drafter:
    """A drafter with its defaults. Raises UnknownDrafterError, which lists the names there are."""
    if name not in DRAFTERS:
        raise UnknownDrafterError(f"there is no drafter named {name!r}; choose one of: {', '.join(sorted(DRAFTERS))}")
    return DRAFTERS[name]()
