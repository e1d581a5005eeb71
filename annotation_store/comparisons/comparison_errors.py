"""What cannot be compared, and what cannot be answered twice."""

from annotation_store.errors import StoreError


class InvalidComparisonError(StoreError, ValueError):
    """A comparison, or an answer to it, that is not possible."""


class AlreadyAnsweredError(StoreError):
    """Somebody chose once more of a pair, and otherwise than before."""
