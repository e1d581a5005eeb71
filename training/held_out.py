"""What candidates are judged by: approved images of a training set from which no model has learnt."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import cv2
import numpy as np

from annotation_store.kinds import Part
from annotation_store.learning import training_sets
from annotation_store.learning.training_sets import TrainingExample
from annotation_store.records import TrainingItem
from annotation_store.store import Store
from matting_core.arrays import Mask
from matting_core.trimap import force_known
from training.gate.comparison import JudgedExample


def judging_items(items: Iterable[TrainingItem]) -> list[TrainingItem]:
    """The held-out and the golden ones."""
    return [item for item in items if item.part in (Part.VALIDATION, Part.GOLDEN)]


def held_out_examples(
    store: Store, items: Iterable[TrainingItem], *, side: int | None = None
) -> Iterator[JudgedExample]:
    """Their pixels, one image in memory at a time. side: to which the longer one of a larger photo is reduced."""
    for item in items:
        example = training_sets.load_example(store, item)
        if side is not None:
            example = _reduced(example, side)
        yield JudgedExample(
            image_id=item.image_id,
            project_id=item.project_id,
            tag=item.tag,
            golden=item.part is Part.GOLDEN,
            rgb=example.rgb,
            trimap=example.trimap,
            alpha=example.alpha,
            believed=example.believed,
        )


def _reduced(example: TrainingExample, side: int) -> TrainingExample:
    height, width = example.trimap.shape
    scale = side / max(height, width)
    if scale >= 1:
        return example
    size = max(1, round(width * scale)), max(1, round(height * scale))
    trimap = cv2.resize(example.trimap, size, interpolation=cv2.INTER_NEAREST)
    alpha = np.clip(cv2.resize(example.alpha, size, interpolation=cv2.INTER_AREA), 0, 1)
    return replace(
        example,
        rgb=cv2.resize(example.rgb, size, interpolation=cv2.INTER_AREA),
        trimap=trimap,
        alpha=force_known(alpha, trimap),
        believed=None if example.believed is None else _reduced_mask(example.believed, size),
        draft_trimap=None,
    )


def _reduced_mask(mask: Mask, size: tuple[int, int]) -> Mask:
    smaller: Mask = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    return smaller
