"""One number for what a training learns from: equal for two training sets that teach the same."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from annotation_store.kinds import Part
from annotation_store.learning import training_sets
from annotation_store.records import TrainingItem
from annotation_store.store import Store


def lesson_of(item: TrainingItem) -> dict[str, Any]:
    """What of an item decides what is learnt: its files by their SHA-256, its weight, and what of it is believed."""
    return {
        "photo": item.photo_sha256,
        "trimap": item.trimap_blob,
        "alpha": item.alpha_blob,
        "draft_trimap": item.draft_trimap_blob,
        "retouch": item.retouch_blob,
        "weight": item.weight,
        "supervision": item.supervision.value,
        "learnt": item.learnt,
    }


def digest_of_lessons(lessons: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256, 64 hexadecimal digits, of `lesson_of` items in any order."""
    lines = sorted(json.dumps(lesson, sort_keys=True) for lesson in lessons)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def digest_of_training_set(store: Store, training_set_id: int) -> str:
    """Of the part of a training set that is learnt from. Raises NotFoundError."""
    items = training_sets.load_items(store, training_set_id)
    return digest_of_lessons(lesson_of(item) for item in items if item.part is Part.TRAIN)
