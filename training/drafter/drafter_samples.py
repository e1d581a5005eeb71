"""What the learned drafter learns from: small copies of approved photos, and random views."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from matting_core.arrays import Alpha, Rgb
from matting_core.drafting.drafter import NO_HINTS
from matting_core.drafting.evidence import EVIDENCE_SIDE, evidence_planes
from matting_core.drafting.learned_network import network_input
from matting_core.drafting.small_hints import small_hints
from matting_core.drafting.working_copy import shrunk
from training.drafter.cut_and_paste import Alpha8, lit

EXAMPLE_SIDE = 320
"""Pixels of the longer side of a copy: more than the evidence is made on, for closer views."""

SMALLEST_VIEW, LARGEST_VIEW = 0.75, 1.25
LARGEST_TURN = 10.0  # degrees
LARGEST_SHIFT = 0.1  # of the side
RELIT = 0.6
WITHOUT_SOME, PLANE_LEFT_OUT = 0.3, 0.3
"""Shares of the samples, and in them of the evidence's planes, that tell nothing: none is to be relied on alone."""

NOTHING = 128


@dataclass(frozen=True, slots=True, eq=False)
class DrafterExample:
    """A small copy of an approved photo.

    rgb: uint8, hxwx3. subject: uint8, hxw, 255 times how much of the subject is there. weight: how often it is drawn,
    against others.
    """

    rgb: Rgb
    subject: Alpha8
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class DrafterSample:
    """A photo as the network sees it, hxw of EVIDENCE_SIDE; `evidence` as in `evidence_planes`, the rest as above."""

    rgb: Rgb
    evidence: npt.NDArray[np.uint8]
    subject: Alpha8
    weight: float


def shrink(rgb: Rgb, alpha: Alpha, *, weight: float = 1.0) -> DrafterExample:
    """The working copy of an approved photo: rgb uint8 or uint16, HxWx3, alpha float32, HxW, [0, 1].

    What in an alpha only a matting model could tell does not show at this size.
    """
    small = shrunk(rgb, side=EXAMPLE_SIDE)
    size = small.shape[1::-1]
    subject = np.rint(alpha * 255).astype(np.uint8)
    return DrafterExample(small, cv2.resize(subject, size, interpolation=cv2.INTER_AREA), weight)


def sample_of(example: DrafterExample) -> DrafterSample:
    """The example with the evidence about it; takes a tenth of a second."""
    rgb = shrunk(example.rgb, side=EVIDENCE_SIDE)
    shape, size = rgb.shape[:2], rgb.shape[1::-1]
    return DrafterSample(
        rgb,
        evidence_planes(rgb, small_hints(NO_HINTS, full=shape, small=shape)),
        cv2.resize(example.subject, size, interpolation=cv2.INTER_AREA),
        example.weight,
    )


def draw_batch(
    rng: np.random.Generator, samples: Sequence[DrafterSample], *, size: int, side: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Network inputs, size x 13 x side x side, the subject, [0, 1], and 1 inside the photo: size x 1 x ... each.

    Drawn from `samples` by their weights.
    """
    shares = np.array([sample.weight for sample in samples])
    chosen = rng.choice(len(samples), size, p=shares / shares.sum())
    inputs, subjects, inside = zip(*(_view(rng, samples[index], side) for index in chosen), strict=True)
    return tuple(torch.from_numpy(np.stack(planes)) for planes in (inputs, subjects, inside))  # type: ignore[return-value]


def _view(
    rng: np.random.Generator, sample: DrafterSample, side: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """The sample in a square: turned, scaled, shifted and perhaps mirrored, in another light."""
    height, width = sample.subject.shape
    scale = side / max(height, width) * rng.uniform(SMALLEST_VIEW, LARGEST_VIEW)
    place = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-LARGEST_TURN, LARGEST_TURN), scale)
    place[:, 2] += side / 2 - np.array([width, height]) / 2 + rng.uniform(-LARGEST_SHIFT, LARGEST_SHIFT, 2) * side
    if rng.random() < 0.5:
        place[0] = -place[0] + np.array([0, 0, side - 1])

    def moved(image: Rgb | Alpha8, border: int = cv2.BORDER_REPLICATE) -> npt.NDArray[np.uint8]:
        return np.asarray(cv2.warpAffine(image, place, (side, side), flags=cv2.INTER_LINEAR, borderMode=border))

    # OpenCV moves at most four planes at once
    evidence = np.dstack([moved(sample.evidence[..., first : first + 4]) for first in range(0, 10, 4)])
    if rng.random() < WITHOUT_SOME:
        evidence[..., :-1][..., rng.random(evidence.shape[2] - 1) < PLANE_LEFT_OUT] = NOTHING
    inside = moved(np.full_like(sample.subject, 255), cv2.BORDER_CONSTANT)
    rgb = lit(rng, moved(sample.rgb), RELIT).astype(np.uint8)
    subject = (moved(sample.subject) / 255).astype(np.float32)
    return network_input(rgb, evidence), subject[None], (inside[None] > 127).astype(np.float32)
