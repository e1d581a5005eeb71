"""What the learned drafter learns from: small copies of approved photos, moved, recoloured, and with made-up hints."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Rgb, Trimap
from matting_core.box import Box
from matting_core.drafting.drafter import Click, Hints
from matting_core.drafting.learned_network import network_input
from matting_core.drafting.small_hints import small_hints
from matting_core.drafting.working_copy import shrunk
from matting_core.trimap import Label

BEYOND = 1
"""In a moved trimap: what lies beyond the photo, from which nothing is to be learnt."""

IGNORED = -100
"""Class of such pixels, as `torch.nn.functional.cross_entropy` has it by default."""

LARGEST_SHRINKING, LARGEST_ENLARGEMENT = 0.8, 1.3
LARGEST_TURN = 10.0  # degrees
LARGEST_SHIFT = 0.15  # of the side
GAIN, OFFSET = 0.2, 0.08
WITH_BOX, WITH_CLICKS, WITH_MASK = 0.25, 0.25, 0.15
"""Shares of the samples; most photos are drafted before anybody has given a hint."""

MOST_CLICKS = 4
ROUGHNESS = 12  # a made-up mask is as coarse as a copy this many times smaller


@dataclass(frozen=True, slots=True)
class DrafterSample:
    """A small copy. rgb: uint8, hxwx3. trimap: uint8, hxw, {0, 128, 255}."""

    rgb: Rgb
    trimap: Trimap


def shrink(rgb: Rgb, trimap: Trimap, *, side: int) -> DrafterSample:
    """The working copy of an approved photo and its trimap."""
    small = shrunk(rgb, side=side)
    return DrafterSample(small, cv2.resize(trimap, small.shape[1::-1], interpolation=cv2.INTER_NEAREST))


def draw_batch(
    rng: np.random.Generator, samples: Sequence[DrafterSample], *, size: int, side: int
) -> tuple[Tensor, Tensor]:
    """Network inputs, size x 7 x side x side, and their classes, size x side x side, drawn evenly from `samples`."""
    pairs = [_sample(rng, samples[index], side) for index in rng.integers(len(samples), size=size)]
    inputs, classes = zip(*pairs, strict=True)
    return torch.from_numpy(np.stack(inputs)), torch.from_numpy(np.stack(classes))


def _sample(
    rng: np.random.Generator, sample: DrafterSample, side: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    moved = _moved(rng, sample, side)
    said = small_hints(_made_up_hints(rng, moved.trimap), full=(side, side), small=(side, side))
    classes = np.full((side, side), IGNORED, np.int64)
    for index, label in enumerate((BACKGROUND, UNKNOWN, FOREGROUND)):
        classes[moved.trimap == label] = index
    return network_input(_recoloured(rng, moved.rgb), said), classes


def _moved(rng: np.random.Generator, sample: DrafterSample, side: int) -> DrafterSample:
    """The sample in a square: turned, scaled, shifted and perhaps mirrored."""
    height, width = sample.trimap.shape
    scale = side / max(height, width) * rng.uniform(LARGEST_SHRINKING, LARGEST_ENLARGEMENT)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-LARGEST_TURN, LARGEST_TURN), scale)
    turn[:, 2] += side / 2 - np.array([width, height]) / 2 + rng.uniform(-LARGEST_SHIFT, LARGEST_SHIFT, 2) * side
    if rng.random() < 0.5:
        turn[0] = -turn[0] + np.array([0, 0, side])
    return DrafterSample(
        cv2.warpAffine(sample.rgb, turn, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        cv2.warpAffine(sample.trimap, turn, (side, side), flags=cv2.INTER_NEAREST, borderValue=BEYOND),
    )


def _recoloured(rng: np.random.Generator, rgb: Rgb) -> Rgb:
    gain, offset = 1 + rng.uniform(-GAIN, GAIN) + rng.uniform(-GAIN, GAIN, 3) / 4, rng.uniform(-OFFSET, OFFSET)
    recoloured: Rgb = np.clip(rgb * gain + 255 * offset, 0, 255).astype(np.uint8)
    return recoloured


def _made_up_hints(rng: np.random.Generator, trimap: Trimap) -> Hints:
    """What a person might have said about a photo with this trimap."""
    subject = trimap >= UNKNOWN
    if not subject.any():
        return Hints()
    with_box, with_clicks, with_mask = rng.random(3) < (WITH_BOX, WITH_CLICKS, WITH_MASK)
    return Hints(
        box=_box_around(rng, subject) if with_box else None,
        clicks=_clicks_on(rng, trimap) if with_clicks else (),
        mask=_rough(rng, subject) if with_mask else None,
    )


def _box_around(rng: np.random.Generator, subject: npt.NDArray[np.bool_]) -> Box:
    rows, columns = np.flatnonzero(subject.any(axis=1)), np.flatnonzero(subject.any(axis=0))
    left, top, right, bottom = (int(n) for n in rng.integers(0, max(2, subject.shape[0] // 20), 4))
    return Box(int(columns[0]) - left, int(rows[0]) - top, int(columns[-1]) + 1 + right, int(rows[-1]) + 1 + bottom)


def _clicks_on(rng: np.random.Generator, trimap: Trimap) -> tuple[Click, ...]:
    places = {Label.FOREGROUND: trimap == FOREGROUND, Label.BACKGROUND: trimap == BACKGROUND}
    clicks = []
    for _ in range(int(rng.integers(1, MOST_CLICKS + 1))):
        label = Label.FOREGROUND if rng.random() < 0.5 else Label.BACKGROUND
        rows, columns = np.nonzero(places[label])
        if len(rows):
            index = int(rng.integers(len(rows)))
            clicks.append(Click(int(columns[index]), int(rows[index]), label))
    return tuple(clicks)


def _rough(rng: np.random.Generator, subject: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """The subject as another program might have found it: coarse, and a little too large or too small."""
    coarse = max(2, subject.shape[0] // ROUGHNESS)
    small = cv2.resize(subject.astype(np.float32), (coarse, coarse), interpolation=cv2.INTER_AREA)
    shifted: npt.NDArray[np.float32] = np.clip(small + rng.uniform(-0.2, 0.2), 0, 1).astype(np.float32)
    return shifted
