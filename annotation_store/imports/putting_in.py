"""A matte from elsewhere becomes a revision: with its photo, its event and perhaps its approval, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.blobs import digest_of
from annotation_store.edit_log import read_tail
from annotation_store.errors import ConflictError, FourEyesError, InvalidTransitionError
from annotation_store.events import record_event
from annotation_store.gallery import load_photo
from annotation_store.imports.composing import Composed, Photo
from annotation_store.intake import NewPhoto, add_photo, find_photo
from annotation_store.kinds import RevisionKind, Verdict
from annotation_store.pilots.running import check_keeps_draft
from annotation_store.projects import find_project
from annotation_store.queue import leases
from annotation_store.queue.difficulty import Difficulty
from annotation_store.queue.novelty import Album
from annotation_store.queue.open_images import check_open
from annotation_store.records import ImageRecord
from annotation_store.reviews.decisions import decide
from annotation_store.revisions import MatteBlobs, add_revision, get_revision, load_matte, matte_hash
from annotation_store.rows import find_image, find_model, move_image
from annotation_store.states import ImageState
from annotation_store.store import Store

STILL_WITHOUT_A_DRAFT = (ImageState.WAITING, ImageState.FAILED)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a matte came from, for the audit trail: its file's name and SHA-256, and what else is to be told."""

    name: str
    sha256: str
    notes: tuple[str, ...] = ()

    @staticmethod
    def of(name: str, data: bytes, notes: tuple[str, ...] = ()) -> "Source":
        return Source(name, digest_of(data), notes)

    def as_data(self) -> Mapping[str, object]:
        return {"source": self.name, "source_sha256": self.sha256, "notes": list(self.notes)}


def photo_below(store: Store, image: ImageRecord) -> Photo:
    """The photo of an image and the matte of its newest revision, as `composing.compose` wants them."""
    before = None
    if image.head_revision_id is not None:
        before = load_matte(store, get_revision(store, image.head_revision_id))
    return Photo(image.name, image.project_id, load_photo(store, image).rgb, before)


def check_may_import(store: Store, image_id: int, *, by: str) -> None:
    """Raise InvalidTransitionError or LeasedError if no matte may be put in now; before the slow work."""
    with store.database.read() as session:
        _check(session, find_image(session, image_id), by=by)


def put_in(
    session: Session,
    target: schema.Image,
    composed: Composed,
    matte: MatteBlobs,
    *,
    source: Source,
    difficulty: Difficulty | None,
    by: str,
    hold: bool = False,
) -> schema.Revision:
    """Make `matte` the newest revision of `target`, which is then open for correction; for this floor only.

    hold: the image is then in the hands of `by`, as after an edit; else it is in nobody's. Raises
    InvalidTransitionError where it would hide what somebody drew or decided, LeasedError.
    """
    _check(session, target, by=by)
    if target.state in STILL_WITHOUT_A_DRAFT:
        move_image(target, ImageState.READY)
    if composed.model_id is not None:
        find_model(session, composed.model_id)
    if hold:
        leases.hold(session, target, by=by)
    else:
        leases.end(session, target, by=by)
    target.failure = None
    target.difficulty = None if difficulty is None else difficulty.expected_sad
    target.confidence = None if difficulty is None else difficulty.confidence
    before = matte_hash(session, target)
    revision = add_revision(
        session,
        target,
        kind=RevisionKind.IMPORTED,
        matte=matte,
        model_id=composed.model_id,
        drafter=None,
        author=by,
    )
    data = {"revision_id": revision.id, "model_id": composed.model_id, **source.as_data()}
    record_event(
        session, actor=by, action="image.imported", image_id=target.id, data=data, before=before, after=matte.digest
    )
    session.flush()
    return revision


def find_or_add(
    session: Session, project_id: int, photo: NewPhoto | None, image_id: int | None, *, album: Album, by: str
) -> schema.Image:
    """The image of a number, or the project's image of a photo that came along: added, if nobody has done so since."""
    if image_id is not None:
        return find_image(session, image_id)
    assert photo is not None  # noqa: S101, one of the two is given
    known = find_photo(session, project_id, photo.digest)
    return known or add_photo(session, photo, project_id=project_id, album=album, by=by)


def keep_without_a_draft(session: Session, image: schema.Image, *, source: Source, by: str) -> None:
    """Let an image that waits for another draft keep the matte that it has: it came again, so that it counts.

    Nothing changes for an image that waits for none; for this floor only. Raises InvalidTransitionError if its draft is
    being made at this moment, LeasedError.
    """
    if image.state is ImageState.DRAFTING or image.state in STILL_WITHOUT_A_DRAFT:
        _check(session, image, by=by)
        move_image(image, ImageState.READY)
        image.failure = None
        record_event(session, actor=by, action="image.redraft_called_off", image_id=image.id, data=source.as_data())
        session.flush()


def approve_as_imported(session: Session, image: schema.Image, *, by: str) -> None:
    """Approve the newest revision of an open image, as it was imported; for this floor only.

    Raises FourEyesError, LeasedError, or InvalidTransitionError if somebody has drawn on it.
    """
    check_two_eyes_do(session, image.project_id)
    _check(session, image, by=by)
    before = matte_hash(session, image)
    move_image(image, ImageState.APPROVED)
    decide(session, image, Verdict.APPROVED, by=by, before=before)


def check_two_eyes_do(session: Session, project_id: int) -> None:
    """Raise FourEyesError in a project that asks for a second pair: nobody has looked at what is imported."""
    project = find_project(session, project_id)
    if project.four_eyes:
        raise FourEyesError(
            f"“{project.name}” asks for two pairs of eyes on every matte: import without approving, and let what came "
            "in be submitted and approved."
        )


def check_base(session: Session, image: schema.Image, revision_id: int | None) -> None:
    """Raise ConflictError unless this is the newest revision of `image`; None: unless it has none."""
    if image.head_revision_id != revision_id:
        raise ConflictError(read_tail(session, image.head_revision_id).position)


def _check(session: Session, image: schema.Image, *, by: str) -> None:
    if image.state is ImageState.DRAFTING:
        raise InvalidTransitionError(f"“{image.name}” is being drafted at this moment: import its matte in a minute.")
    if image.state not in STILL_WITHOUT_A_DRAFT:
        check_open(image.name, image.state)
    if strokes := read_tail(session, image.head_revision_id).active:
        raise InvalidTransitionError(
            f"“{image.name}” carries {strokes} strokes that an imported matte would hide: undo them first, or approve "
            "the image."
        )
    check_keeps_draft(session, image)
    leases.check_free(session, image, by=by)
