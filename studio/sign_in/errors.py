"""Refusals of the door."""

from matting_core.errors import MattingError


class SignedOutError(MattingError):
    """Nobody has signed in, or their sign-in has ended."""


class ForbiddenError(MattingError):
    """The person may not do this."""
