"""All blobs of a studio into another place: out of the folder into an object store, from one store to another, or back.

They are copied, each compared with its name on the way, and stay where they were. Whatever is there already is passed
over, so a move that was broken off goes on. While people work, files come to the old place; so only a last copy, made
while nobody does, makes the new place complete.
"""

from collections.abc import Callable
from dataclasses import dataclass

from annotation_store.blob_folder import BlobFolder
from annotation_store.blobs import BlobStore
from annotation_store.buckets.blob_bucket import BlobBucket
from annotation_store.buckets.blob_cache import BlobCache
from annotation_store.buckets.objects import Objects, ObstoreObjects
from annotation_store.buckets.ownership import OwnerMark, claim, read_mark, set_mark
from annotation_store.errors import blaming
from annotation_store.identity import begin_studio
from annotation_store.keeping.blob_copies import BlobCopies, copy_blobs
from annotation_store.keeping.blob_references import referenced
from annotation_store.keeping.keeping_errors import UnsuitablePlaceError
from annotation_store.schema_version import check_every_table_is_known
from annotation_store.store import BLOB_CACHE_FOLDER, BLOB_FOLDER, Store, note_where_blobs_lie

FOLDER = "folder"
"""What names the data folder, where else an address is."""

Say = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class MoveReport:
    """blobs: `lost` is what the old place itself lacks. complete: whether the studio may be started on the new one."""

    blobs: BlobCopies
    complete: bool


def move_blobs(
    store: Store, to: str, *, alone: bool, verify: bool = False, say: Say = lambda _share, _text: None
) -> MoveReport:
    """Copy all blobs that rows name to `to`, an address or FOLDER.

    alone: whether nobody works on the studio; only then is the move complete. verify: read what is there already, not
    its size alone. Raises UnsuitablePlaceError if they lie there, or another studio's do; StoreUnavailableError.
    """
    if to == FOLDER:
        return _into_folder(store, alone, verify, say)
    if to.rstrip("/") == store.blobs.where.rstrip("/"):
        raise _there_already(to)
    objects = ObstoreObjects(to)
    return move_into_bucket(store, objects, alone=alone, verify=verify, say=say)


def move_into_bucket(store: Store, objects: Objects, *, alone: bool, verify: bool, say: Say) -> MoveReport:
    """The same into a place of an object store."""
    with store.database.write() as session:
        check_every_table_is_known(session.connection())
        studio = begin_studio(session)
    begin_filling(objects, studio)
    report = _copied(store, bucket_without_copies(store, objects), alone, verify, say)
    if report.complete:
        set_mark(objects, OwnerMark(studio))
        note_where_blobs_lie(store.folder, objects.address)
        _leave(store, studio)
    return report


def begin_filling(objects: Objects, studio: str | None) -> None:
    """Make an empty place one of which files may lack. Raises UnsuitablePlaceError if it is another studio's."""
    mark = read_mark(objects)
    if mark is None:
        claim(objects, OwnerMark(studio, filling=True))
    elif mark.studio != studio:
        raise UnsuitablePlaceError(
            f"Another studio keeps its files in {objects.address}: choose an empty place, such as another folder "
            "of the bucket."
        )
    else:
        set_mark(objects, OwnerMark(studio, filling=True))


def bucket_without_copies(store: Store, objects: Objects) -> BlobBucket:
    return BlobBucket(objects, BlobCache(store.folder / BLOB_CACHE_FOLDER, room=0))


def _into_folder(store: Store, alone: bool, verify: bool, say: Say) -> MoveReport:
    if isinstance(store.blobs, BlobFolder):
        raise _there_already(store.blobs.where)
    folder = BlobFolder(store.folder / BLOB_FOLDER)
    with blaming(folder.root):
        report = _copied(store, folder, alone, verify, say)
    if report.complete:
        note_where_blobs_lie(store.folder, "")
        with store.database.write() as session:
            studio = begin_studio(session)
        _leave(store, studio)
    return report


def _leave(store: Store, studio: str) -> None:
    """From now on files will lack in the old place: nobody opens it by a setting that was not changed."""
    if isinstance(store.blobs, BlobBucket):
        set_mark(store.blobs.objects, OwnerMark(studio, filling=True))


def _copied(store: Store, target: BlobStore, alone: bool, verify: bool, say: Say) -> MoveReport:
    with store.database.read() as session:
        names = referenced(session)
    blobs = copy_blobs(
        names,
        store.blobs,
        target,
        verify=verify,
        on_blob=lambda done: say(done / len(names), f"file {done} of {len(names)}"),
    )
    with store.database.read() as session:
        are_all = referenced(session) <= names
    return MoveReport(blobs, complete=alone and are_all and not blobs.lost)


def _there_already(where: str) -> UnsuitablePlaceError:
    return UnsuitablePlaceError(f"The files of this studio lie in {where} already.")
