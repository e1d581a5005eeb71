"""Lessons: approved photos with what their approval says about them, and the windows that are cut out of them.

A window's trimap is as sloppy as drafts are (`sloppy_trimaps.py`). Where nobody painted on the alpha of an unknown
region, it is a model's own guess: of such a region a network learns what the approved trimap knows and a sloppier one
does not, and nothing about what both leave open.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch

from annotation_store.learning.training_sets import TrainingExample
from matting_core.arrays import UNKNOWN
from matting_core.image_io import eight_bit
from matting_core.prior.classical_prior import classical_prior
from training.batches.samples import SampleSet, pack
from training.sloppy_trimaps import Sloppiness, SloppyTrimaps, edge_of
from training.windows import Window, has_both_classes, inner_part

TRIES_PER_WINDOW = 4
LEAST_COUNTED = 50
"""Pixels of a sample from which something can be learnt; fewer are not worth a prior."""
AT_CHANGES = 0.5
"""Share of the windows that are centred where the operator changed the draft."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """group: the product that the photo shows. learnt: whether the network has learnt from the photo before."""

    example: TrainingExample
    group: str
    learnt: bool = False


def cut_windows(rng: np.random.Generator, example: TrainingExample, *, count: int, how: Sloppiness) -> list[SampleSet]:
    """At most `count` windows, each a set of length one; none of a photo with nothing unknown, or without a known
    class."""
    places = _places(example)
    if places is None:
        return []
    believed = _trusted(example)
    if not (believed & (example.trimap == UNKNOWN)).any():
        how = replace(how, as_approved=0.0)  # what is approved as unknown teaches nothing
    sloppy = SloppyTrimaps.of(example.trimap, example.draft_trimap)
    rgb = eight_bit(example.rgb).astype(np.uint8, copy=False)
    alpha = (example.alpha * 255 + 0.5).astype(np.uint8)
    cut: list[SampleSet] = []
    for _ in range(count * TRIES_PER_WINDOW):
        y, x = places.draw(rng)
        window = Window.around(x, y, example.trimap.shape)
        trimap = sloppy.draw(rng, window, how)
        trusted = window.of(believed)
        if not has_both_classes(trimap) or np.count_nonzero((trimap == UNKNOWN) & trusted) < LEAST_COUNTED:
            continue
        colours = window.of(rgb)
        sample = pack(colours, trimap, window.of(alpha), classical_prior(colours, trimap))
        if example.believed is not None:
            sample = replace(sample, trusted=torch.from_numpy(trusted.astype(np.uint8))[None])
        cut.append(inner_part(sample))
        if len(cut) == count:
            break
    return cut


@dataclass(frozen=True, slots=True)
class _Places:
    """Where windows are centred: numbers of pixels in the flattened photo. changed: may be empty."""

    edge: npt.NDArray[np.intp]
    changed: npt.NDArray[np.intp]
    width: int

    def draw(self, rng: np.random.Generator) -> tuple[int, int]:
        """Row and column."""
        chosen = self.changed if len(self.changed) and rng.random() < AT_CHANGES else self.edge
        y, x = divmod(int(chosen[rng.integers(len(chosen))]), self.width)
        return y, x


def _places(example: TrainingExample) -> _Places | None:
    if not (example.trimap == UNKNOWN).any():
        return None
    return _Places(np.flatnonzero(edge_of(example.trimap)), np.flatnonzero(_changed(example)), example.trimap.shape[1])


def _changed(example: TrainingExample) -> npt.NDArray[np.bool_]:
    if example.draft_trimap is None:
        return np.zeros(0, np.bool_)
    changed: npt.NDArray[np.bool_] = example.draft_trimap != example.trimap
    return changed


def _trusted(example: TrainingExample) -> npt.NDArray[np.bool_]:
    """Where alpha is to be believed; not where known classes merely touch: no edge is as hard as that."""
    if example.believed is None:
        return np.ones(example.trimap.shape, np.bool_)
    believed: npt.NDArray[np.bool_] = example.believed & (~edge_of(example.trimap) | (example.trimap == UNKNOWN))
    return believed
