"""One training of a matting model: from frozen mattes to a registered candidate, and on from where it was ended."""

from dataclasses import asdict
from pathlib import Path

from annotation_store.kinds import ModelKind, Part
from annotation_store.learning import model_registry, training_sets
from annotation_store.learning.training_runs import Point
from annotation_store.records import ModelRecord, RunRecord
from annotation_store.store import Store
from matting_core.networks.registry import save_network
from training.code_version import code_version
from training.distributed.training_place import HERE, TrainingPlace, learn
from training.finetune import Learnt
from training.finetune_settings import FinetuneSettings
from training.learning.loop import Progress
from training.learning_material import LearningMaterial, gather
from training.leftovers import CHECKPOINT, MATERIAL
from training.lessons import Lesson
from training.models import trainable_parent, weights_bytes
from training.provenance import licence_of_training, provenance_of_training
from training.run_teller import RunTeller

READING, LEARNING = (0.0, 0.15), (0.15, 0.85)
"""Shares of the progress bar; the rest is for judging."""


def train_matting(
    store: Store,
    run: RunRecord,
    training_set_id: int,
    settings: FinetuneSettings,
    *,
    folder: Path,
    teller: RunTeller,
    place: TrainingPlace = HERE,
) -> ModelRecord:
    """Learn from a training set, going on from its parent, and register what came of it.

    folder: of the run; what it needs to be gone on with lies there. place: where it learns. Raises TrainingStopped,
    NothingToLearnError and what `training_place.learn` raises.
    """
    parent = parent_of(store, run)
    material = _material(store, training_set_id, settings, folder / MATERIAL, teller)
    share = 0.0

    def learning(row: Progress) -> bool:
        nonlocal share
        share = row.share
        teller.tell(LEARNING, row.share, _in_words(row), _point(row))
        return True

    def waiting() -> None:
        teller.tell(LEARNING, share, "Learning: waiting for the processes of this training")

    learnt = learn(
        place,
        parent.architecture,
        weights_bytes(store, parent),
        material,
        settings,
        on_row=learning,
        waiting=waiting,
        checkpoint=folder / CHECKPOINT,
    )
    return model_registry.register_candidate(
        store,
        kind=ModelKind.MATTING,
        architecture=parent.architecture,
        weights=save_network(learnt.network),
        parent_id=parent.id,
        run_id=run.id,
        metrics={"learning": _what_came_of_it(learnt)},
        licence=licence_of_training(parent.licence),
        code_version=code_version(),
        recipe=settings.as_recipe(),
        provenance=provenance_of_training(parent, training_set_id=training_set_id),
    )


def parent_of(store: Store, run: RunRecord) -> ModelRecord:
    """The version that the run goes on from: the one written down with it, or today's."""
    if run.parent_model_id is not None:
        return model_registry.get_model(store, run.parent_model_id)
    return trainable_parent(store)


def _material(
    store: Store, training_set_id: int, settings: FinetuneSettings, kept: Path, teller: RunTeller
) -> LearningMaterial:
    if kept.is_file():
        return LearningMaterial.load(kept)
    items = [item for item in training_sets.load_items(store, training_set_id) if item.part is Part.TRAIN]
    lessons = (
        Lesson(training_sets.load_example(store, item), item.product_group, learnt=item.learnt) for item in items
    )

    def reading(done: int) -> None:
        teller.tell(READING, done / len(items), f"Reading approved mattes: {done} of {len(items)}")

    material = gather(lessons, settings.material, seed=settings.seed, on_lesson=reading)
    material.save(kept)
    return material


def _in_words(row: Progress) -> str:
    return f"Learning: step {row.step}, error {row.error:.4f}, {row.samples_per_second:.1f} samples/s"


def _point(row: Progress) -> Point:
    figures = {"error": round(row.error, 5), "loss": round(row.loss, 5), "seconds": round(row.seconds, 1)}
    if row.watched is not None:
        figures["watched"] = round(row.watched, 5)
    return Point(row.step, figures, row.samples_per_second, row.seconds_left)


def _what_came_of_it(learnt: Learnt) -> dict[str, object]:
    told = asdict(learnt)
    del told["network"]
    return told
