"""Errors of the store: each text says what is wrong and what to do, in words for an operator."""

import errno
from pathlib import Path

from matting_core.errors import MattingError


class StoreError(MattingError):
    """Base of every error that the store raises on purpose."""


class StoreUnavailableError(StoreError):
    """The store's folder or database cannot be used: not writable, full, not to be reached, or of a newer version."""


class StoreBusyError(StoreError):
    """A change waited for its turn to write until its patience was over; nothing of it was stored."""

    def __init__(self, text: str = "") -> None:
        super().__init__(
            text
            or "The store was busy for too long, so nothing was changed: try again in a moment. "
            "If it goes on, look for a program that holds the database open."
        )


class StoreFullError(StoreUnavailableError):
    """There is no room on the disk; nothing half done was left, and the same can be asked for again."""


NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def unwritable(folder: Path, error: OSError) -> StoreUnavailableError:
    """What to raise where the system did not let something be written to `folder`."""
    if error.errno in NO_ROOM:
        return StoreFullError(
            f"There is no room left for {folder} ({error.strerror}): make room on its disk, then try again."
        )
    return StoreUnavailableError(
        f"The studio cannot write to its folder {folder} ({error.strerror}): choose another folder, or have its "
        "permissions changed."
    )


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
