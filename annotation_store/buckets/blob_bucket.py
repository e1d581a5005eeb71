"""Blobs in an object store: ``blobs/ab/cd/abcd...``. Those set aside are copied to ``unwanted/abcd...``.

An object store cannot move, only copy and delete, and between the two somebody may store the same blob. So:

- **Only the one collection at work deletes.** Whoever asks for a blob that lies aside copies it back, and leaves what
  lies aside.
- Setting aside is four steps: delete the old stamp, copy the blob aside, delete it in its place, put a new stamp
  (``unwanted/abcd....since``). The age of what lies aside counts from the stamp; without one, it has none.
- The next collection puts stamps that are missing, and deletes what lies aside of blobs that are back in their place.

Why no order of steps loses a blob that a row names (the assumption and the names are those of keeping/collecting.py).
Say it was put or asked for at `t`. Then, at some moment `p >= t`, it was in its place: put, copied back, or seen there.

- If its place is never emptied after `p`, it is there.
- If a collection empties its place after `p`, a copy was made before, and the stamp `m > p >= t` comes after. What lies
  aside is deleted by a collection that began at `now > m + grace > t + grace >= c`; it sees the row, and leaves it. A
  collection that fell before the stamp leaves a copy without one, whose stamp, put by the next, is later still. The
  collection itself does not delete what it has set aside, as it goes through those first.

A blob that is put while a collection empties its place, having seen it old, is no other case: `p` is when it was put.
Any time is the store's own, so that no other clock need be right.
"""

import math
import time
from collections.abc import Collection, Iterator

from annotation_store.blobs import FileKind, SeenFile, digest_of, is_digest, place_of
from annotation_store.buckets.blob_cache import BlobCache
from annotation_store.buckets.objects import Objects, SeenObject
from annotation_store.errors import DamagedBlobError

_BLOBS = "blobs"
_UNWANTED = "unwanted"
_SINCE = ".since"
_CLOCK = "clock"
_BELIEVED_SECONDS = 20.0
_TELLS_SECONDS = 1.0  # a moment may be told as much too early


