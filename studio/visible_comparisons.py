"""Comparisons of a person's projects."""

from annotation_store.comparisons import comparisons
from annotation_store.errors import NotFoundError
from annotation_store.records import ComparisonRecord
from annotation_store.store import Store
from studio.sign_in.visitor import Visitor


def visible_comparison(store: Store, visitor: Visitor, comparison_id: int) -> ComparisonRecord:
    """One of the visitor's projects. Raises NotFoundError for any other, as if it were not there."""
    comparison = comparisons.get_comparison(store, comparison_id)
    if not visitor.sees(comparison.project_id):
        raise NotFoundError(f"There is no comparison number {comparison_id}: reload the list of comparisons.")
    return comparison
