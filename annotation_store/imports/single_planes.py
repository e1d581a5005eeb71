"""One alpha or one trimap for one image that is here already, based on what its sender saw."""

from dataclasses import dataclass

from annotation_store.gallery import get_image
from annotation_store.imports.composing import Predict, Read, compose
from annotation_store.imports.planes import read_alpha, read_trimap
from annotation_store.imports.putting_in import (
    STILL_WITHOUT_A_DRAFT,
    Source,
    check_base,
    check_may_import,
    keep_without_a_draft,
    photo_below,
    put_in,
)
from annotation_store.queue.difficulty import difficulty_of
from annotation_store.records import ImageRecord
from annotation_store.revisions import put_matte
from annotation_store.rows import find_image
from annotation_store.store import Store
from matting_core.image_io import ImageLimits


@dataclass(frozen=True, slots=True)
class PutPlane:
    """image: as it stands now. notes: what was settled or is odd. is_new: whether it was not there already."""

    image: ImageRecord
    notes: tuple[str, ...]
    is_new: bool


def import_alpha(
    store: Store, image_id: int, data: bytes, *, revision_id: int | None, by: str, limits: ImageLimits, source: str
) -> PutPlane:
    """Let the alpha in `data` (grey, the opacity of a picture, or a layered document) be the image's newest revision.

    Its trimap is made from it. The image is then in the hands of `by`. revision_id: the newest revision that its sender
    saw, None if there was none. source: what the audit trail calls it. Raises NotFoundError, ConflictError if there is
    a newer one, LeasedError, InvalidTransitionError if it is not open or strokes lie on it, UnusableMatteError,
    UnreadableImageError or ImageTooLargeError.
    """
    _check(store, image_id, revision_id, by=by)
    read = Read(read_alpha(data, limits=limits), None)
    return _put(store, image_id, read, revision_id=revision_id, by=by, source=Source.of(source, data), predict=None)


def import_trimap(
    store: Store,
    image_id: int,
    data: bytes,
    *,
    revision_id: int | None,
    by: str,
    limits: ImageLimits,
    source: str,
    predict: Predict,
) -> PutPlane:
    """As `import_alpha`, for a trimap, of which `predict` makes the alpha."""
    _check(store, image_id, revision_id, by=by)
    read = Read(None, read_trimap(data, limits=limits).trimap)
    return _put(store, image_id, read, revision_id=revision_id, by=by, source=Source.of(source, data), predict=predict)


def _check(store: Store, image_id: int, revision_id: int | None, *, by: str) -> None:
    """Before the slow work; once more in the transaction that keeps it."""
    check_may_import(store, image_id, by=by)
    with store.database.read() as session:
        check_base(session, find_image(session, image_id), revision_id)


def _put(
    store: Store,
    image_id: int,
    read: Read,
    *,
    revision_id: int | None,
    by: str,
    source: Source,
    predict: Predict | None,
) -> PutPlane:
    image = get_image(store, image_id)
    photo = photo_below(store, image)
    composed = compose(read, photo, predict=predict)
    if composed.is_as_before:
        return PutPlane(_kept(store, image, revision_id, source=source, by=by), (), is_new=False)
    matte = put_matte(store, photo, trimap=composed.trimap, alpha=composed.alpha)
    difficulty = difficulty_of(photo.rgb, composed.trimap, composed.alpha)
    with store.database.write() as session:
        row = find_image(session, image_id)
        check_base(session, row, revision_id)
        told = Source(source.name, source.sha256, composed.notes)
        put_in(session, row, composed, matte, source=told, difficulty=difficulty, by=by, hold=True)
        session.flush()
        return PutPlane(ImageRecord.of(row), composed.notes, is_new=True)


def _kept(store: Store, image: ImageRecord, revision_id: int | None, *, source: Source, by: str) -> ImageRecord:
    """The image with the matte that it has, which no draft covers then."""
    if image.state not in STILL_WITHOUT_A_DRAFT:
        return image
    with store.database.write() as session:
        row = find_image(session, image.id)
        check_base(session, row, revision_id)
        keep_without_a_draft(session, row, source=source, by=by)
        return ImageRecord.of(row)
