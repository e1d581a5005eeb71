"""One training of the learned drafter: from the frozen mattes to a registered candidate.

It begins each time with what comes with the program, as it takes minutes: what a studio's subjects are is told by all
of its mattes together.
"""

from dataclasses import asdict

from annotation_store.kinds import ModelKind, Part
from annotation_store.learning import model_registry, training_sets
from annotation_store.learning.training_runs import Point
from annotation_store.records import ModelRecord, RunRecord
from annotation_store.store import Store
from matting_core.drafting.learned_network import save_drafting_network
from training.code_version import code_version
from training.drafter.drafter_samples import shrink
from training.drafter.drafter_training import START, DrafterSettings, DrafterStep, train_drafter
from training.provenance import (
    PROGRAM_LICENCE,
    Source,
    as_rows,
    licence_of_training,
    shipped_photographs,
    trained_from,
)
from training.run_teller import RunTeller
from training.trial import DRAFTER

READING, LEARNING = (0.0, 0.15), (0.15, 0.85)
"""Shares of the progress bar; the rest is for judging."""


def train_drafter_version(
    store: Store, run: RunRecord, training_set_id: int, settings: DrafterSettings, *, teller: RunTeller
) -> ModelRecord:
    """Learn from a training set, and register what came of it. Raises TrainingStopped."""
    items = [item for item in training_sets.load_items(store, training_set_id) if item.part is Part.TRAIN]
    examples = []
    for done, item in enumerate(items, 1):
        example = training_sets.load_example(store, item)
        examples.append(shrink(example.rgb, example.alpha, weight=example.weight))
        teller.tell(READING, done / len(items), f"Reading approved mattes: {done} of {len(items)}")

    def learning(row: DrafterStep) -> bool:
        if row.loss is None:
            teller.tell(LEARNING, row.share, "Putting subjects before other backgrounds")
        else:
            point = Point(row.step, {"loss": round(row.loss, 5)})
            teller.tell(LEARNING, row.share, f"Learning: step {row.step}, loss {row.loss:.4f}", point)
        return True

    network = train_drafter(examples, settings, on_step=learning)
    recipe = asdict(settings)
    del recipe["device"]
    return model_registry.register_candidate(
        store,
        kind=ModelKind.DRAFTER,
        architecture=DRAFTER,
        weights=save_drafting_network(network),
        parent_id=None,
        run_id=run.id,
        metrics={},
        licence=licence_of_training(PROGRAM_LICENCE),
        code_version=code_version(),
        recipe=recipe,
        provenance=as_rows(
            trained_from(_what_came_before(settings), data=f"approved mattes of training set {training_set_id}")
        ),
    )


def _what_came_before(settings: DrafterSettings) -> tuple[Source, ...]:
    if not settings.start:
        return ()
    weights = Source.under(PROGRAM_LICENCE, what="weights", source=f"{START}, comes with the program")
    return (weights, *shipped_photographs(START))
