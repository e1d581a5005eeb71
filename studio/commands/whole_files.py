"""Files that are either there as a whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from studio.commands.errors import CommandError


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """A file to write to that takes the place of `target` at the end, or vanishes if an error gets out.

    Raises CommandError if `target` is a folder or would lie in none.
    """
    if target.is_dir():
        raise CommandError(f"{target} is a folder: give the name of a file")
    if not target.parent.is_dir():
        raise CommandError(f"there is no folder {target.parent}: create it, or name another")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
