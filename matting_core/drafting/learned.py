"""The drafter that a studio has taught by approving mattes: what the subject is here."""

from typing import TYPE_CHECKING

import cv2
import numpy as np

from matting_core.arrays import Floats, Rgb
from matting_core.drafting.banding import BAND_SHARE, banded, drawing_size, enlarged, guided, tidied
from matting_core.drafting.click_reach import click_reach
from matting_core.drafting.drafter import NO_HINTS, Draft, Hints, check_hints
from matting_core.drafting.evidence import EVIDENCE_SIDE, evidence_planes
from matting_core.drafting.finishing import away_from_edge, draft_without_subject, finished
from matting_core.drafting.grabcut import SIDE, cut_again
from matting_core.drafting.small_hints import SmallHints, small_hints
from matting_core.drafting.working_copy import shrunk
from matting_core.errors import NothingLearnedError

if TYPE_CHECKING:
    from torch import nn

DOUBT = 0.25
"""Less probable than this, either way, a label is left unknown: a wrong one costs a person about three times as much
as one that is left to the matting model."""

CUT_SAYS, PRIOR_SAYS = 1.0, 0.5
"""How far the second cut, and the automatic drafter, move the network's logit."""

LEAST_PROBABLE = 0.01
EDGE_REACH = 4  # pixels of the cut's copy


class LearnedDrafter:
    """Drafts by a network that corrects the automatic drafter; until one was trained, `draft` says so.

    The network knows what the subject is, to a few pixels of a small copy; a second GrabCut, started from what it says,
    finds the edge. PyTorch is imported only with the weights.
    """

    name = "learned"

    def __init__(self, network: "nn.Module | None" = None, *, device: str = "cpu", side: int | None = None) -> None:
        """network: a trained `DraftingNetwork`. side: of the network's working copy; None for the usual one."""
        self._network = None if network is None else network.eval().to(device)
        self._device, self._side = device, side

    @classmethod
    def from_weights(cls, weights: bytes, *, device: str = "cpu") -> "LearnedDrafter":
        """The drafter of a safetensors file's bytes. Raises WeightsError if they do not fit."""
        from matting_core.drafting.learned_network import load_drafting_network

        return cls(load_drafting_network(weights), device=device)

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Draft:
        """See `matting_core.drafting.drafter.Drafter.draft`. Raises NothingLearnedError while there is no network.

        Outside the hinted box all is background but clicks; a click speaks for the region around it.
        """
        if self._network is None:
            raise NothingLearnedError(
                "no drafter has been trained in this studio yet: approve photos of at least two products, then run "
                "`python app.py retrain-drafter`; until then use the automatic one"
            )
        check_hints(hints, like=rgb)
        height, width = rgb.shape[:2]
        small = shrunk(rgb, side=SIDE)
        said = small_hints(hints, full=(height, width), small=(small.shape[0], small.shape[1]))
        probability = self._probability(self._network, rgb, small, hints, said)
        size = drawing_size(height=height, width=width)
        drawn_probability = cv2.resize(probability, size[::-1], interpolation=cv2.INTER_LINEAR)
        drawn = banded(
            tidied(drawn_probability > 0.5),
            np.minimum(drawn_probability, 1 - drawn_probability) > DOUBT,
            band=BAND_SHARE * max(size),
            reach=np.inf,
        )
        if drawn is None:
            return draft_without_subject(hints, said, height=height, width=width)
        certainty = np.abs(2 * probability - 1) * away_from_edge(probability > 0.5)
        return finished(enlarged(drawn, height=height, width=width), certainty, hints, said)

    def _probability(self, network: "nn.Module", rgb: Rgb, small: Rgb, hints: Hints, said: SmallHints) -> Floats:
        """Of the subject, on the copy `small`, once everybody has been heard."""
        from matting_core.drafting.learned_network import VIEWS, WORKING_SIDE, subject_probability

        copy = shrunk(rgb, side=EVIDENCE_SIDE)
        evidence = evidence_planes(copy, small_hints(hints, full=rgb.shape[:2], small=copy.shape[:2]))
        sides = [round(view * (self._side or WORKING_SIDE)) for view in VIEWS]
        network_says = subject_probability(network, copy, evidence, sides=sides, device=self._device)
        shape = small.shape[1::-1]
        network_says, prior = (
            cv2.resize(plane, shape, interpolation=cv2.INTER_LINEAR)
            for plane in (network_says, evidence[..., -1].astype(np.float32) / 127.5 - 1)
        )
        cut = cut_again(small, said, probability=network_says)
        logit = _logit(network_says) + CUT_SAYS * (2 * cut.mask - 1) + PRIOR_SAYS * prior
        probability = guided((1 / (1 + np.exp(-logit))).astype(np.float32), small, radius=EDGE_REACH)
        if said.decide_clicks:
            reach = click_reach(small, said, background=said.surely_background)
            probability[reach.sure_foreground], probability[reach.sure_background] = 1, 0
        probability[said.surely_foreground], probability[said.surely_background] = 1, 0
        probability[said.unknown_clicks] = 0.5
        return probability


def _logit(probability: Floats) -> Floats:
    kept = np.clip(probability, LEAST_PROBABLE, 1 - LEAST_PROBABLE)
    logit: Floats = np.log(kept / (1 - kept))
    return logit
