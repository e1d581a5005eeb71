"""Content-addressed files: a blob is named by the SHA-256 of its bytes, and never changes.

A blob that no row names is first set aside, and deleted much later (keeping/collecting.py): whoever asks for it
meanwhile finds it, and has it back in its place.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from mmap import mmap
from pathlib import Path
from tempfile import TemporaryFile

from annotation_store.durable_files import durable_file, make_folder, sync_folder
from annotation_store.errors import DamagedBlobError, InvalidDigestError, unwritable
from matting_core.image_io import ImageLimits

# images in the store were measured when they came in: a limit lowered later must not lock them out
ALREADY_TAKEN_IN = ImageLimits(max_pixels=1 << 40, max_side=1 << 30, max_bytes=1 << 50)

UNWANTED_FOLDER = ".unwanted"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_of(data: bytes | mmap) -> str:
    """SHA-256 of `data`, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


class BlobStore:
    """Blobs under `root`, in two levels of folders: ``ab/cd/abcd...``; those set aside lie in ``.unwanted``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._entered: set[str] = set()

    def put(self, data: bytes) -> str:
        """Store `data` durably and return its name; the same bytes are stored once, and mended if damaged.

        Bytes that are there already count as new from now on, so that they are not set aside before a row names
        them. Raises StoreFullError, or StoreUnavailableError if the disk refuses to be written to otherwise.
        """
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
        """The bytes named `digest`, verified. Raises DamagedBlobError if they are missing or changed."""
        data = self._read(digest)
        if data is None:
            raise DamagedBlobError(
                f"The file {digest} is missing from the store: restore the folder {self.root} from a backup."
            )
        if digest_of(data) != digest:
            raise DamagedBlobError(
                f"The file {digest} has changed on the disk: restore it in {self.root} from a backup, "
                "or take the photo in again."
            )
        return data

    def check_writable(self) -> None:
        """Write a byte to a file without a name. Raises StoreFullError, or StoreUnavailableError."""
        try:
            with TemporaryFile(dir=self.root) as file:
                file.write(b".")
        except OSError as error:
            raise unwritable(self.root, error) from error

    def has(self, digest: str) -> bool:
        """Whether a blob of this name exists (its bytes are not verified)."""
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
        if not _DIGEST.fullmatch(digest):
            raise InvalidDigestError("A file of the store is named by 64 hexadecimal digits, not by this text.")
        return self.root / digest[:2] / digest[2:4] / digest

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
        """Take the blob out of its place for the time being; its age there counts from now on."""
        make_folder(self.root / UNWANTED_FOLDER)
        with suppress(FileNotFoundError):  # not there any more
            os.utime(self.place(digest))  # before it is moved: whatever happens, it never looks older than it is
            self.place(digest).replace(self._aside(digest))

    def files(self) -> Iterator[Path]:
        """Every file in the places of blobs, whatever it is, in the order of names."""
        return (path for path in _files_below(self.root) if path.parent.name != UNWANTED_FOLDER)

    def files_aside(self) -> Iterator[Path]:
        """Every file among the blobs that were set aside, whatever it is, in the order of names."""
        return _files_below(self.root / UNWANTED_FOLDER)

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
