"""Slips of an operator's hand, made on purpose, for benchmarks and tests that must know where they are.

Sizes are parts of the photo's longer side. Each function returns a new trimap and the pixels it spoilt (bool, HxW), or
None where the photo has no place for such a slip.
"""

import cv2
import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Mask, Trimap
from matting_core.trimap import depth_inside

Spoilt = tuple[Trimap, Mask]
TRIES = 300


def wrong_stroke(rng: np.random.Generator, trimap: Trimap, truth: Alpha) -> Spoilt | None:
    """A stroke of the wrong brush near the subject's edge: 2 to 5 % wide and 3 to 10 % long."""
    side = max(trimap.shape)
    label = int(rng.choice([BACKGROUND, FOREGROUND]))
    wrong = truth < 0.02 if label == FOREGROUND else truth > 0.98
    near = depth_inside(truth < 0.5 if label == FOREGROUND else truth > 0.5) < 0.15 * side
    rows, columns = np.nonzero(wrong & near)
    for _ in range(TRIES if len(rows) else 0):
        place = int(rng.integers(len(rows)))
        middle, angle = np.array([columns[place], rows[place]]), rng.uniform(0, np.pi)
        half = rng.uniform(0.015, 0.05) * side * np.array([np.cos(angle), np.sin(angle)])
        stroke = np.zeros(trimap.shape, np.uint8)
        ends = [tuple(int(value) for value in np.rint(end)) for end in (middle - half, middle + half)]
        cv2.line(stroke, ends[0], ends[1], 1, max(1, int(rng.uniform(0.02, 0.05) * side)))
        touched = stroke > 0
        changed = touched & (trimap != label)
        whole = np.count_nonzero(touched)
        if np.count_nonzero(touched & wrong) >= 0.97 * whole and np.count_nonzero(changed) > 0.6 * whole:
            return np.where(touched, np.uint8(label), trimap), changed
    return None


def stray_speck(rng: np.random.Generator, trimap: Trimap, truth: Alpha) -> Spoilt | None:
    """A click of another brush, 0.25 to 0.8 % wide, where only one label is around; that the truth denies."""
    side = max(trimap.shape)
    for _ in range(TRIES):
        row, column = (int(rng.integers(length)) for length in trimap.shape)
        radius = max(1, round(rng.uniform(0.00125, 0.004) * side))
        click = np.zeros(trimap.shape, np.uint8)
        cv2.circle(click, (column, row), radius, 1, cv2.FILLED)
        speck, around = click > 0, cv2.dilate(click, np.ones((7, 7), np.uint8)) > 0
        here = int(trimap[row, column])
        label = int(rng.choice([each for each in (BACKGROUND, UNKNOWN, FOREGROUND) if each != here]))
        denied = label == UNKNOWN or np.abs(truth[speck] - label / FOREGROUND).mean() > 0.9
        if (trimap[around] == here).all() and denied:
            return np.where(speck, np.uint8(label), trimap), speck
    return None


def cut_band(rng: np.random.Generator, trimap: Trimap, truth: Alpha) -> Spoilt | None:
    """A band cut down to 1.5 or 2.5 pixels on either side of the edge where the edge is softer than that, in a disc of
    6 to 14 %. Widths are those of a photo of 800 pixels."""
    side = max(trimap.shape)
    unknown, subject = trimap == UNKNOWN, truth > 0.5
    rows, columns = np.nonzero(unknown & (truth > 0.3) & (truth < 0.7))
    from_edge = np.maximum(depth_inside(subject), depth_inside(~subject))
    for _ in range(TRIES if len(rows) else 0):
        place = int(rng.integers(len(rows)))
        disc = np.zeros(trimap.shape, np.uint8)
        cv2.circle(disc, (int(columns[place]), int(rows[place])), int(rng.uniform(0.03, 0.07) * side), 1, cv2.FILLED)
        cut = (disc > 0) & unknown & (from_edge > rng.choice([1.5, 2.5]) * max(1.0, side / 800))
        spoilt = cut & (np.abs(truth - subject) > 0.15)
        if np.count_nonzero(spoilt) > 2.3e-4 * side**2:
            return np.where(cut, np.where(subject, np.uint8(FOREGROUND), np.uint8(BACKGROUND)), trimap), spoilt
    return None
