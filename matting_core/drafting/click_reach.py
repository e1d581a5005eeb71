"""How far a click speaks beyond its own disc: along paths that cross no edge.

Geodesic distances from the clicked discs, as in Bai and Sapiro: "A Geodesic Framework for Fast Interactive Image and
Video Segmentation and Matting", ICCV 2007. A step costs its length and what the colour changes on the way; a pixel
follows the label that reaches it more cheaply, as long as that is cheap enough.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from skimage.graph import MCP_Geometric

from matting_core.arrays import Floats, Mask, Rgb
from matting_core.drafting.small_hints import SmallHints
from matting_core.drafting.working_copy import lab_of

EDGE_COST = 0.003  # a change by one Lab unit costs as much as this share of the longer side
SMOOTHING = 1.0  # pixels: noise is no edge
SURE_REACH = 0.15  # of the longer side: the label holds
PROBABLE_REACH = 0.35  # and up to here it is where a search should start
EDGE_FOOT = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))  # the smoothing above makes edges this wide


@dataclass(frozen=True, slots=True)
class Reach:
    """Which pixels follow the clicks: bool, hxw each; what is sure is also probable, and no pixel follows both."""

    sure_foreground: Mask
    sure_background: Mask
    probable_foreground: Mask
    probable_background: Mask


def click_reach(rgb: Rgb, said: SmallHints, *, background: Mask | None = None) -> Reach:
    """The reach of the clicks on a small copy.

    rgb: uint8, hxwx3, sRGB. background: bool, hxw; what is background for other reasons, so that foreground does not
    spread through it.
    """
    cost = _cost_of_a_step(rgb)
    towards_background = said.background_clicks
    rival = towards_background if background is None else towards_background | background
    to_foreground, to_background = _distance(cost, said.foreground_clicks), _distance(cost, towards_background)
    to_rival = to_background if background is None else _distance(cost, rival)
    foreground, backdrop = to_foreground < to_rival, to_background < to_foreground
    sure_foreground, sure_background = _up_to_edges(
        foreground & (to_foreground < SURE_REACH), backdrop & (to_background < SURE_REACH)
    )
    probable_foreground, probable_background = _up_to_edges(
        foreground & (to_foreground < PROBABLE_REACH), backdrop & (to_background < PROBABLE_REACH)
    )
    return Reach(sure_foreground, sure_background, probable_foreground, probable_background)


def _cost_of_a_step(rgb: Rgb) -> Floats:
    lab = cv2.GaussianBlur(lab_of(rgb), (0, 0), SMOOTHING)
    across, down = (cv2.Scharr(lab, cv2.CV_32F, *axis) / 32 for axis in ((1, 0), (0, 1)))  # Lab units a pixel
    change = np.sqrt(np.square(across).sum(axis=2) + np.square(down).sum(axis=2))
    cost: Floats = 1 / max(rgb.shape[:2]) + EDGE_COST * change
    return cost


def _up_to_edges(foreground: Mask, background: Mask) -> tuple[Mask, Mask]:
    """Both regions grown from the foot of an edge, where paths become dear, to its middle; never onto the other."""
    grown = [cv2.dilate(region.astype(np.uint8), EDGE_FOOT) > 0 for region in (foreground, background)]
    return foreground | (grown[0] & ~grown[1]), background | (grown[1] & ~grown[0])


def _distance(cost: Floats, start: Mask) -> Floats:
    if not start.any():
        return np.full(cost.shape, np.inf, np.float32)
    distances, _ = MCP_Geometric(cost).find_costs(np.argwhere(start))
    return np.asarray(distances, np.float32)
