"""Errors of the store: each text says what is wrong and what to do, in words for an operator."""

from datetime import datetime

from matting_core.errors import MattingError


class StoreError(MattingError):
    """Base of every error that the store raises on purpose."""


class StoreUnavailableError(StoreError):
    """The store's folder cannot be used: not writable, not a store, or written by a newer version."""


class NotFoundError(StoreError, LookupError):
    """Something asked for by its number or name is not in the store."""


class InvalidTransitionError(StoreError):
    """An image, a model or a training run cannot go from its state to the one asked for."""


class ConflictError(StoreError):
    """A change was based on something that is no longer the newest.

    position: the number of entries that the newest edit log holds.
    """

    def __init__(self, position: int) -> None:
        super().__init__(
            "This image has been changed in the meantime, in another window or by somebody else: "
            "reload it and look at the change before you go on."
        )
        self.position = position


class LeasedError(StoreError):
    """An image is in somebody else's hands.

    name: the image's. person: in whose hands. expires_at: until when, unless they go on; aware.
    """

    text = "“{name}” is in the hands of {person} until {until}: take another image, or ask them to let it go."

    def __init__(self, name: str, *, person: str, expires_at: datetime) -> None:
        super().__init__(self.text.format(name=name, person=person, until=f"{expires_at:%H:%M} UTC"))
        self.name = name
        self.person = person
        self.expires_at = expires_at


class LeaseLostError(LeasedError):
    """An image that was left alone for so long that somebody else has taken it."""

    text = (
        "“{name}” was left alone for so long that {person} has taken it, until {until}: take another image, or ask "
        "them to let it go. What you drew before is kept."
    )


class InvalidProjectError(StoreError, ValueError):
    """A name or a setting that a project cannot have."""


class UnreadableSubjectsError(StoreError, ValueError):
    """A table of subjects that cannot be used; the text names the line."""


class NothingToUndoError(StoreError):
    """No edit is left to take back, or none to bring back."""


class InvalidKeyError(StoreError, ValueError):
    """A client's key for an edit is empty or too long."""


class MismatchedMatteError(StoreError, ValueError):
    """A trimap or alpha that does not fit its photo or its edits."""


class InvalidTextError(StoreError, ValueError):
    """Words of a person that are missing where they are needed, or too many."""


class PlaceOutsideImageError(StoreError, ValueError):
    """A note was pinned to a pixel that the image does not have."""


class InvalidDigestError(StoreError, ValueError):
    """A text that is not the name of a blob (64 hexadecimal digits)."""


class DamagedBlobError(StoreError):
    """The bytes of a blob are missing, or no longer those that were stored."""


class NotEnoughApprovedError(StoreError):
    """Too few approved images to train and to judge on."""


class RunInProgressError(StoreError):
    """A training was asked for while another is waiting or running."""


class NothingToExportError(StoreError):
    """No approved image among those asked for."""
