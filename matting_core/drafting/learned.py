"""The drafter that a studio has taught by approving trimaps: what the subject is here, and how wide its band."""

from typing import TYPE_CHECKING

import cv2
import numpy as np

from matting_core.arrays import Rgb
from matting_core.drafting.banding import banded, drawing_size, enlarged, tidied
from matting_core.drafting.drafter import NO_HINTS, Draft, Hints, check_hints
from matting_core.drafting.finishing import away_from_edge, draft_without_subject, finished
from matting_core.drafting.small_hints import small_hints
from matting_core.drafting.working_copy import shrunk
from matting_core.errors import NothingLearnedError

if TYPE_CHECKING:
    from torch import nn

LEAST_BAND_SHARE = 0.003  # of the longer side: no edge is known more exactly than a pixel of the working copy
BACKGROUND_CLASS, UNKNOWN_CLASS, FOREGROUND_CLASS = range(3)


class LearnedDrafter:
    """Drafts by a network; until one was trained, `draft` says so.

    PyTorch is imported only with the weights.
    """

    name = "learned"

    def __init__(self, network: "nn.Module | None" = None, *, device: str = "cpu", side: int | None = None) -> None:
        """network: a trained `DraftingNetwork`. side: of the working copy; None for the usual one."""
        self._network = None if network is None else network.eval().to(device)
        self._device, self._side = device, side

    @classmethod
    def from_weights(cls, weights: bytes, *, device: str = "cpu") -> "LearnedDrafter":
        """The drafter of a safetensors file's bytes. Raises WeightsError if they do not fit."""
        from matting_core.drafting.learned_network import load_drafting_network

        return cls(load_drafting_network(weights), device=device)

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Draft:
        """See `matting_core.drafting.drafter.Drafter.draft`. Raises NothingLearnedError while there is no network."""
        if self._network is None:
            raise NothingLearnedError(
                "no drafter has been trained in this studio yet: approve photos of at least two products, then run "
                "`python app.py retrain-drafter`; until then use the automatic one"
            )
        from matting_core.drafting.learned_network import WORKING_SIDE, class_probabilities, network_input

        check_hints(hints, like=rgb)
        height, width = rgb.shape[:2]
        small = shrunk(rgb, side=self._side or WORKING_SIDE)
        said = small_hints(hints, full=(height, width), small=(small.shape[0], small.shape[1]))
        probabilities = class_probabilities(self._network, network_input(small, said), device=self._device)
        for where, label in (
            (np.zeros_like(said.clicks) if said.inside is None else ~said.inside, BACKGROUND_CLASS),
            (said.foreground_clicks, FOREGROUND_CLASS),
            (said.background_clicks, BACKGROUND_CLASS),
            (said.unknown_clicks, UNKNOWN_CLASS),
        ):
            probabilities[where] = np.eye(3, dtype=np.float32)[label]

        size = drawing_size(height=height, width=width)
        background, unknown, foreground = cv2.split(
            cv2.resize(probabilities, size[::-1], interpolation=cv2.INTER_LINEAR)
        )
        drawn = banded(
            tidied(foreground > background),
            unknown > np.maximum(foreground, background),
            band=max(1.0, LEAST_BAND_SHARE * max(size)),
            reach=np.inf,
        )
        if drawn is None:
            return draft_without_subject(hints, said, height=height, width=width)
        lead = probabilities[..., FOREGROUND_CLASS] - probabilities[..., BACKGROUND_CLASS]
        certainty = np.abs(lead) * away_from_edge(lead > 0)
        return finished(enlarged(drawn, height=height, width=width), certainty, hints, said)
