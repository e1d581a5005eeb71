"""What people are called: the name of an account, the name that others read, an e-mail address."""

import re
import unicodedata

from annotation_store.errors import InvalidNameError

SHORTEST, LONGEST = 2, 40
LONGEST_SHOWN = 80
LONGEST_EMAIL = 254  # RFC 5321, 4.5.3.1.3, less the brackets around a path
RESERVED = frozenset(
    {"matteloop", "studio", "training", "drafting", "gate", "worker", "queue", "nobody"}
    | {"approvals", "schedule", "effort", "canary"}  # what begins trainings and judges by itself
)
"""What stands in the audit trail for the program itself."""

_NAME = re.compile(rf"[a-z0-9._-]{{{SHORTEST},{LONGEST}}}")
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")


def check_name(name: str) -> str:
    """The name of an account as it is stored: lower-case, so that Keiko and keiko are one. Raises InvalidNameError.

    Letters are those from a to z: two names must not look alike. Any script will do for the name that is shown.
    """
    name = name.strip().lower()
    if not _NAME.fullmatch(name) or not any(letter.isalnum() for letter in name):
        raise InvalidNameError(
            "name",
            f"A name has {SHORTEST} to {LONGEST} characters: letters from a to z, digits, and . - _ between them.",
        )
    if name in RESERVED:
        raise InvalidNameError("reserved", f"“{name}” stands for the studio itself: choose another name.")
    return name


def check_display_name(name: str) -> str:
    """The name that others read, without white space around it. Raises InvalidNameError."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 1 <= len(name) <= LONGEST_SHOWN or not name.isprintable():
        raise InvalidNameError(
            "shown", f"The name to be shown has 1 to {LONGEST_SHOWN} characters that can be printed."
        )
    return name


def check_email(email: str) -> str:
    """The address, lower-case. Raises InvalidNameError if it does not look like one."""
    email = email.strip().lower()
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email) or not email.isprintable():
        raise InvalidNameError("email", "This is no e-mail address: write it as name@example.com.")
    return email
