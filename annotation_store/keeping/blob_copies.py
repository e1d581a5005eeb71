"""Blobs from one folder into another, each compared with its name on the way; those that are there stay."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from annotation_store.blobs import BlobStore
from annotation_store.errors import DamagedBlobError
from annotation_store.keeping.copying import copy_file, mark_of
from annotation_store.keeping.tally import Tally


@dataclass(frozen=True, slots=True)
class BlobCopies:
    """copied: now. there: before, and left alone. lost: names of blobs that neither side has undamaged."""

    copied: Tally
    there: Tally
    lost: tuple[str, ...]


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
    for done, name in enumerate(sorted(names), start=1):
        if (size := _size_if_there(name, source, target, verify=verify)) is not None:
            there = there.plus(size)
        elif (size := _copy(name, source, target)) is not None:
            copied = copied.plus(size)
        else:
            lost.append(name)
        on_blob(done)
    return BlobCopies(copied, there, tuple(lost))


def _size_if_there(name: str, source: BlobStore, target: BlobStore, *, verify: bool) -> int | None:
    """How many bytes `target` has of it already; None if none or not the right ones."""
    place = target.place(name)
    if not place.is_file():
        return None
    expected = None if verify else _size_of(source.find(name))
    if expected is None:
        return _size_if_sound(place, name)
    size = place.stat().st_size
    return size if size == expected else None


def _size_of(path: Path | None) -> int | None:
    try:
        return None if path is None else path.stat().st_size
    except FileNotFoundError:  # moved since it was found
        return None


def _size_if_sound(path: Path, name: str) -> int | None:
    try:
        mark = mark_of(path)
    except DamagedBlobError:
        return None
    return mark.size if mark.sha256 == name else None


def _copy(name: str, source: BlobStore, target: BlobStore) -> int | None:
    for _ in range(2):  # it may be set aside or brought back between the look and the reading
        if (original := source.find(name)) is None:
            return None
        try:
            return copy_file(original, target.place(name), expected=name).size
        except DamagedBlobError:
            continue
    return None
