"""Hints as masks on the small copy on which drafts are made."""

from dataclasses import dataclass

import cv2
import numpy as np

from matting_core.arrays import Floats, Mask
from matting_core.drafting.clicks import discs
from matting_core.drafting.drafter import Hints
from matting_core.drafting.working_copy import box_mask
from matting_core.trimap import Label, band_for, depth_inside

MASK_DOUBT_SHARE = 0.03  # of the longer side: a hinted mask is trusted farther than this from its edge


@dataclass(frozen=True, slots=True)
class SmallHints:
    """What has been said about each pixel of a copy: bool, hxw each.

    inside: the box, or None if it says nothing. mask: float32, hxw, [0, 1], the hinted mask, or None.
    """

    foreground_clicks: Mask
    background_clicks: Mask
    unknown_clicks: Mask
    inside: Mask | None
    mask: Floats | None

    @property
    def clicks(self) -> Mask:
        return self.foreground_clicks | self.background_clicks | self.unknown_clicks

    @property
    def decide_clicks(self) -> bool:
        """Whether any click says foreground or background."""
        return bool((self.foreground_clicks | self.background_clicks).any())

    @property
    def surely_foreground(self) -> Mask:
        """What clicks and the depth of the mask leave no doubt about."""
        deep = np.zeros_like(self.foreground_clicks)
        if self.mask is not None:
            deep = depth_inside(self.mask > 0.5) > self._doubt
            if self.inside is not None:
                deep &= self.inside
        return (deep & ~self.background_clicks) | self.foreground_clicks

    @property
    def surely_background(self) -> Mask:
        """What clicks, the outside of the box and the far outside of the mask leave no doubt about."""
        far = np.zeros_like(self.background_clicks) if self.inside is None else ~self.inside
        if self.mask is not None and (self.mask > 0.5).any():
            far = far | (depth_inside(self.mask <= 0.5) > self._doubt)
        return (far & ~self.foreground_clicks) | self.background_clicks

    @property
    def _doubt(self) -> int:
        height, width = self.foreground_clicks.shape
        return band_for(width, height, share=MASK_DOUBT_SHARE)


def small_hints(hints: Hints, *, full: tuple[int, int], small: tuple[int, int]) -> SmallHints:
    """`hints` about a photo of the shape `full`, on a copy of the shape `small` (height, width)."""
    inside = None if hints.box is None else box_mask(hints.box, full=full, small=small)
    foreground, background, unknown = (
        discs(hints.clicks, label, full=full, small=small)
        for label in (Label.FOREGROUND, Label.BACKGROUND, Label.UNKNOWN)
    )
    return SmallHints(
        foreground_clicks=foreground,
        background_clicks=background,
        unknown_clicks=unknown,
        inside=None if inside is None or inside.all() else inside,
        mask=None if hints.mask is None else resized_mask(hints.mask, small),
    )


def resized_mask(mask: Mask | Floats, shape: tuple[int, int]) -> Floats:
    """A bool or float32 mask of any size as float32 of `shape` (height, width), in [0, 1]."""
    if mask.shape == shape:
        return mask.astype(np.float32)
    # a byte each: a float copy of a large mask would be the largest array of a whole draft
    plane = mask.astype(np.uint8) * 255 if mask.dtype == np.bool_ else mask
    shrinks = plane.shape[0] > shape[0] and plane.shape[1] > shape[1]
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    resized: Floats = cv2.resize(plane, shape[::-1], interpolation=interpolation).astype(np.float32)
    if mask.dtype == np.bool_:
        resized /= 255
    return resized
