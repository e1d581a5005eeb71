"""What candidates are judged by: approved images from which nothing has learnt that is compared on them."""

from collections.abc import Callable, Container, Iterable, Sequence
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

ENOUGH = 60
"""With so many images to judge by, none needs an understudy: each takes seconds."""


def judging_items(items: Iterable[TrainingItem]) -> list[TrainingItem]:
    """The held-out and the golden ones."""
    return [item for item in items if item.part in (Part.VALIDATION, Part.GOLDEN)]


def understudied_items(
    items: Sequence[TrainingItem], understudied: Container[str], *, met: Callable[[int], Container[str]]
) -> list[TrainingItem]:
    """Those that the candidate learnt from and an understudy did not, nor what serves their project; so many that there
    is enough to judge by.

    understudied: products. met: by the number of a project, the products from which what serves it has learnt.
    """
    fit = [
        item
        for item in items
        if item.part is Part.TRAIN
        and item.product_group in understudied
        and item.product_group not in met(item.project_id)
    ]
    missing = max(0, ENOUGH - len(judging_items(items)))
    chosen = np.random.default_rng(len(items)).permutation(len(fit))[:missing]
    return [fit[index] for index in sorted(chosen)]


def example_to_judge(store: Store, item: TrainingItem, *, side: int | None = None) -> JudgedExample:
    """Its pixels. side: to which the longer one of a larger photo is reduced."""
    example = training_sets.load_example(store, item)
    if side is not None:
        example = _reduced(example, side)
    return JudgedExample(
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
