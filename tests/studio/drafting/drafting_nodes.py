"""What the processes of a cluster draft with in tests: quick, and deadly for photos of one width."""

import os

import numpy as np
from small_images import BlurredTrimap, disc

from annotation_store.learning import what_serves
from matting_core.drafting.drafter import Draft
from matting_core.errors import MattingError
from studio.device.live_model import LiveModel
from studio.drafting import steps

BAD, DEADLY, DEADLY_LATE = 98, 100, 102
"""Widths of photos: one that cannot be drafted, and those over which a process falls that drafts or predicts them."""


class DiscByWidth:
    """Finds the disc."""

    name = "disc"

    def draft(self, rgb, hints):
        height, width = rgb.shape[:2]
        if width == BAD:
            raise MattingError("This photo shows nothing.")
        if width == DEADLY:
            os._exit(9)
        return Draft(disc(width=width)[1], np.full((height, width), 255, np.uint8))


class Mortal(BlurredTrimap):
    """As quick."""

    def predict(self, rgb, trimap):
        if rgb.shape[1] == DEADLY_LATE:
            os._exit(9)
        return super().predict(rgb, trimap)


def be_quick():
    """In whichever process this is called."""
    quick = Mortal()
    LiveModel.get = lambda live, *_, **__: (what_serves.live_model(live._store), quick)
    steps.chosen_drafter = lambda *_: DiscByWidth()
