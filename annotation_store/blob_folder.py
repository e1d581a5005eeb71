"""Blobs in a folder: each is written beside, flushed and renamed, in two levels of folders.

A blob that was set aside lies in ``.unwanted``: whoever asks for it finds it, and has it back in its place.
"""

import hashlib
import os
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

from annotation_store.blobs import FileKind, SeenFile, digest_of, is_digest, place_of
from annotation_store.durable_files import UNFINISHED_PREFIX, durable_file, make_folder, sync_folder
from annotation_store.errors import DamagedBlobError, unwritable

UNWANTED_FOLDER = ".unwanted"
_CHUNK = 1 << 20


class BlobFolder:
    """Blobs under `root`: ``ab/cd/abcd...``. See `BlobStore` for what is not said here."""

    hands = 1  # a disk is not quicker for being asked for several at once

    def __init__(self, root: Path) -> None:
        self.root = root
        self._entered: set[str] = set()

    @property
    def where(self) -> str:
        return str(self.root)

    def put(self, data: bytes) -> str:
        """Raises StoreFullError, or StoreUnavailableError if the disk refuses to be written to otherwise."""
        digest = digest_of(data)
        place = self.place(digest)
        try:
            self._enter(place.parent)
            if not _is_renewed(place, digest):
                with durable_file(place) as file:
                    file.write(data)
        except OSError as error:
            raise unwritable(self.root, error) from error
        return digest

    def get(self, digest: str) -> bytes:
        data = self._read(digest)
        if data is None:
            raise self._missing(digest)
        if digest_of(data) != digest:
            raise DamagedBlobError(
                f"The file {digest} has changed on the disk: restore it in {self.root} from a backup, "
                "or take the photo in again."
            )
        return data

    def check_writable(self) -> None:
        """The file has no name, so that a crash leaves nothing."""
        try:
            with TemporaryFile(dir=self.root) as file:
                file.write(b".")
        except OSError as error:
            raise unwritable(self.root, error) from error

    def has(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def path(self, digest: str) -> Path:
        """Where the blob lies, brought back if it was set aside, or would lie.

        Raises InvalidDigestError unless given 64 hexadecimal digits.
        """
        place = self.place(digest)
        aside = self._aside(digest)
        if not place.is_file() and aside.is_file():
            make_folder(place.parent)
            with suppress(FileNotFoundError):  # somebody else has just brought it back
                aside.replace(place)
        return place

    def place(self, digest: str) -> Path:
        """Where a blob of this name belongs. Raises InvalidDigestError unless given 64 hexadecimal digits."""
        return self.root.joinpath(*place_of(digest))

    def _enter(self, folder: Path) -> None:
        """Create `folder` where needed, and flush its name: whoever created it may have been killed before.

        Once in the life of this process for each folder, since a flush costs milliseconds.
        """
        if folder == self.root:
            make_folder(folder)
        elif str(folder) not in self._entered or not folder.is_dir():
            self._enter(folder.parent)
            folder.mkdir(exist_ok=True)
            sync_folder(folder.parent)
            self._entered.add(str(folder))

    def find(self, digest: str) -> Path | None:
        """Where the blob lies now, in its place or set aside, or None; nothing is moved."""
        place = self.place(digest)  # looked at once more at the end: it may be brought back between the looks
        return next((path for path in (place, self._aside(digest), place) if path.is_file()), None)

    def set_aside(self, digest: str) -> None:
        make_folder(self.root / UNWANTED_FOLDER)
        with suppress(FileNotFoundError):  # not there any more
            os.utime(self.place(digest))  # before it is moved: whatever happens, it never looks older than it is
            self.place(digest).replace(self._aside(digest))
            os.utime(self._aside(digest))  # and again: somebody may have seen it in its place between the two

    def files(self) -> Iterator[Path]:
        """Every file in the places of blobs, whatever it is, in the order of names."""
        return (path for path in _files_below(self.root) if path.parent.name != UNWANTED_FOLDER)

    def files_aside(self) -> Iterator[Path]:
        """Every file among the blobs that were set aside, whatever it is, in the order of names."""
        return _files_below(self.root / UNWANTED_FOLDER)

    def size(self, digest: str) -> int | None:
        for _ in range(2):  # it may be set aside or brought back between the look and the next
            if (path := self.find(digest)) is None:
                return None
            with suppress(FileNotFoundError):
                return path.stat().st_size
        return None

    def chunks(self, digest: str) -> Iterator[bytes]:
        for last in (False, True):
            if (path := self.find(digest)) is None:
                break
            try:
                with path.open("rb") as file:
                    while chunk := file.read(_CHUNK):
                        yield chunk
                return
            except FileNotFoundError:
                if last:
                    break
            except OSError as error:
                raise DamagedBlobError(f"The file {path} cannot be read ({error.strerror}).") from error
        raise self._missing(digest)

    def receive(self, digest: str, chunks: Iterator[bytes]) -> int:
        """Raises OSError where the folder cannot be written to."""
        place = self.place(digest)
        make_folder(place.parent)
        seen, size = hashlib.sha256(), 0
        with durable_file(place) as file:
            for chunk in chunks:
                seen.update(chunk)
                size += file.write(chunk)
            if seen.hexdigest() != digest:
                raise DamagedBlobError(f"The file {digest} has changed on its way to {self.root}, or before.")
        return size

    def in_place(self) -> Iterator[SeenFile]:
        for path in self.files():
            is_blob = is_digest(path.name) and self.place(path.name) == path
            kind = FileKind.LEFTOVER if path.name.startswith(UNFINISHED_PREFIX) else FileKind.STRANGE
            yield from _seen(path, FileKind.BLOB if is_blob else kind)

    def aside(self) -> Iterator[SeenFile]:
        for path in self.files_aside():
            is_blob = is_digest(path.name) and self._aside(path.name) == path
            yield from _seen(path, FileKind.BLOB if is_blob else FileKind.STRANGE)

    def now(self) -> float:
        return time.time()

    def tidy(self, keep: Collection[str]) -> None:
        """Files are moved in one step, so there is nothing to finish."""

    def delete_aside(self, digest: str) -> bool:
        return _is_unlinked(self._aside(digest))

    def delete_leftover(self, file: SeenFile) -> bool:
        return _is_unlinked(Path(file.name))

    def _missing(self, digest: str) -> DamagedBlobError:
        return DamagedBlobError(
            f"The file {digest} is missing from the store: restore the folder {self.root} from a backup."
        )

    def _aside(self, digest: str) -> Path:
        return self.root / UNWANTED_FOLDER / digest

    def _read(self, digest: str) -> bytes | None:
        for _ in range(2):  # it may be set aside between the look and the reading
            with suppress(FileNotFoundError):
                return self.path(digest).read_bytes()
        return None


def _is_renewed(place: Path, digest: str) -> bool:
    """Whether the bytes lie there as they should; from then on they are as young and as durable as new ones."""
    try:
        if digest_of(place.read_bytes()) != digest:
            return False
        os.utime(place)
    except FileNotFoundError:
        return False
    sync_folder(place.parent)  # whoever put them there may not have come so far
    return True


def _files_below(folder: Path) -> Iterator[Path]:
    for parent, subfolders, names in os.walk(folder):
        subfolders.sort()
        yield from (Path(parent, name) for name in sorted(names))


def _seen(path: Path, kind: FileKind) -> Iterator[SeenFile]:
    """The file, unless it has vanished meanwhile."""
    with suppress(FileNotFoundError):
        status = path.stat()
        yield SeenFile(kind, path.name if kind is FileKind.BLOB else str(path), status.st_size, status.st_mtime)


def _is_unlinked(path: Path) -> bool:
    with suppress(FileNotFoundError):  # somebody has it back
        path.unlink()
        return True
    return False
