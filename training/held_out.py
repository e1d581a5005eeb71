"""What candidates are judged by: approved images of a training set from which no model has learnt."""

from collections.abc import Iterable, Iterator

from annotation_store.kinds import Part
from annotation_store.learning import training_sets
from annotation_store.records import TrainingItem
from annotation_store.store import Store
from training.gate.comparison import JudgedExample


def judging_items(items: Iterable[TrainingItem]) -> list[TrainingItem]:
    """The held-out and the golden ones."""
    return [item for item in items if item.part in (Part.VALIDATION, Part.GOLDEN)]


def held_out_examples(store: Store, items: Iterable[TrainingItem]) -> Iterator[JudgedExample]:
    """Their pixels, one image in memory at a time."""
    for item in items:
        example = training_sets.load_example(store, item)
        yield JudgedExample(
            image_id=item.image_id,
            project_id=item.project_id,
            tag=item.tag,
            golden=item.part is Part.GOLDEN,
            rgb=example.rgb,
            trimap=example.trimap,
            alpha=example.alpha,
            alpha_is_true=example.alpha_is_true,
        )
