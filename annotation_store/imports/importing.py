"""Everything that came from elsewhere, photo by photo: read, checked, put in; and what became of each, in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from annotation_store.blobs import digest_of
from annotation_store.errors import NOT_NOW, FourEyesError
from annotation_store.imports.composing import Composed, Photo, Predict, Read, compose
from annotation_store.imports.found_files import FoundFile
from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.layouts.bundle import Bundle
from annotation_store.imports.layouts.role_folders import NO_MATTE
from annotation_store.imports.matching import Names
from annotation_store.imports.planes import ReadAlpha, ReadTrimap, read_alpha, read_trimap, read_whatever
from annotation_store.imports.putting_in import (
    STILL_WITHOUT_A_DRAFT,
    Source,
    approve_as_imported,
    check_base,
    check_may_import,
    check_two_eyes_do,
    find_or_add,
    keep_without_a_draft,
    photo_below,
    put_in,
)
from annotation_store.imports.sorting import sort_out
from annotation_store.incoming import IncomingFile, RejectedFile
from annotation_store.intake import NewPhoto, known_photo, put_photo
from annotation_store.projects import FIRST_PROJECT, find_project
from annotation_store.queue.difficulty import difficulty_of
from annotation_store.queue.novelty import Album
from annotation_store.records import ImageRecord
from annotation_store.revisions import put_matte
from annotation_store.rows import find_image
from annotation_store.states import ImageState
from annotation_store.store import Store
from matting_core.errors import MattingError
from matting_core.image_io import ImageLimits


@dataclass(frozen=True, slots=True)
class ImportedMatte:
    """A matte that has become a revision. revision: its number within the image. notes: what was settled or is odd."""

    name: str
    image: ImageRecord
    revision: int
    is_new_photo: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownMatte:
    """A matte that its image had already; approved: whether that was left to do."""

    name: str
    image: ImageRecord
    is_now_approved: bool


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of everything that stood at the door, each list in the order of arrival.

    passed_over: how many files were known and not needed, such as colours of a subject beside its photo.
    """

    imported: tuple[ImportedMatte, ...]
    known: tuple[KnownMatte, ...]
    rejected: tuple[RejectedFile, ...]
    passed_over: int


