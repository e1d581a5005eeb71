"""Whose a place in an object store is: ``matteloop-store.json`` says it, so that no two studios ever share one.

They would delete each other's files, as each knows only what its own rows need.
"""

import json
from dataclasses import asdict, dataclass

from sqlalchemy import select

from annotation_store import schema
from annotation_store.buckets.objects import Objects
from annotation_store.database import Database
from annotation_store.errors import StoreUnavailableError
from annotation_store.identity import begin_studio, studio_in

MARK = "matteloop-store.json"


@dataclass(frozen=True, slots=True)
class OwnerMark:
    """studio: `identity.studio_in`; None for the copy of a studio in which nothing had happened. filling: files are
    being brought here, or were moved away, so some may lack."""

    studio: str | None
    filling: bool = False


def read_mark(objects: Objects) -> OwnerMark | None:
    """Whose the place is; None if nobody's yet. Raises StoreUnavailableError."""
    if (data := objects.get(MARK)) is None:
        return None
    try:
        told = json.loads(data)
        return OwnerMark(studio=told["studio"], filling=bool(told["filling"]))
    except (ValueError, KeyError, TypeError):
        raise StoreUnavailableError(
            f"{MARK} in {objects.address} is damaged, or of a newer version of Matteloop: choose another place, or "
            "restore it from what your object store keeps."
        ) from None


def claim(objects: Objects, mark: OwnerMark) -> None:
    """Make an empty place that of a studio. Raises StoreUnavailableError if it is not empty, or somebody is quicker."""
    if next(objects.listing(""), None) is not None:
        raise StoreUnavailableError(
            f"There is something in {objects.address} that is of no studio: choose an empty place, such as another "
            "folder of the bucket."
        )
    if not objects.create(MARK, _written(mark)) and read_mark(objects) != mark:
        raise _of_another(objects)


def set_mark(objects: Objects, mark: OwnerMark) -> None:
    """Change the mark of a place that is this studio's."""
    objects.put(MARK, _written(mark))


def take_possession(objects: Objects, database: Database) -> None:
    """See that the place is this studio's; that of a studio without files becomes so.

    Raises StoreUnavailableError if it is another one's, if files lack in it, or if it cannot be reached.
    """
    mark = read_mark(objects)
    if mark is None:
        if _has_files(database):
            raise StoreUnavailableError(
                f"The files of this studio are not in {objects.address}: leave MATTELOOP_BLOB_URL as it was, and move "
                f"them first (`python app.py blobs move {objects.address}`)."
            )
        claim(objects, OwnerMark(_identity(database)))
    elif mark.filling:
        raise StoreUnavailableError(
            f"Some files are not in {objects.address}. If they were moved away, set MATTELOOP_BLOB_URL to where; if "
            "they are being brought there, give the same `blobs move` or `restore` again, and let it come to its end."
        )
    elif mark.studio is None:
        set_mark(objects, OwnerMark(_identity(database)))
    elif mark.studio != _identity(database):
        raise _of_another(objects)


def _identity(database: Database) -> str:
    with database.read() as session:
        if (studio := studio_in(session)) is not None:
            return studio
    with database.write() as session:
        return begin_studio(session)


def _has_files(database: Database) -> bool:
    with database.read() as session:
        weights = select(schema.ModelVersion.id).where(schema.ModelVersion.weights_blob.is_not(None))
        return any(session.execute(query.limit(1)).first() for query in (select(schema.Image.id), weights))


def _of_another(objects: Objects) -> StoreUnavailableError:
    return StoreUnavailableError(
        f"Another studio keeps its files in {objects.address}: choose an empty place, such as another folder of the "
        "bucket."
    )


def _written(mark: OwnerMark) -> bytes:
    return json.dumps(asdict(mark)).encode() + b"\n"
