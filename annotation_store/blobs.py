"""Content-addressed files: a blob is named by the SHA-256 of its bytes, and never changes."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from annotation_store.errors import DamagedBlobError, InvalidDigestError, unwritable
from matting_core.image_io import ImageLimits

# images in the store were measured when they came in: a limit lowered later must not lock them out
ALREADY_TAKEN_IN = ImageLimits(max_pixels=1 << 40, max_side=1 << 30, max_bytes=1 << 50)

_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_of(data: bytes) -> str:
    """SHA-256 of `data`, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


class BlobStore:
    """Blobs under `root`, in two levels of folders: ``ab/cd/abcd...``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._entered: set[str] = set()

    def put(self, data: bytes) -> str:
        """Store `data` durably and return its name; the same bytes are stored once, and mended if damaged.

        Raises StoreFullError, or StoreUnavailableError if the disk refuses to be written to otherwise.
        """
        digest = digest_of(data)
        path = self.path(digest)
        try:
            self._enter(path.parent)
            if path.is_file() and digest_of(path.read_bytes()) == digest:
                sync_folder(path.parent)  # whoever wrote it may have been killed before
            else:
                _write_durably(path, data)
        except OSError as error:
            raise unwritable(self.root, error) from error
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes named `digest`, verified. Raises DamagedBlobError if they are missing or changed."""
        try:
            data = self.path(digest).read_bytes()
        except FileNotFoundError as error:
            raise DamagedBlobError(
                f"The file {digest} is missing from the store: restore the folder {self.root} from a backup."
            ) from error
        if digest_of(data) != digest:
            raise DamagedBlobError(
                f"The file {digest} has changed on the disk: restore it in {self.root} from a backup, "
                "or take the photo in again."
            )
        return data

    def has(self, digest: str) -> bool:
        """Whether a blob of this name exists (its bytes are not verified)."""
        return self.path(digest).is_file()

    def path(self, digest: str) -> Path:
        """Where the blob lies or would lie. Raises InvalidDigestError unless given 64 hexadecimal digits."""
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


def _write_durably(path: Path, data: bytes) -> None:
    """Write beside, flush to the disk, rename: a reader or a power cut sees the whole blob or none."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".incoming-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Create `folder` and its parents, each entered durably in its own parent."""
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Flush the names in `folder` to the disk."""
    if os.name == "nt":  # Windows can neither open nor flush a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
