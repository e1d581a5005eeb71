"""Deleting blobs that no row names, while people work.

A blob is stored before the row that names it is written, so a blob without a row may be one whose row is about to come.
Nothing is locked against this; time decides. The assumption: **a row is committed at most one grace period after its
blob was put or asked for** (seconds pass; the grace is a day).

First an unneeded blob older than the grace is *set aside*: its age is reset, then it is moved into ``.unwanted``. A
later collection *deletes* it if it has lain there for another grace period and still no row names it. `BlobStore.put`
resets the age of bytes that are in their place, and writes them anew where they are not; whoever asks for a blob that
was set aside has it back in its place. An object store cannot move, and comes to the same in another way
(buckets/blob_bucket.py).

Why no order of steps in a folder loses a blob that a row names. Say it was put or asked for at time `t`, and its row
committed at `c <= t + grace`. Before `t` nobody relied on it; so consider what is deleted after `t`, which only a file
in ``.unwanted`` can be.

- The file was moved there after `t`: its age was reset at the move or later, to `m >= t`.
- The file was moved there before `t`: then at `t` the blob was not in its place. `put` wrote another file, and the
  deletion of the first one does no harm. Asking moved the file back, and for the next move the case above holds.

Deleting the file takes a collection that began at `now > m + grace >= t + grace >= c`. It reads the rows after `now`,
so it sees the row and leaves the file. In between, the blob lies in its place or in ``.unwanted``, and is found in
both. One collection runs at a time: a second one could set a file aside anew between the look and the deletion of the
first.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from filelock import FileLock, Timeout

from annotation_store.blobs import BlobStore, FileKind, SeenFile
from annotation_store.errors import StoreError
from annotation_store.keeping.blob_references import referenced
from annotation_store.keeping.many_hands import each_in_turn
from annotation_store.keeping.tally import Tally
from annotation_store.store import Store

GRACE = timedelta(days=1)
_LOCK = ".collecting.lock"
NUMBER = int.from_bytes(b"collect")


class AlreadyCollectingError(StoreError):
    """Another collection is at work on the same store."""


@dataclass(frozen=True, slots=True)
class Collected:
    """set_aside, deleted: blobs. leftovers: unfinished files of crashed writers, deleted as well."""

    set_aside: Tally
    deleted: Tally
    leftovers: Tally


def collect(store: Store, *, grace: timedelta = GRACE) -> Collected:
    """Set aside what no row names, delete what was set aside a grace period ago. Raises AlreadyCollectingError."""

    def wanted() -> set[str]:
        with store.database.read() as session:
            return referenced(session)

    with _alone(store):
        return collect_blobs(store.blobs, wanted=wanted, grace=grace)


def collect_blobs(blobs: BlobStore, *, wanted: Callable[[], Collection[str]], grace: timedelta = GRACE) -> Collected:
    """The same for any blobs, where no other collection is at work.

    wanted: asked once, after the clock: the names that rows name by then.
    """
    before = blobs.now() - grace.total_seconds()
    keep = wanted()
    set_aside = deleted = leftovers = Tally()
    blobs.tidy(keep)
    old = (file for file in blobs.aside() if _is_unneeded(file, keep, before))
    for file, was_there in each_in_turn(lambda file: blobs.delete_aside(file.name), old, hands=blobs.hands):
        if was_there:
            deleted = deleted.plus(file.size)

    def clear_away(file: SeenFile) -> bool:
        if file.kind is FileKind.LEFTOVER:
            return blobs.delete_leftover(file)
        blobs.set_aside(file.name)
        return True

    old = (file for file in blobs.in_place() if _is_unneeded(file, keep, before))
    for file, was_there in each_in_turn(clear_away, old, hands=blobs.hands):
        if file.kind is FileKind.BLOB:
            set_aside = set_aside.plus(file.size)
        elif was_there:
            leftovers = leftovers.plus(file.size)
    return Collected(set_aside=set_aside, deleted=deleted, leftovers=leftovers)


def _is_unneeded(file: SeenFile, keep: Collection[str], before: float) -> bool:
    return file.kind is not FileKind.STRANGE and file.changed < before and file.name not in keep


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """Among all processes of the store: of this data folder, and of all that share its database."""
    others = AlreadyCollectingError(
        "Unneeded files are being collected already: wait until that is done, then try again."
    )
    try:
        with FileLock(store.folder / _LOCK, timeout=0), store.database.alone(NUMBER) as is_alone:
            if not is_alone:
                raise others
            yield
    except Timeout as error:
        raise others from error