def take_mattes_in(
    store: Store,
    files: Iterable[FoundFile | RejectedFile],
    *,
    by: str,
    limits: ImageLimits,
    project_id: int = FIRST_PROJECT,
    approve: bool = False,
    predict: Predict | None = None,
    on_progress: Callable[[int, int, str], None] | None = None,
) -> ImportReport:
    """Let the mattes among `files` (see `found_files.find_files`) become revisions, and new photos photos.

    A matte that cannot be taken is reported and never stops the others; of each photo, everything is kept or nothing.
    approve: decide about them, too, unseen. predict: makes the alpha where only a trimap came. on_progress: told how
    many photos are done, of how many, and the last name. Raises NotFoundError if there is no such project,
    FourEyesError if it asks for a second pair of eyes and they were to be approved, one of NOT_NOW if the store cannot
    be written to: what was imported until then stays.
    """
    with store.database.read() as session:
        find_project(session, project_id)
        if approve:
            check_two_eyes_do(session, project_id)
    found = sort_out(files)
    desk = _Desk(
        store, by, limits, project_id, approve, predict, Names(store, project_id), Album.of_project(store, project_id)
    )
    imported: list[ImportedMatte] = []
    known: list[KnownMatte] = []
    rejected = list(found.rejected)
    for done, bundle in enumerate(found.bundles, start=1):
        match _take_one(desk, bundle):
            case ImportedMatte() as matte:
                imported.append(matte)
            case KnownMatte() as matte:
                known.append(matte)
            case RejectedFile() as rejection:
                rejected.append(rejection)
        if on_progress is not None:
            on_progress(done, len(found.bundles), bundle.name)
    return ImportReport(tuple(imported), tuple(known), tuple(rejected), found.passed_over)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What all mattes of one import share."""

    store: Store
    by: str
    limits: ImageLimits
    project_id: int
    approve: bool
    predict: Predict | None
    names: Names
    album: Album
    done: dict[int, str] = field(default_factory=dict)
    """By image: what its matte came from in this import, which nothing else of the same may hide."""


@dataclass(frozen=True, slots=True)
class _Target:
    """Of which photo a matte is: an image that is here, or a photo that came along and is in no row yet."""

    image: ImageRecord | None
    photo: NewPhoto | None

    @property
    def head(self) -> int | None:
        """The newest revision when its matte was looked at, on which everything that follows is based."""
        return None if self.image is None else self.image.head_revision_id


def _take_one(desk: _Desk, bundle: Bundle) -> ImportedMatte | KnownMatte | RejectedFile:
    try:
        read, source = _read(desk, bundle)
        target = _target(desk, bundle)
        if bundle.unclear is not None and target.image is not None and source.sha256 == target.image.sha256:
            raise UnusableMatteError(NO_MATTE)  # a grey photo looks like an alpha, and would be its own
        below = _below(desk, target)
        composed = compose(read, below, predict=desk.predict)
        if composed.is_as_before:
            assert target.image is not None  # noqa: S101, else there was nothing before
            desk.done.setdefault(target.image.id, bundle.name)
            return _known(desk, bundle, target.image, source)
        if target.image is not None and (earlier := desk.done.get(target.image.id)) is not None:
            raise UnusableMatteError(f"the matte of its photo came from {earlier} already: leave one of the two out")
        imported = _put_in(desk, bundle, target, below, composed, source)
        desk.done[imported.image.id] = bundle.name
        return imported
    except (*NOT_NOW, FourEyesError):
        raise
    except MattingError as error:
        return RejectedFile(bundle.name, str(error))


def _read(desk: _Desk, bundle: Bundle) -> tuple[Read, Source]:
    """What is in its files, and the file that names the source: the alpha's, or the trimap's."""
    alpha: ReadAlpha | None = None
    trimap: ReadTrimap | None = None
    source: Source | None = None
    if (file := bundle.alpha or bundle.cutout) is not None:
        data = file.read()
        alpha, source = read_alpha(data, limits=desk.limits), Source.of(file.told, data)
    if bundle.trimap is not None:
        data = bundle.trimap.read()
        trimap = read_trimap(data, limits=desk.limits)
        source = source or Source.of(bundle.trimap.told, data)
    if bundle.unclear is not None:
        data = bundle.unclear.read()
        whatever = read_whatever(data, limits=desk.limits)
        source = Source.of(bundle.unclear.told, data)
        if isinstance(whatever, ReadAlpha):
            alpha = whatever
        else:
            trimap = whatever
    if source is None:
        raise UnusableMatteError("no matte came with this photo: send its alpha or its trimap along")
    return Read(alpha, None if trimap is None else trimap.trimap), source


def _target(desk: _Desk, bundle: Bundle) -> _Target:
    if bundle.sha256 is not None or bundle.photo is None:
        try:
            return _Target(desk.names.image_of(bundle), None)
        except UnusableMatteError:
            if bundle.photo is None:
                raise
    assert bundle.photo is not None  # noqa: S101, see above
    data = bundle.photo.read()
    if (image := known_photo(desk.store, desk.project_id, digest_of(data))) is not None:
        desk.store.blobs.put(data)  # mends the photo if it was lost or damaged
        return _Target(image, None)
    name = bundle.photo_name or bundle.photo.name
    return _Target(None, put_photo(desk.store, IncomingFile(name, data), limits=desk.limits))


def _below(desk: _Desk, target: _Target) -> Photo:
    if target.image is not None:
        return photo_below(desk.store, target.image)
    assert target.photo is not None  # noqa: S101, one of the two is there
    return Photo(target.photo.name, desk.project_id, target.photo.rgb, None)


def _put_in(
    desk: _Desk, bundle: Bundle, target: _Target, below: Photo, composed: Composed, source: Source
) -> ImportedMatte:
    number = None if target.image is None else target.image.id
    if number is not None:
        check_may_import(desk.store, number, by=desk.by)  # once more below: this one saves the encoding
    matte = put_matte(desk.store, below, trimap=composed.trimap, alpha=composed.alpha)
    difficulty = None if desk.approve else difficulty_of(below.rgb, composed.trimap, composed.alpha)
    notes = (*bundle.notes, *composed.notes)
    with desk.store.database.write() as session:
        image = find_or_add(session, desk.project_id, target.photo, number, album=desk.album, by=desk.by)
        check_base(session, image, target.head)
        revision = put_in(
            session,
            image,
            composed,
            matte,
            source=Source(source.name, source.sha256, notes),
            difficulty=difficulty,
            by=desk.by,
        )
        if desk.approve:
            approve_as_imported(session, image, by=desk.by)
        session.flush()
        return ImportedMatte(
            name=bundle.name,
            image=ImageRecord.of(image),
            revision=revision.number,
            is_new_photo=target.photo is not None,
            notes=notes,
        )


def _known(desk: _Desk, bundle: Bundle, image: ImageRecord, source: Source) -> KnownMatte:
    is_to_be_drafted = image.state in (*STILL_WITHOUT_A_DRAFT, ImageState.DRAFTING)
    if image.state is ImageState.APPROVED or not (desk.approve or is_to_be_drafted):
        return KnownMatte(bundle.name, image, is_now_approved=False)
    with desk.store.database.write() as session:
        row = find_image(session, image.id)
        check_base(session, row, image.head_revision_id)
        keep_without_a_draft(session, row, source=source, by=desk.by)
        if desk.approve:
            approve_as_imported(session, row, by=desk.by)
        return KnownMatte(bundle.name, ImageRecord.of(row), is_now_approved=desk.approve)