class BlobBucket:
    """See `BlobStore`; `cache` spares asking the object store for the same bytes again."""

    hands = 16

    def __init__(self, objects: Objects, cache: BlobCache) -> None:
        self.objects = objects
        self._cache = cache
        self._writable_until = -math.inf

    @property
    def where(self) -> str:
        return self.objects.address

    def put(self, data: bytes) -> str:
        """What is there already is put once more: that makes it young, mends it, and costs no question first."""
        digest = digest_of(data)
        self.objects.put(place_key(digest), data)
        self._cache.keep(digest, data)
        return digest

    def get(self, digest: str) -> bytes:
        if (data := self._cache.get(digest)) is not None:
            return data
        for _ in range(2):  # what was damaged on its way is sound at the second try
            if (data := self._fetched(digest)) is None:
                raise self._missing(digest)
            if digest_of(data) == digest:
                self._cache.keep(digest, data)
                return data
        raise DamagedBlobError(
            f"The file {digest} has changed in {self.where}: restore it there from a backup, or take the photo in "
            "again."
        )

    def has(self, digest: str) -> bool:
        place = place_key(digest)
        for _ in range(2):  # what lay aside may be deleted, since it is back, between the look and the copy
            if self.objects.look(place) is not None or self.objects.copy(_aside_key(digest), place):
                return True
        return False

    def check_writable(self) -> None:
        """A request for each time that somebody asks would cost money: what was so a moment ago is believed."""
        if time.monotonic() >= self._writable_until:
            self.objects.put(_CLOCK, b"")
            self._writable_until = time.monotonic() + _BELIEVED_SECONDS

    def size(self, digest: str) -> int | None:
        place = place_key(digest)  # looked at once more at the end: it may be brought back between the looks
        keys = (place, _aside_key(digest), place)
        return next((seen.size for key in keys if (seen := self.objects.look(key)) is not None), None)

    def chunks(self, digest: str) -> Iterator[bytes]:
        place = place_key(digest)
        for key in (place, _aside_key(digest), place):
            if (chunks := self.objects.chunks(key)) is not None:
                yield from chunks
                return
        raise self._missing(digest)

    def receive(self, digest: str, chunks: Iterator[bytes]) -> int:
        data = b"".join(chunks)
        if digest_of(data) != digest:
            raise DamagedBlobError(f"The file {digest} has changed on its way to {self.where}, or before.")
        self.objects.put(place_key(digest), data)
        return len(data)

    def in_place(self) -> Iterator[SeenFile]:
        for seen in self.objects.listing(_BLOBS):
            name = seen.key.rpartition("/")[2]
            is_blob = is_digest(name) and place_key(name) == seen.key
            yield SeenFile(FileKind.BLOB, name, seen.size, seen.changed) if is_blob else _strange(seen)

    def aside(self) -> Iterator[SeenFile]:
        waiting: SeenObject | None = None
        for seen in self.objects.listing(_UNWANTED):  # a stamp comes right behind its blob
            if waiting is not None and seen.key == waiting.key + _SINCE:
                yield _lying_aside(waiting, since=seen.changed)
                waiting = None
                continue
            if waiting is not None:
                yield _lying_aside(waiting, since=math.inf)
            waiting = seen if is_digest(_name_aside(seen)) else None
            if waiting is None and not is_digest(_name_aside(seen).removesuffix(_SINCE)):
                yield _strange(seen)
        if waiting is not None:
            yield _lying_aside(waiting, since=math.inf)

    def now(self) -> float:
        self.objects.put(_CLOCK, b"")
        seen = self.objects.look(_CLOCK)
        return -math.inf if seen is None else seen.changed - _TELLS_SECONDS  # else somebody has cleared it away

    def tidy(self, keep: Collection[str]) -> None:
        for file in self.aside():
            has_no_stamp = file.changed == math.inf
            if file.kind is FileKind.BLOB and (has_no_stamp or file.name in keep):
                if self.objects.look(place_key(file.name)) is not None:
                    self.delete_aside(file.name)
                elif has_no_stamp:
                    self.objects.put(_aside_key(file.name) + _SINCE, b"")

    def set_aside(self, digest: str) -> None:
        place, aside = place_key(digest), _aside_key(digest)
        self.objects.delete(aside + _SINCE)  # of another time, it would make the blob look older than it is
        if self.objects.copy(place, aside):
            self.objects.delete(place)
            self.objects.put(aside + _SINCE, b"")

    def delete_aside(self, digest: str) -> bool:
        aside = _aside_key(digest)
        self.objects.delete(aside + _SINCE)
        self.objects.delete(aside)
        return True

    def delete_leftover(self, file: SeenFile) -> bool:
        """There are none: an object is whole."""
        return False

    def _fetched(self, digest: str) -> bytes | None:
        place, aside = place_key(digest), _aside_key(digest)
        for _ in range(2):
            if (data := self.objects.get(place)) is not None:
                return data
            self.objects.copy(aside, place)
        return self.objects.get(place)

    def _missing(self, digest: str) -> DamagedBlobError:
        return DamagedBlobError(f"The file {digest} is missing from {self.where}: restore it there from a backup.")


def place_key(digest: str) -> str:
    """Where a blob belongs, as in a folder of blobs. Raises InvalidDigestError unless given 64 hexadecimal digits."""
    return "/".join((_BLOBS, *place_of(digest)))


def _aside_key(digest: str) -> str:
    return f"{_UNWANTED}/{place_of(digest)[-1]}"


def _name_aside(seen: SeenObject) -> str:
    return seen.key.removeprefix(f"{_UNWANTED}/")


def _lying_aside(seen: SeenObject, *, since: float) -> SeenFile:
    return SeenFile(FileKind.BLOB, _name_aside(seen), seen.size, since)


def _strange(seen: SeenObject) -> SeenFile:
    return SeenFile(FileKind.STRANGE, seen.key, seen.size, seen.changed)
