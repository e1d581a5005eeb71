"""Whose mattes are compared, as leads read it."""

from collections.abc import Mapping

from annotation_store.kinds import MatteSource, ModelKind
from annotation_store.learning import model_registry
from annotation_store.records import ComparisonRecord
from annotation_store.store import Store
from studio.i18n import Words

Models = Mapping[int, str]
"""Names of matting versions by their number, newest first."""


def matting_models(store: Store) -> Models:
    return {each.id: each.name for each in model_registry.list_models(store) if each.kind is ModelKind.MATTING}


def source_words(source: MatteSource, model_id: int | None, models: Models, words: Words) -> str:
    return words(f"source_{source.value}", name=models.get(model_id or 0, "?"))


def both_sides(comparison: ComparisonRecord, models: Models, words: Words) -> tuple[str, str]:
    """The first and the second."""
    return (
        source_words(comparison.first, comparison.first_model_id, models, words),
        source_words(comparison.second, comparison.second_model_id, models, words),
    )
