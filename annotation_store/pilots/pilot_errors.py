"""Errors of pilots."""

from annotation_store.errors import InvalidTransitionError, StoreError


class InvalidPilotError(StoreError, ValueError):
    """A pilot that cannot be begun as it was asked for."""


class InPilotError(InvalidTransitionError):
    """Something was asked for that would spoil a pilot that is running."""
