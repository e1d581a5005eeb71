"""The closed vocabularies that have no transitions."""

from enum import StrEnum


class RevisionKind(StrEnum):
    """Where a revision comes from."""

    DRAFT = "draft"
    CORRECTION = "correction"


class EntryKind(StrEnum):
    """What an entry of the edit log does."""

    EDIT = "edit"
    UNDO = "undo"
    REDO = "redo"


class Verdict(StrEnum):
    """What a person decided about an image."""

    SUBMITTED = "submitted"  # to a reviewer
    RETURNED = "returned"  # by the reviewer, for correction
    APPROVED = "approved"
    SKIPPED = "skipped"
    REOPENED = "reopened"


class Part(StrEnum):
    """The side of a training set on which an image lies."""

    TRAIN = "train"
    VALIDATION = "validation"
