"""Passwords: what they must be like, and the hashes that are kept of them (argon2id, RFC 9106)."""

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from annotation_store.errors import InvalidPasswordError

SHORTEST, LONGEST = 10, 200

hasher = PasswordHasher()
"""With the library's own parameters, RFC 9106's second recommendation: 64 MiB, 3 passes, 4 lanes. They rise with it."""

_turns = threading.BoundedSemaphore(2)
"""Hashing takes its memory in full: forty people at once would take 2.5 GB."""


def check_password(password: str, *, name: str) -> str:
    """`password` if it may be one for the account `name`. Raises InvalidPasswordError."""
    length = len(_as_typed(password))
    if length < SHORTEST:
        raise InvalidPasswordError("short", f"The password has {length} characters: take at least {SHORTEST}.")
    if length > LONGEST:
        raise InvalidPasswordError("long", f"The password has {length} characters: take at most {LONGEST}.")
    if _as_typed(password).casefold() == name.casefold():
        raise InvalidPasswordError("name", "The password is the name: take one that nobody can guess.")
    return password


def hash_password(password: str) -> str:
    """What is stored: the parameters, a random salt and the hash in one text. Takes 64 MiB and some 0.1 s."""
    with _turns:
        return hasher.hash(_as_typed(password))


def is_password(password: str, stored: str | None) -> bool:
    """Whether `stored` was made from `password`.

    Without a stored hash the answer is no, and takes as long: who asks cannot tell by the clock whether there is
    such an account.
    """
    if stored is None:
        hash_password(password)  # the same work as verifying
        return False
    try:
        with _turns:
            return hasher.verify(stored, _as_typed(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether a hash was made by other parameters than today's, and should be made anew while the password is known."""
    return hasher.check_needs_rehash(stored)


def _as_typed(password: str) -> str:
    """One form for what looks the same: keyboards differ in how they compose letters (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
