"""What a file's name tells: a clean name for people, the product group, and whether it is litter."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_LENGTH = 200
_NOISE = {"__macosx", "thumbs.db", "desktop.ini"}
_SHOT = re.compile(r"(.+)_\d+")


def clean_name(path: str) -> str:
    """The last part of `path`, composed (macOS splits ガ into カ and a mark), printable, 1 to 200 long."""
    name = unicodedata.normalize("NFC", path.replace("\\", "/").rsplit("/", maxsplit=1)[-1])
    return printable(name).strip()[-MAX_LENGTH:] or "unnamed"


def printable(text: str) -> str:
    """`text` with a ``_`` in the place of each character that cannot be shown, or not be encoded."""
    return "".join(character if character.isprintable() else "_" for character in text)


def product_group(name: str) -> str:
    """The subject of a photo called ``SUBJECT_SHOT.jpg``: its stem up to the last ``_NUMBER``, else the stem.

    Photos of one subject never lie on both sides of a training set.
    """
    stem = PurePosixPath(name).stem
    shot = _SHOT.fullmatch(stem)
    return shot[1] if shot else stem


def is_noise(path: str) -> bool:
    """Whether a file is hidden, or the litter of an operating system, by any part of its path."""
    parts = [part for part in path.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    return any(part.startswith(".") or part.lower() in _NOISE for part in parts)
