"""Photos that wait, and a drafter that is quick and refuses some as it is told."""

import numpy as np
import pytest
from small_images import disc, take_in

from annotation_store import gallery
from matting_core.drafting.drafter import Draft
from studio.drafting import ahead, steps
from studio.drafting import waiting as waiting_module


class DiscDrafter:
    """Finds the disc, and refuses photos as it is told by their order."""

    name = "disc"
    drafted = 0

    def __init__(self, refusals):
        self._refusals = refusals

    def draft(self, rgb, hints):
        turn = DiscDrafter.drafted
        DiscDrafter.drafted += 1
        if turn in self._refusals:
            raise self._refusals[turn]
        return Draft(disc()[1], np.full((64, 96), 255, np.uint8))


@pytest.fixture(params=["in turn", "ahead"])
def how(request, monkeypatch):
    """Everything holds for photos one after the other, and for several in work."""
    if request.param == "ahead":
        monkeypatch.setattr(waiting_module, "draft_in_turn", ahead.draft_ahead)
    return request.param


@pytest.fixture
def refusals(monkeypatch):
    """What the drafter raises, by the turn (from 0) at which it does."""
    told = {}
    monkeypatch.setattr(DiscDrafter, "drafted", 0)
    monkeypatch.setattr(steps, "chosen_drafter", lambda *_: DiscDrafter(told))
    return told


@pytest.fixture
def waiting(studio, refusals):
    return [take_in(studio.store, f"cup_{number}.png", number) for number in (1, 2, 3)]


@pytest.fixture
def states(studio):
    """``states(images)``: what state each is in now."""
    return lambda images: [gallery.get_image(studio.store, image.id).state for image in images]
