"""The guidelines: how cut-outs are to look here, in a file that the lead writes by hand, in Markdown."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from matting_core.errors import MattingError

GUIDELINES_FILE = "guidelines.md"
MOST_BYTES = 200_000
"""Some 30,000 words of English; whoever reads more has opened the wrong file."""


class UnreadableGuidelinesError(MattingError):
    """The file of the guidelines is there, but cannot be shown."""


@dataclass(frozen=True, slots=True)
class Guidelines:
    """text: Markdown as it stands in the file, lines ended by a line feed; empty, and updated_at None, without one."""

    text: str
    updated_at: datetime | None


def read_guidelines(folder: Path) -> Guidelines:
    """The guidelines in a data folder, read anew at each call. Raises UnreadableGuidelinesError."""
    path = folder / GUIDELINES_FILE
    try:
        if not path.exists():
            return Guidelines("", None)
        data, changed = _read(path)
    except OSError as error:
        raise UnreadableGuidelinesError(
            f"The guidelines {path} cannot be read ({error.strerror}): make it a text file that the studio may read."
        ) from error
    if len(data) > MOST_BYTES:
        raise UnreadableGuidelinesError(
            f"The guidelines {path} have more than {MOST_BYTES // 1000} KB: shorten them, or link to what is long."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableGuidelinesError(f"The guidelines {path} are not in UTF-8: save them as UTF-8.") from error
    return Guidelines(text.replace("\r\n", "\n"), changed)


def _read(path: Path) -> tuple[bytes, datetime]:
    """Up to one byte more than may be shown, and when the file was last changed."""
    with path.open("rb") as file:
        changed = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
        return file.read(MOST_BYTES + 1), changed
