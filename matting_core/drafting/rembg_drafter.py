"""The general background removers of the package ``rembg``, if somebody has installed it.

Never required: its first use downloads weights whose licences differ from ours, so that taking it is a choice of the
studio's owner.
"""

from typing import Any

import numpy as np

from matting_core.arrays import Floats, Rgb
from matting_core.drafting.drafter import NO_HINTS, Draft, Hints, check_hints
from matting_core.drafting.from_mask import draft_from_mask
from matting_core.drafting.working_copy import shrunk
from matting_core.optional_packages import require

SIDE = 1024  # its networks look at no more than that
MODEL = "u2net"
EIGHT_BIT = 255


class RembgDrafter:
    """Drafts by one of rembg's networks; box and clicks are heeded afterwards."""

    name = "rembg"

    def __init__(self, *, model: str = MODEL) -> None:
        """model: a name that ``rembg.new_session`` knows."""
        self._model = model
        self._session: Any = None

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Draft:
        """See `matting_core.drafting.drafter.Drafter.draft`. Raises MissingPackageError without the package."""
        check_hints(hints, like=rgb)
        rembg = require("rembg", purpose="the drafter rembg", install="'rembg[cpu]'")
        if self._session is None:
            self._session = rembg.new_session(self._model)
        mask = np.asarray(rembg.remove(shrunk(rgb, side=SIDE), session=self._session, only_mask=True))
        soft: Floats = np.divide(mask, EIGHT_BIT, dtype=np.float32)
        return draft_from_mask(soft, height=rgb.shape[0], width=rgb.shape[1], hints=hints)
