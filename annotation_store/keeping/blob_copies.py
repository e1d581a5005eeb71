"""Blobs from one place into another, each compared with its name on the way; those that are there stay."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum

from annotation_store.blobs import BlobStore
from annotation_store.errors import DamagedBlobError
from annotation_store.keeping.many_hands import each_in_turn
from annotation_store.keeping.tally import Tally


@dataclass(frozen=True, slots=True)
class BlobCopies:
    """copied: now. there: before, and left alone. lost: names of blobs that neither side has undamaged."""

    copied: Tally
    there: Tally
    lost: tuple[str, ...]


class _Fate(Enum):
    COPIED = 1
    THERE = 2
    LOST = 3


def copy_blobs(
    names: Collection[str],
    source: BlobStore,
    target: BlobStore,
    *,
    verify: bool = False,
    on_blob: Callable[[int], None] = lambda _done: None,
) -> BlobCopies:
    """Bring the blobs of these names from `source` to `target`. Lost ones do not stop the others.

    verify: compare those that are there with their names, not with the size alone. on_blob: told how many are done.
    """
    copied = there = Tally()
    lost: list[str] = []

    def bring(name: str) -> tuple[_Fate, int]:
        if (size := _size_if_there(name, source, target, verify=verify)) is not None:
            return _Fate.THERE, size
        try:
            return _Fate.COPIED, target.receive(name, source.chunks(name))
        except DamagedBlobError:
            return _Fate.LOST, 0

    brought = each_in_turn(bring, sorted(names), hands=max(source.hands, target.hands))
    for done, (name, (fate, size)) in enumerate(brought, start=1):
        match fate:
            case _Fate.THERE:
                there = there.plus(size)
            case _Fate.COPIED:
                copied = copied.plus(size)
            case _Fate.LOST:
                lost.append(name)
        on_blob(done)
    return BlobCopies(copied, there, tuple(lost))


def is_sound(blobs: BlobStore, name: str) -> bool:
    """Whether what lies there is what it is named by, read to its end."""
    seen = hashlib.sha256()
    try:
        for chunk in blobs.chunks(name):
            seen.update(chunk)
    except DamagedBlobError:
        return False
    return seen.hexdigest() == name


def _size_if_there(name: str, source: BlobStore, target: BlobStore, *, verify: bool) -> int | None:
    """How many bytes `target` has of it already; None if none or not the right ones."""
    size = target.size(name)
    if size is None:
        return None
    expected = None if verify else source.size(name)
    if expected is None:
        return size if is_sound(target, name) else None
    return size if size == expected else None
