"""The soft dark patch under a subject that stands on something: without it, a cut-out floats."""

from math import ceil

import cv2
import numpy as np

from matting_core.arrays import Alpha, Floats, Rgb, check_alpha, check_rgb
from matting_core.box import Box
from matting_core.errors import InvalidArrayError
from matting_core.foreground.canvas import subject_box

STRENGTH = 0.5  # how much of the ground's brightness a broad foot takes, at most
SOFTNESS = 0.04  # of the subject's height: how far the shadow's edge is smeared (one sigma)
NEAR_THE_GROUND = 0.15  # of the subject's height: what is higher casts no shadow of contact
FLATNESS = 0.3  # the ground is seen at a low angle: depth on it looks so much shorter than width
WHOLE_BLUR = 3  # sigmas after which a blur ends


def contact_shadow(alpha: Alpha, *, strength: float = STRENGTH, softness: float = SOFTNESS) -> Floats:
    """How much of the ground's brightness a subject takes: float32, HxW, [0, strength].

    alpha: float32, HxW, [0, 1]. strength: [0, 1]. softness: of the edge, as a share of the subject's height, [0, 1].
    What is near the subject's foot, its lowest visible row, is flattened towards the foot, the higher the fainter, and
    blurred. Exactly 0 further than 3 softness and 0.05 of the subject's height, and two pixels, from the foot
    upwards or downwards or from the subject's sides; 0 everywhere if alpha shows nothing.

    Raises InvalidArrayError if alpha breaks its contract, or strength or softness their range.
    """
    check_alpha(alpha)
    if not (0 <= strength <= 1 and 0 <= softness <= 1):
        raise InvalidArrayError(f"a shadow's strength and softness lie in [0, 1], not {strength} and {softness}")
    shadow = np.zeros_like(alpha)
    box = subject_box(alpha)
    if box.is_empty:
        return shadow
    foot = _flattened_foot(alpha, box)
    sigma = softness * box.height
    aside = ceil(WHOLE_BLUR * sigma) + 1
    patch = cv2.copyMakeBorder(foot, aside, aside, aside, aside, cv2.BORDER_CONSTANT, value=0)
    size = 2 * ceil(WHOLE_BLUR * sigma) + 1, 2 * ceil(WHOLE_BLUR * sigma * FLATNESS) + 1
    if sigma > 0:
        patch = cv2.GaussianBlur(patch, size, sigmaX=sigma, sigmaY=sigma * FLATNESS)
    top = box.bottom - len(foot) // 2  # as much of it in front of the foot as behind
    there = Box(box.left, top, box.right, top + len(foot)).grown(aside)
    height, width = alpha.shape
    inside = there.clipped(width=width, height=height)
    shadow[inside.slices] = np.clip(patch[inside.moved(-there.left, -there.top).slices], 0, 1) * np.float32(strength)
    return shadow


def with_shadow(foreground: Rgb, alpha: Alpha, shadow: Floats) -> tuple[Rgb, Alpha]:
    """A cut-out whose shadow is part of it: over any ground it looks as `composite` with the shadow on that ground.

    foreground: uint8 or uint16, HxWx3. alpha: float32, HxW, [0, 1]. shadow: as from `contact_shadow`, black. Returns
    straight colours and alpha of the same kinds. Raises InvalidArrayError.
    """
    check_alpha(shadow, like=check_rgb(foreground))
    both = check_alpha(alpha, like=foreground) + (1 - alpha) * shadow
    share = np.divide(alpha, both, out=np.ones_like(alpha), where=both > 0)
    darkened = np.empty_like(foreground)
    np.rint(foreground * share[..., None], out=darkened, casting="unsafe")
    return darkened, np.clip(both, 0, 1)


def _flattened_foot(alpha: Alpha, box: Box) -> Floats:
    """The lowest part of the subject as it would lie on the ground: float32, as wide as the box, [0, 1]."""
    near = max(1, round(NEAR_THE_GROUND * box.height))
    nearness = np.linspace(0, 1, near + 1, dtype=np.float32)[1:, None]
    part = alpha[box.bottom - near : box.bottom, box.left : box.right] * nearness
    flat: Floats = cv2.resize(part, (box.width, max(1, round(near * FLATNESS))), interpolation=cv2.INTER_AREA)
    return flat
