"""Where an export goes, in one word of a person: a zip, an object store, or a folder."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from annotation_store.durable_files import durable_file
from annotation_store.errors import InvalidExportError, blaming
from annotation_store.exports.destinations.destination import Destination
from annotation_store.exports.destinations.folder import FolderDestination
from annotation_store.exports.destinations.object_store import ObjectStoreDestination
from annotation_store.exports.destinations.zip_file import ZipDestination


@contextmanager
def destination_for(where: str) -> Iterator[Destination]:
    """``OUT.zip`` is a zip, ``s3://BUCKET/FOLDER`` an object store, anything else a folder.

    If an error gets out, there is no zip, or the one from before; what has come into a folder or an object store stays
    there, for the same export to go on with. Raises InvalidExportError for a place that cannot be one,
    StoreUnavailableError where it cannot be written to, MissingPackageError.
    """
    if "://" in where:
        yield ObjectStoreDestination(where)
    elif where.lower().endswith(".zip"):
        with _whole_file(Path(where)) as file:
            yield ZipDestination(file)
    else:
        yield FolderDestination(Path(where))


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    if path.is_dir():
        raise InvalidExportError(f"{path} is a folder: give the name of a file.")
    if not path.parent.is_dir():
        raise InvalidExportError(f"There is no folder {path.parent}: create it, or name another.")
    with ExitStack() as stack:
        with blaming(path.parent):
            file = stack.enter_context(durable_file(path, private=False))
        yield cast(BinaryIO, _Blaming(file, path.parent))
        with blaming(path.parent):
            stack.close()


class _Blaming:
    """The file of a zip; what goes wrong elsewhere, such as an unreadable blob, is not about its folder."""

    def __init__(self, file: BinaryIO, folder: Path) -> None:
        self._file, self._folder = file, folder

    def write(self, data: bytes | memoryview) -> int:
        with blaming(self._folder):
            return self._file.write(data)

    def flush(self) -> None:
        with blaming(self._folder):
            self._file.flush()
