"""Approved discs that were corrected, so that what was approved and what was drafted differ; and their comparisons."""

from small_images import approve_painted, disc

from annotation_store.comparisons.comparisons import create_comparison, get_comparison
from annotation_store.kinds import MatteSource
from annotation_store.learning import model_registry
from annotation_store.projects import FIRST_PROJECT
from annotation_store.records import ComparisonRecord, ImageRecord
from annotation_store.store import Store
from matting_core.edits.soft_stroke import SoftStroke
from studio.comparing import prepare_comparisons

GROUNDS = ("#ff0000", "checker")


def approve_corrected(store: Store, name: str, seed: int) -> ImageRecord:
    """A photo of a disc, with a spot painted half transparent in its middle."""
    height, width = disc()[2].shape
    stroke = SoftStroke(radius=40, points=((width * 2, height * 2),), value=128, hardness=100, flow=100)
    model = next(each for each in model_registry.list_models(store) if each.name == "closed-form")
    return approve_painted(store, name, seed, stroke=stroke, model_id=model.id)


def compare_discs(store: Store, *, number: int = 3, **otherwise: object) -> ComparisonRecord:
    """What was approved against what was drafted, of so many photos; people can choose."""
    images = [approve_corrected(store, f"disc_{seed}.png", seed) for seed in range(1, number + 1)]
    usual = {
        "name": "Hair",
        "first": MatteSource.APPROVED,
        "second": MatteSource.DRAFT,
        "image_ids": [image.id for image in images],
        "grounds": GROUNDS,
        "by": "ren",
    }
    made = create_comparison(store, FIRST_PROJECT, **(usual | otherwise))
    prepare_comparisons(store, device="cpu")
    return get_comparison(store, made.id)
