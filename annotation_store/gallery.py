"""Looking at the images: one, many, how many, and their pixels. Many and how many leave honeypots' copies out."""

from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, func, or_, select

from annotation_store import schema
from annotation_store.blobs import ALREADY_TAKEN_IN
from annotation_store.queue.copies import IS_NO_COPY, count_copies
from annotation_store.records import ImageRecord
from annotation_store.rows import find_image
from annotation_store.states import ImageState
from annotation_store.store import Store
from matting_core.image_io import Photo, decode_photo


def get_image(store: Store, image_id: int) -> ImageRecord:
    """The image, or NotFoundError."""
    with store.database.read() as session:
        return ImageRecord.of(find_image(session, image_id))


def list_images(
    store: Store,
    *,
    project_ids: Collection[int] | None = None,
    states: Collection[ImageState] | None = None,
    flagged: bool | None = None,
    tag: str | None = None,
    search: str = "",
    before: int | None = None,
    limit: int = 200,
) -> tuple[ImageRecord, ...]:
    """Images, newest first: those in one of `states` (all if None) whose name, subject or a tag contains `search`.

    project_ids: of these projects; None for all. before: only those that arrived before this image. flagged: only
    those that are, or that are not. tag: only those that have it.
    """
    query = select(schema.Image).where(IS_NO_COPY).order_by(schema.Image.id.desc()).limit(limit)
    if project_ids is not None:
        query = query.where(schema.Image.project_id.in_(project_ids))
    if before is not None:
        query = query.where(schema.Image.id < before)
    if states is not None:
        query = query.where(schema.Image.state.in_(states))
    if flagged is not None:
        query = query.where(schema.Image.flagged_at.is_not(None) if flagged else schema.Image.flagged_at.is_(None))
    if search:
        query = query.where(_tells_of(search))
    if tag is not None:
        query = query.where(schema.Image.id.in_(select(schema.ImageTag.image_id).where(schema.ImageTag.tag == tag)))
    with store.database.read() as session:
        return tuple(ImageRecord.of(row) for row in session.scalars(query))


def count_by_state(store: Store, *, project_ids: Collection[int] | None = None) -> Mapping[ImageState, int]:
    """How many images are in each state, zeros included; of these projects, or of all."""
    query = select(schema.Image.state, func.count().label("number")).group_by(schema.Image.state)
    if project_ids is not None:
        query = query.where(schema.Image.project_id.in_(project_ids))
    with store.database.read() as session:
        counts = {row.state: row.number for row in session.execute(query)}
        copies = count_copies(session, project_ids=project_ids)
    return {state: counts.get(state, 0) - copies[state] for state in ImageState}


def count_by_project(store: Store, state: ImageState) -> Mapping[int, int]:
    """How many images of each project are in this state; projects without any are left out."""
    query = select(schema.Image.project_id, func.count().label("number")).where(schema.Image.state == state, IS_NO_COPY)
    with store.database.read() as session:
        rows = session.execute(query.group_by(schema.Image.project_id))
        return {row.project_id: row.number for row in rows}


def _tells_of(search: str) -> ColumnElement[bool]:
    row = schema.ImageTag
    # which tags these are is asked for once, not for each image
    tagged = select(row.image_id).where(row.tag.icontains(search, autoescape=True))
    names = (schema.Image.name, schema.Image.product_group)
    return or_(*(name.icontains(search, autoescape=True) for name in names), schema.Image.id.in_(tagged))


def load_photo(store: Store, image: ImageRecord) -> Photo:
    """The photo, decoded: rgb uint8 or uint16, HxWx3, sRGB, orientation applied."""
    return decode_photo(store.blobs.get(image.photo_blob), limits=ALREADY_TAKEN_IN)
