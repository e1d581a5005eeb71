"""The local update: near the change as good as estimating anew, beyond its box nothing."""

from functools import cache

import numpy as np
import pytest
from known_colours import hair_before_clutter

from matting_core.box import Box
from matting_core.errors import InvalidArrayError
from matting_core.foreground import estimate_foreground, update_foreground
from matting_core.foreground.update import FADE


@cache
def corrected() -> tuple[np.ndarray, np.ndarray, np.ndarray, Box, np.ndarray]:
    """Photo, truth of alpha, foreground of an alpha that was wrong in a box, the box, foreground of the truth."""
    _, alpha, photo = hair_before_clutter()
    changed = Box(420, 150, 500, 220)
    wrong = alpha.copy()
    wrong[changed.slices] = 1
    return photo, alpha, estimate_foreground(photo, wrong), changed, estimate_foreground(photo, alpha)


def test_colours_around_the_change_are_those_of_a_whole_estimate() -> None:
    photo, alpha, old, changed, anew = corrected()
    patch = update_foreground(old, photo, alpha, changed=changed)
    assert patch.box == changed.grown(FADE)
    assert patch.rgb.dtype == photo.dtype
    updated = old.copy()
    updated[patch.box.slices] = patch.rgb
    soft = (alpha[changed.slices] > 0.05) & (alpha[changed.slices] < 1)
    before, after = (np.abs(f[changed.slices].astype(int) - anew[changed.slices])[soft].mean() for f in (old, updated))
    assert before > 20
    assert after < 8  # of 255; measured 6, about as far as either is from the true colours


def test_colours_fade_into_the_old_ones_at_the_rim_of_the_box() -> None:
    photo, alpha, old, changed, _ = corrected()
    patch = update_foreground(old, photo, alpha, changed=changed)
    apart = np.abs(patch.rgb.astype(int) - old[patch.box.slices]).max(axis=2)
    rim = np.ones(apart.shape, np.bool_)
    rim[2:-2, 2:-2] = False
    assert apart[rim].max() <= 5


def test_opaque_pixels_equal_the_photo() -> None:
    photo, alpha, old, changed, _ = corrected()
    patch = update_foreground(old, photo, alpha, changed=changed)
    opaque = alpha[patch.box.slices] == 1
    np.testing.assert_array_equal(patch.rgb[opaque], photo[patch.box.slices][opaque])


def test_wisps_far_from_the_subject_are_not_darkened() -> None:
    photo = np.full((80, 900, 3), 200, np.uint8)
    alpha = np.zeros((80, 900), np.float32)
    alpha[:, :100], alpha[30:50, 700:800] = 1, 0.3
    patch = update_foreground(photo, photo, alpha, changed=Box(700, 30, 800, 50))
    assert np.abs(patch.rgb.astype(int) - 200).max() <= 2


def test_change_at_the_frame_is_clipped_and_one_outside_is_empty() -> None:
    photo, alpha = np.full((40, 50, 3), 9, np.uint16), np.full((40, 50), 0.5, np.float32)
    assert update_foreground(photo, photo, alpha, changed=Box(45, 35, 70, 60)).box == Box(13, 3, 50, 40)
    assert update_foreground(photo, photo, alpha, changed=Box(60, 60, 70, 70)).rgb.size == 0


def test_foreground_of_another_photo_is_refused() -> None:
    photo, alpha = np.zeros((4, 4, 3), np.uint8), np.zeros((4, 4), np.float32)
    with pytest.raises(InvalidArrayError, match="same photo"):
        update_foreground(photo.astype(np.uint16), photo, alpha, changed=Box(0, 0, 1, 1))
