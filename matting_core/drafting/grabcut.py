"""Any photo: two colour mixtures and a graph cut, started from a person's box or mask, or from saliency.

Rother, Kolmogorov, Blake: "GrabCut", SIGGRAPH 2004, by OpenCV, on a small copy of the photo. Clicks come after a first
cut: each is spread over the region around it (`click_reach.py`), and one more round of the cut decides where that
region ends. A click's own disc is held for good.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from matting_core.arrays import Floats, Mask, Rgb
from matting_core.drafting.banding import tidied
from matting_core.drafting.click_reach import click_reach
from matting_core.drafting.colour_mixtures import NUMBERS, foreground_probability
from matting_core.drafting.drafter import NO_HINTS, Draft, Hints, check_hints
from matting_core.drafting.finishing import draft_of_score
from matting_core.drafting.saliency import subject_saliency
from matting_core.drafting.small_hints import SmallHints, small_hints
from matting_core.drafting.working_copy import shrunk

SIDE = 400
ROUNDS, ROUNDS_AFTER_CLICKS, ROUNDS_AGAIN = 3, 1, 2
SURELY_BACKGROUND = 0.1  # of Otsu's threshold: less salient pixels are background for good
SEED = 1
TOO_SMALL, TOO_LARGE = 0.005, 0.95  # of the image: a cut outside these has run away
SURE_AGAIN, SURELY_NOT_AGAIN = 0.8, 0.15  # probabilities that a second cut does not question

Seeds = npt.NDArray[np.uint8]
"""OpenCV's four labels: surely or probably, background or foreground."""


class GrabCutDrafter:
    """Drafts by colour and contrast; deterministic."""

    name = "grabcut"

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Draft:
        """See `matting_core.drafting.drafter.Drafter.draft`. Outside the hinted box all is background but clicks."""
        check_hints(hints, like=rgb)
        height, width = rgb.shape[:2]
        small = shrunk(rgb, side=SIDE)
        said = small_hints(hints, full=(height, width), small=(small.shape[0], small.shape[1]))
        prior = None if said.mask is not None or said.inside is not None else subject_saliency(small)
        cut = cut_subject(small, said, saliency=prior)
        support = _support(cut.mask, [cut.colours] if prior is None else [cut.colours, prior])
        return draft_of_score(
            cut.mask.astype(np.float32), small, hints, said, height=height, width=width, support=support
        )


@dataclass(frozen=True, slots=True)
class Cut:
    """mask: bool, hxw, the subject. colours: float32, hxw, its probability by the colour alone."""

    mask: Mask
    colours: Floats


def cut_subject(rgb: Rgb, said: SmallHints, *, saliency: Floats | None) -> Cut:
    """The subject of a small copy (uint8, hxwx3), begun from the hinted mask, else from the box, else from saliency.

    saliency: float32, hxw, [0, 1]; None only where there is a mask or a box.
    """
    if said.mask is not None:
        seeds = _probably(said.mask > 0.5)
    elif said.inside is not None or saliency is None:
        seeds = _probably(np.ones_like(said.clicks) if said.inside is None else said.inside)
    else:
        seeds = _seeds_by_saliency(saliency)
    return _cut_by_hints(rgb, seeds, said, rounds=ROUNDS)


def cut_again(rgb: Rgb, said: SmallHints, *, probability: Floats) -> Cut:
    """The subject where somebody already knows better than saliency how probable it is: float32, hxw, [0, 1]."""
    seeds = _probably(probability > 0.4)
    seeds[probability > SURE_AGAIN], seeds[probability < SURELY_NOT_AGAIN] = cv2.GC_FGD, cv2.GC_BGD
    return _cut_by_hints(rgb, seeds, said, rounds=ROUNDS_AGAIN)


def _cut_by_hints(rgb: Rgb, seeds: Seeds, said: SmallHints, *, rounds: int) -> Cut:
    seeds[said.surely_background], seeds[said.surely_foreground] = cv2.GC_BGD, cv2.GC_FGD
    cut = _cut(rgb, seeds, rounds=rounds)
    if said.decide_clicks:
        cut = _cut(rgb, _seeds_by_clicks(rgb, said, cut.mask), rounds=ROUNDS_AFTER_CLICKS)
    return cut


def _seeds_by_saliency(saliency: Floats) -> Seeds:
    threshold, _ = cv2.threshold(np.rint(saliency * 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
    seeds = _probably(saliency > threshold / 255)
    seeds[saliency < SURELY_BACKGROUND * threshold / 255] = cv2.GC_BGD
    return seeds


def _seeds_by_clicks(rgb: Rgb, said: SmallHints, mask: Mask) -> Seeds:
    """The first cut, changed where the clicks reach."""
    reach = click_reach(rgb, said, background=said.surely_background)
    seeds = _probably((mask & ~reach.probable_background) | reach.probable_foreground)
    seeds[reach.sure_background], seeds[reach.sure_foreground] = cv2.GC_BGD, cv2.GC_FGD
    seeds[said.surely_background], seeds[said.surely_foreground] = cv2.GC_BGD, cv2.GC_FGD
    return seeds


def _probably(foreground: Mask) -> Seeds:
    return np.where(foreground, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)


def _cut(rgb: Rgb, seeds: Seeds, *, rounds: int) -> Cut:
    """The subject by graph cut, or the seeds' own where the cut runs away."""
    hoped: Mask = (seeds == cv2.GC_FGD) | (seeds == cv2.GC_PR_FGD)
    if hoped.all() or not hoped.any():
        return Cut(hoped, hoped.astype(np.float32))
    labels = seeds.copy()
    cv2.setRNGSeed(SEED)  # the mixtures start from random centres
    background, foreground = np.zeros((1, NUMBERS)), np.zeros((1, NUMBERS))
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    cv2.grabCut(bgr, labels, None, background, foreground, rounds, cv2.GC_INIT_WITH_MASK)
    found = tidied((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD))
    mask = found if TOO_SMALL < found.mean() < TOO_LARGE else hoped
    return Cut(mask, foreground_probability(bgr, foreground=foreground[0], background=background[0]))


def _support(mask: Mask, witnesses: list[Floats]) -> Floats:
    """How far all witnesses agree with the label, on average: each a probability of the foreground, float32, hxw."""
    agreement = [np.where(mask, witness, 1 - witness) for witness in witnesses]
    support: Floats = np.mean(agreement, axis=0, dtype=np.float32)
    return support
