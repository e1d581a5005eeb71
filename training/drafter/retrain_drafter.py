"""One training of the learned drafter, from the store's approved trimaps to weights and a verdict.

Which products judge and which teach is decided as for the matting model (`annotation_store/training_sets.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from annotation_store.kinds import Part
from annotation_store.learning import training_sets
from annotation_store.store import Store
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.drafter import Drafter
from matting_core.drafting.learned import LearnedDrafter
from matting_core.drafting.learned_network import save_drafting_network
from training.drafter.drafter_samples import shrink
from training.drafter.drafter_training import DrafterSettings, DrafterStep, DrafterVerdict, judge_drafter, train_drafter
from training.learning.loop import TrainingStopped

READING, LEARNING, JUDGING = (0.0, 0.1), (0.1, 0.85), (0.85, 1.0)
"""Shares of the progress bar."""

Say = Callable[[float, str], bool]
"""Told progress in [0, 1] and a sentence; answers whether to go on."""


@dataclass(frozen=True, slots=True)
class RetrainDrafterSettings:
    """validation_share: of the product groups."""

    training: DrafterSettings = field(default_factory=DrafterSettings)
    validation_share: float = 0.25


def retrain_drafter(
    store: Store, settings: RetrainDrafterSettings, *, by: str, current: Drafter | None, say: Say
) -> tuple[bytes, DrafterVerdict]:
    """Safetensors bytes of a new drafter, and whether they should serve.

    It must beat the automatic drafter, and `current`, the learned one in use, if there is one. Changes nothing but the
    frozen training set. Raises NotEnoughApprovedError if fewer than two products are approved, and TrainingStopped
    when `say` asks for an end.
    """

    def tell(span: tuple[float, float], share: float, text: str) -> None:
        if not say(span[0] + (span[1] - span[0]) * share, text):
            raise TrainingStopped

    frozen = training_sets.freeze(store, validation_share=settings.validation_share, by=by)
    items = training_sets.load_items(store, frozen.id)
    learn_from = [item for item in items if item.part is Part.TRAIN]
    judge_by = [item for item in items if item.part is Part.VALIDATION]

    samples = []
    for done, item in enumerate(learn_from, 1):
        example = training_sets.load_example(store, item)
        samples.append(shrink(example.rgb, example.trimap, side=settings.training.side))
        tell(READING, done / len(learn_from), f"Reading approved trimaps: {done} of {len(learn_from)}")

    def learning(row: DrafterStep) -> bool:
        tell(LEARNING, row.share, f"Learning: step {row.step}, loss {row.loss:.4f}")
        return True

    network = train_drafter(samples, settings.training, on_step=learning)

    def judging(done: int) -> None:
        tell(JUDGING, done / len(judge_by), f"Comparing drafts: {done} of {len(judge_by)}")

    rivals: dict[str, Drafter] = {"the automatic one": AutomaticDrafter()}
    if current is not None:
        rivals["the one in use"] = current
    verdict = judge_drafter(
        LearnedDrafter(network, device=settings.training.device, side=settings.training.side),
        rivals,
        (training_sets.load_example(store, item) for item in judge_by),
        on_image=judging,
    )
    return save_drafting_network(network), verdict
