"""Files that are either there as a whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from studio.commands.errors import CommandError


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """A file to write to that takes the place of `target` at the end, or vanishes if an error gets out.

    At the end it is on the disk, so that a power cut leaves the old one or the new one. Raises CommandError if `target`
    is a folder, would lie in none, or cannot be written.
    """
    from annotation_store.durable_files import sync_folder

    if target.is_dir():
        raise CommandError(f"{target} is a folder: give the name of a file")
    if not target.parent.is_dir():
        raise CommandError(f"there is no folder {target.parent}: create it, or name another")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        if error.filename not in (None, str(unfinished)):  # about another file
            raise
        raise CommandError(
            f"{target} cannot be written ({error.strerror}): make room on its disk, or name another place"
        ) from error
    finally:
        with suppress(OSError):  # where nothing could be written, nothing can be deleted either
            unfinished.unlink(missing_ok=True)
