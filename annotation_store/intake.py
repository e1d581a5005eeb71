"""The door: incoming files become photos of the store, once each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.blobs import ALREADY_TAKEN_IN, digest_of
from annotation_store.events import record_event
from annotation_store.file_names import product_group
from annotation_store.incoming import IncomingFile, RejectedFile
from annotation_store.projects import FIRST_PROJECT, find_project
from annotation_store.queue.novelty import Album, Look, look_of
from annotation_store.records import ImageRecord
from annotation_store.states import ImageState
from annotation_store.store import Store
from matting_core.arrays import Rgb
from matting_core.errors import ImageTooLargeError, UnreadableImageError
from matting_core.image_io import ImageLimits, decode_photo, encode_thumbnail


@dataclass(frozen=True, slots=True)
class DuplicateFile:
    """A file whose very bytes are in the store already, as `image`."""

    name: str
    image: ImageRecord


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What became of every file that stood at the door, each list in the order of arrival."""

    accepted: tuple[ImageRecord, ...]
    duplicates: tuple[DuplicateFile, ...]
    rejected: tuple[RejectedFile, ...]


def take_in(
    store: Store,
    files: Iterable[IncomingFile | RejectedFile],
    *,
    by: str,
    limits: ImageLimits,
    project_id: int = FIRST_PROJECT,
    subjects: Mapping[str, str] | None = None,
    on_progress: Callable[[int, str], None] | None = None,
) -> IntakeReport:
    """Take `files` in (see `incoming.gather`) for a project; each new photo then waits for its draft.

    A bad file is reported and never stops the others. subjects: what is on the photos, by their clean names; the others
    are told apart by their names alone (file_names.product_group). on_progress: told the number of files done, and the
    last name.
    """
    accepted: list[ImageRecord] = []
    duplicates: list[DuplicateFile] = []
    rejected: list[RejectedFile] = []
    subjects = {} if subjects is None else subjects
    desk = _Desk(store, by, limits, project_id, subjects, Album.of_project(store, project_id))
    for done, file in enumerate(files, start=1):
        match file if isinstance(file, RejectedFile) else _take_in_one(desk, file):
            case ImageRecord() as image:
                accepted.append(image)
            case DuplicateFile() as duplicate:
                duplicates.append(duplicate)
            case RejectedFile() as rejection:
                rejected.append(rejection)
        if on_progress is not None:
            on_progress(done, file.name)
    return IntakeReport(accepted=tuple(accepted), duplicates=tuple(duplicates), rejected=tuple(rejected))


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all files of one intake share."""

    store: Store
    by: str
    limits: ImageLimits
    project_id: int
    subjects: Mapping[str, str]
    album: Album


def _take_in_one(desk: _Desk, file: IncomingFile) -> ImageRecord | DuplicateFile | RejectedFile:
    store, project_id = desk.store, desk.project_id
    if known := known_photo(store, project_id, digest_of(file.data)):
        store.blobs.put(file.data)  # mends the photo if it was lost or damaged
        return DuplicateFile(name=file.name, image=known)
    try:
        photo = put_photo(store, file, limits=desk.limits)
    except (UnreadableImageError, ImageTooLargeError) as error:
        return RejectedFile(name=file.name, reason=str(error))
    with store.database.write() as session:
        if row := find_photo(session, project_id, photo.digest):  # somebody sent the same file at the same moment
            return DuplicateFile(name=file.name, image=ImageRecord.of(row))
        image = add_photo(
            session, photo, project_id=project_id, album=desk.album, by=desk.by, subject=desk.subjects.get(file.name)
        )
        return ImageRecord.of(image)


@dataclass(frozen=True, slots=True, eq=False)
class NewPhoto:
    """A photo whose files lie in the blob store, in no row yet. rgb: uint8 or uint16, HxWx3, sRGB."""

    name: str
    digest: str
    thumbnail: str
    look: Look
    rgb: Rgb
    origin: Mapping[str, str | None]


def put_photo(store: Store, file: IncomingFile, *, limits: ImageLimits) -> NewPhoto:
    """Look into a file and store it (slow, so outside any transaction).

    Raises UnreadableImageError or ImageTooLargeError if it is no photo.
    """
    photo = decode_photo(file.data, limits=limits)
    small = encode_thumbnail(photo.rgb)
    return NewPhoto(
        name=file.name,
        digest=store.blobs.put(file.data),
        thumbnail=store.blobs.put(small),
        look=look_of(decode_photo(small, limits=ALREADY_TAKEN_IN).rgb),
        rgb=photo.rgb,
        origin={
            "name": file.name,
            "format": photo.format,
            "colours": photo.colours.conversion,
            "colour_profile": photo.colours.profile,
        },
    )


def add_photo(
    session: Session, photo: NewPhoto, *, project_id: int, album: Album, by: str, subject: str | None = None
) -> schema.Image:
    """Make a photo one of the project's, which waits for its draft; for this floor only.

    subject: what is on it; told by its name if None. Raises NotFoundError if there is no such project.
    """
    find_project(session, project_id)
    image = schema.Image(
        project_id=project_id,
        name=photo.name,
        sha256=photo.digest,
        thumbnail_blob=photo.thumbnail,
        width=photo.rgb.shape[1],
        height=photo.rgb.shape[0],
        bit_depth=np.iinfo(photo.rgb.dtype).bits,
        product_group=subject or product_group(photo.name),
        state=ImageState.WAITING,
        lot=lot_of(photo.digest),
        look=photo.look.tobytes(),
        novelty=album.novelty_of(photo.look),
        created_by=by,
    )
    session.add(image)
    session.flush()
    record_event(session, actor=by, action="image.taken_in", image_id=image.id, data=photo.origin)
    album.add(photo.look)
    return image


def known_photo(store: Store, project_id: int, digest: str) -> ImageRecord | None:
    """The image of the project that was made of the file of this SHA-256, None if there is none."""
    with store.database.read() as session:
        row = find_photo(session, project_id, digest)
        return None if row is None else ImageRecord.of(row)


def find_photo(session: Session, project_id: int, digest: str) -> schema.Image | None:
    """As `known_photo`, in a session; for this floor only."""
    return session.scalar(select(schema.Image).filter_by(project_id=project_id, sha256=digest, honeypot_of_id=None))


def lot_of(digest: str) -> float:
    """A number in [0, 1) that depends on nothing but the photo: its place when images are drawn by lot."""
    return int(digest[:12], 16) / 16**12
