"""One training of the learned drafter: from the frozen mattes to a registered candidate and its understudies.

It begins each time with what comes with the program, as it takes minutes: what a studio's subjects are is told by all
of its mattes together.
"""

from dataclasses import asdict, replace
from pathlib import Path

from annotation_store.kinds import ModelKind, Part
from annotation_store.learning import model_registry, training_sets
from annotation_store.learning.training_runs import Point
from annotation_store.records import ModelRecord, RunRecord, TrainingItem
from annotation_store.store import Store
from matting_core.drafting.learned_network import save_drafting_network
from training.code_version import code_version
from training.drafter.drafter_samples import DrafterSample, sample_of, shrink
from training.drafter.drafter_training import START, DrafterSettings, DrafterStep, train_drafter
from training.drafter.understudies import Understudies, dealt, teach_understudies
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
    store: Store, run: RunRecord, training_set_id: int, settings: DrafterSettings, *, folder: Path, teller: RunTeller
) -> ModelRecord:
    """Learn from a training set, and register what came of it. Raises TrainingStopped.

    folder: of the run; the understudies are kept there until it is over. settings.minutes: of all of them together.
    """
    items = _learnt_from(store, training_set_id)
    products = [item.product_group for item in items]
    count = len(set(dealt(products).values()))
    each = replace(settings, minutes=settings.minutes / (count + 1))
    first, *others = _divided(LEARNING, count + 1)
    samples = _read(store, items, teller)

    def learning(row: DrafterStep) -> bool:
        point = Point(row.step, {"loss": round(row.loss, 5)})
        teller.tell(first, row.share, f"Learning: step {row.step}, loss {row.loss:.4f}", point)
        return True

    def once_more(number: int, row: DrafterStep) -> bool:
        text = f"Learning once more, without some products, to be judged by these: {number + 1} of {count}"
        teller.tell(others[number], row.share, text)
        return True

    network = train_drafter(samples, each, on_step=learning)
    teach_understudies(samples, products, each, folder, on_step=once_more)
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


def understudies_of(store: Store, training_set_id: int, folder: Path) -> Understudies:
    """Those that `train_drafter_version` left in the folder of its run."""
    return Understudies(folder, {item.product_group for item in _learnt_from(store, training_set_id)})


def _learnt_from(store: Store, training_set_id: int) -> list[TrainingItem]:
    return [item for item in training_sets.load_items(store, training_set_id) if item.part is Part.TRAIN]


def _read(store: Store, items: list[TrainingItem], teller: RunTeller) -> list[DrafterSample]:
    samples = []
    for done, item in enumerate(items, 1):
        example = training_sets.load_example(store, item)
        samples.append(sample_of(shrink(example.rgb, example.alpha, weight=example.weight)))
        teller.tell(READING, done / len(items), f"Reading approved mattes: {done} of {len(items)}")
    return samples


def _divided(span: tuple[float, float], parts: int) -> list[tuple[float, float]]:
    step = (span[1] - span[0]) / parts
    return [(span[0] + number * step, span[0] + (number + 1) * step) for number in range(parts)]


def _what_came_before(settings: DrafterSettings) -> tuple[Source, ...]:
    if not settings.start:
        return ()
    weights = Source.under(PROGRAM_LICENCE, what="weights", source=f"{START}, comes with the program")
    return (weights, *shipped_photographs(START))
