"""Blobs: files named by the SHA-256 of their bytes, which never change; and what a place for them has to promise.

They lie in a folder (`blob_folder`), or in an object store (`buckets`). A blob that no row names is first set aside,
and deleted much later (keeping/collecting.py).
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from mmap import mmap
from typing import Protocol

from annotation_store.errors import InvalidDigestError
from matting_core.image_io import ImageLimits

# images in the store were measured when they came in: a limit lowered later must not lock them out
ALREADY_TAKEN_IN = ImageLimits(max_pixels=1 << 40, max_side=1 << 30, max_bytes=1 << 50)

_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_of(data: bytes | mmap) -> str:
    """SHA-256 of `data`, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def is_digest(name: str) -> bool:
    """Whether a blob can be named so."""
    return _DIGEST.fullmatch(name) is not None


def place_of(digest: str) -> tuple[str, str, str]:
    """``ab``, ``cd``, ``abcd...``: by which folders a blob is found. No other text becomes a part of a path.

    Raises InvalidDigestError unless given 64 hexadecimal digits.
    """
    if not is_digest(digest):
        raise InvalidDigestError("A file of the store is named by 64 hexadecimal digits, not by this text.")
    return digest[:2], digest[2:4], digest


class FileKind(StrEnum):
    """What lies among the blobs."""

    BLOB = "blob"
    LEFTOVER = "leftover"  # a crash left it unfinished, or it is being written right now
    STRANGE = "strange"  # not the studio's


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file that was not looked into.

    name: the digest of a blob; of others, how a person finds them. size: bytes. changed: seconds, by the clock that
    `BlobStore.now` tells; infinite for a blob of which nobody can say since when it lies aside.
    """

    kind: FileKind
    name: str
    size: int
    changed: float


class BlobStore(Protocol):
    """Where blobs lie. May be shared by threads; other processes use the same place.

    Every method but the listings raises InvalidDigestError for what is no digest, and StoreUnavailableError or
    StoreBusyError where the place cannot be used now.
    """

    @property
    def where(self) -> str:
        """The place, for a person: a folder, or an address."""

    @property
    def hands(self) -> int:
        """How many blobs are best asked for at once, where there are many to ask for."""

    def put(self, data: bytes) -> str:
        """Store `data` durably and return its name; the same bytes are stored once, and mended if damaged.

        Bytes that are there already count as new from now on, so that they are not set aside before a row names
        them. Raises StoreFullError where there is no room.
        """

    def get(self, digest: str) -> bytes:
        """The bytes named `digest`, verified. Raises DamagedBlobError if they are missing or changed.

        They may come from a copy nearby. Who means to name them by a new row stores them, or asks by `has`.
        """

    def has(self, digest: str) -> bool:
        """Whether a blob of this name exists (its bytes are not verified); if it was set aside, it is back by now."""

    def check_writable(self) -> None:
        """Write something that nobody reads. Raises StoreFullError, or StoreUnavailableError."""

    # What keeping needs. Nothing is moved where it does not say so, and no copy nearby is asked.

    def size(self, digest: str) -> int | None:
        """How many bytes lie under this name, in their place or set aside; None if there is nothing."""

    def chunks(self, digest: str) -> Iterator[bytes]:
        """What lies under this name, unverified. Raises DamagedBlobError if it is missing, or ends too early."""

    def receive(self, digest: str, chunks: Iterator[bytes]) -> int:
        """Store what comes durably under this name, and return how many bytes it was.

        Raises DamagedBlobError, and stores nothing, if it is not what it should be.
        """

    def in_place(self) -> Iterator[SeenFile]:
        """Every file that was not set aside, whatever it is, as the listing goes on."""

    def aside(self) -> Iterator[SeenFile]:
        """Every file that was set aside, whatever it is, as the listing goes on."""

    def now(self) -> float:
        """The present moment or a little before it, by the clock that tells the age of files."""

    # What only the one collection at work calls.

    def tidy(self, keep: Collection[str]) -> None:
        """Finish what an interrupted collection has begun, and what came of asking. keep: what rows name."""

    def set_aside(self, digest: str) -> None:
        """Take the blob out of its place for the time being; its age there counts from then on."""

    def delete_aside(self, digest: str) -> bool:
        """Delete a blob that lies aside; whether it still did."""

    def delete_leftover(self, file: SeenFile) -> bool:
        """Delete what a crash left; whether it was still there."""
