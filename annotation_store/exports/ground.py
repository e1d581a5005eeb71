"""A photo behind composites: kept like any other blob, and named by its hash."""

from collections.abc import Collection

from sqlalchemy import func, select

from annotation_store import schema
from annotation_store.blobs import ALREADY_TAKEN_IN
from annotation_store.errors import DamagedBlobError, InvalidExportError
from annotation_store.keeping.blob_references import BLOB_COLUMNS
from annotation_store.store import Store
from matting_core.errors import UnreadableImageError
from matting_core.image_io import ImageLimits, decode_photo

_OWN = (schema.ExportSet.ground_blob,)
NOT_THERE = "The photo that was to be the background is not there: send it again."


def keep_ground(store: Store, data: bytes, *, limits: ImageLimits) -> str:
    """Keep the file of a photo; returns what `ExportOptions.ground` calls it.

    It is needed from the moment on that an export names it, and for a day before. Raises UnreadableImageError,
    ImageTooLargeError.
    """
    decode_photo(data, limits=limits)
    return store.blobs.put(data)


def check_ground(store: Store, name: str, *, project_ids: Collection[int] | None) -> None:
    """Raise InvalidExportError unless there is such a photo, and it is no picture of other projects than these.

    None: whoever asks sees all projects. Hashes of pictures are no secrets: manifests tell them.
    """
    try:
        decode_photo(store.blobs.get(name), limits=ALREADY_TAKEN_IN)
    except (DamagedBlobError, UnreadableImageError) as error:
        raise InvalidExportError(NOT_THERE) from error
    if project_ids is None:
        return
    image = schema.Image
    with store.database.read() as session:
        theirs = select(func.count()).where(image.sha256 == name, image.project_id.in_(project_ids))
        if session.scalar(theirs):
            return
        for each in BLOB_COLUMNS:
            if each.column not in _OWN and session.scalar(select(func.count()).where(each.column == name)):
                raise InvalidExportError(NOT_THERE)
