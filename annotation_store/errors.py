"""Errors of the store: each text says what is wrong and what to do, in words for an operator."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
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


NOT_NOW = (StoreUnavailableError, StoreBusyError)
"""What is no fault of whoever asked: the same may be done later."""

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


@contextmanager
def blaming(folder: Path) -> Iterator[None]:
    """Errors of the system in here are about writing to `folder`, and are told so. Raises as `unwritable` says."""
    try:
        yield
    except OSError as error:
        raise unwritable(folder, error) from error


class NotFoundError(StoreError, LookupError):
    """Something asked for by its number or name is not in the store."""


class InvalidTransitionError(StoreError):
    """An image, a model or a training run cannot go from its state to the one asked for."""


class ClaimLostError(InvalidTransitionError):
    """What this process had claimed is another's by now."""


class FourEyesError(StoreError):
    """A project in which two people look at every matte, and one who may not be the second."""


class BulkApprovalOffError(StoreError):
    """Drafts were to be approved together in a project that does not allow it."""


class NothingToRestoreError(StoreError):
    """A revision was to be restored that is what the image is at already."""


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


class InvalidTriggerError(StoreError, ValueError):
    """A schedule, a time zone or a number that no training can begin by."""


class RunInProgressError(StoreError):
    """A training was asked for while another is waiting or running."""


class NothingToExportError(StoreError):
    """No approved image among those asked for."""


class InvalidExportError(StoreError, ValueError):
    """An export was asked for in a way that is not possible."""


class BrokenRuleError(StoreError, ValueError):
    """What somebody chose for an account cannot be taken.

    rule: the one that it breaks, in a word of the program.
    """

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(text)
        self.rule = rule


class InvalidNameError(BrokenRuleError):
    """No name for an account (``name``, or ``reserved``), none to be shown (``shown``), no address (``email``)."""


class NameTakenError(BrokenRuleError):
    """The ``name`` or the ``email`` of an account is that of another one."""


class InvalidPasswordError(BrokenRuleError):
    """A password that is too ``short``, too ``long``, or the ``name``."""


class SignInRefusedError(StoreError):
    """Somebody is not who they say they are. Which part of it was wrong is not told."""

    def __init__(self, text: str = "This name and this password do not belong together: try again.") -> None:
        super().__init__(text)


class UnknownIdentityError(SignInRefusedError):
    """An identity provider vouches for somebody who has no account here, or one that is disabled."""

    def __init__(self) -> None:
        super().__init__("There is no account here for you: ask an admin to invite you by your e-mail address.")


class AccountLockedError(StoreError):
    """The password was right, but too many wrong ones came before it.

    until: when the account opens again.
    """

    def __init__(self, until: datetime) -> None:
        super().__init__(
            f"This account is locked until {until:%H:%M} UTC, since too many wrong passwords were tried: "
            "come back then, or ask an admin for a link to a new password."
        )
        self.until = until


class LinkSpentError(StoreError):
    """A one-time link that was used, is too old, was replaced, or never existed."""

    def __init__(self) -> None:
        super().__init__("This link does not work any more: ask whoever gave it to you for a new one.")


class InvalidTokenError(BrokenRuleError):
    """No token for a script: by its ``name``, its ``scopes``, those ``beyond`` the role, its ``days``, no ``room``."""


class TokenGoneError(NotFoundError):
    """A token that was revoked, or never was this person's."""

    def __init__(self) -> None:
        super().__init__("There is no such token any more: reload the list of tokens.")


class KeyReusedError(StoreError):
    """An idempotency key came with another request than before."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key came with another request before: take a new key for each request.")


class KeyInUseError(StoreError):
    """The request of an idempotency key is being answered."""

    def __init__(self) -> None:
        super().__init__("The same request is being answered: ask again in a moment, with the same Idempotency-Key.")


class LastAdminError(StoreError):
    """Nobody would be left who may invite people."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is the only admin: make somebody else an admin first.")
