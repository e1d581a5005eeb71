"""Content-addressed files: a blob is named by the SHA-256 of its bytes, and never changes."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from annotation_store.errors import DamagedBlobError, InvalidDigestError, StoreUnavailableError
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

    def put(self, data: bytes) -> str:
        """Store `data` durably and return its name; the same bytes are stored once, and mended if damaged.

        Raises StoreUnavailableError if the disk is full or refuses to be written to.
        """
        digest = digest_of(data)
        path = self.path(digest)
        if not (path.is_file() and digest_of(path.read_bytes()) == digest):
            try:
                _make_folder(path.parent)
                _write_durably(path, data)
            except OSError as error:
                raise StoreUnavailableError(
                    f"The studio could not write to {self.root} ({error.strerror}): make room on the disk, "
                    "or have the folder's permissions changed, then try again."
                ) from error
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
    _sync_folder(path.parent)


def _make_folder(folder: Path) -> None:
    """Create `folder` and its parents, each entered durably in its own parent."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows can neither open nor flush a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
