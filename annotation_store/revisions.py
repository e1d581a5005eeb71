"""Revisions: immutable pairs of trimap and alpha, each the child of the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.blobs import ALREADY_TAKEN_IN, digest_of
from annotation_store.clock import utc_now
from annotation_store.errors import MismatchedMatteError, NotFoundError
from annotation_store.kinds import BEGINNINGS, BLANK, RevisionKind
from annotation_store.records import RevisionRecord
from annotation_store.rows import find_image, find_revision
from annotation_store.store import Store
from matting_core.arrays import BACKGROUND, FOREGROUND, Alpha, Trimap, check_alpha, check_trimap
from matting_core.edits.marks import Retouch
from matting_core.image_io import decode_alpha, decode_trimap, encode_alpha, encode_trimap


@dataclass(frozen=True, slots=True)
class MatteBlobs:
    """A trimap and an alpha that lie in the blob store, perhaps in no revision yet; retouch: of it, painted by hand."""

    trimap: str
    alpha: str
    retouch: str | None = None

    @staticmethod
    def of(revision: schema.Revision | RevisionRecord) -> "MatteBlobs":
        return MatteBlobs(revision.trimap_blob, revision.alpha_blob, revision.retouch_blob)

    @property
    def digest(self) -> str:
        """All of it in one name: SHA-256 over the names of the blobs, one a line; the last is empty without retouch."""
        return digest_of("\n".join((self.trimap, self.alpha, self.retouch or "")).encode())


def matte_hash(session: Session, image: schema.Image) -> str | None:
    """What the matte of `image` is, for the audit trail: the digest of its newest revision, None without one."""
    if image.head_revision_id is None:
        return None
    return MatteBlobs.of(find_revision(session, image.head_revision_id)).digest


def get_revision(store: Store, revision_id: int) -> RevisionRecord:
    """The revision, or NotFoundError."""
    with store.database.read() as session:
        return RevisionRecord.of(find_revision(session, revision_id))


def get_numbered(store: Store, image_id: int, number: int) -> RevisionRecord:
    """The revision of an image with this number, counted from 1. Raises NotFoundError."""
    with store.database.read() as session:
        return RevisionRecord.of(find_numbered(session, find_image(session, image_id), number))


def find_numbered(session: Session, image: schema.Image, number: int) -> schema.Revision:
    """The revision of `image` with this number, or NotFoundError; for this floor only."""
    row = session.scalar(select(schema.Revision).filter_by(image_id=image.id, number=number))
    if row is None:
        raise NotFoundError(f"“{image.name}” has no revision {number}: reload its history.")
    return row


def list_revisions(store: Store, image_id: int) -> tuple[RevisionRecord, ...]:
    """All revisions of an image, oldest first."""
    with store.database.read() as session:
        return read_revisions(session, image_id)


def read_revisions(session: Session, image_id: int) -> tuple[RevisionRecord, ...]:
    """As `list_revisions`, in a session; for this floor only."""
    query = select(schema.Revision).filter_by(image_id=image_id).order_by(schema.Revision.number)
    return tuple(RevisionRecord.of(row) for row in session.scalars(query))


def repeated_by(restored: RevisionRecord, revisions: Sequence[RevisionRecord]) -> RevisionRecord | None:
    """Which of the image's `revisions`, oldest first, a restored one repeats: the first one of this very matte.

    The store never makes a restored one without.
    """
    matte = MatteBlobs.of(restored)
    return next((each for each in revisions if each.number < restored.number and MatteBlobs.of(each) == matte), None)


def load_matte(store: Store, revision: RevisionRecord) -> tuple[Trimap, Alpha]:
    """Trimap (uint8, HxW, {0, 128, 255}) and alpha (float32, HxW, [0, 1], 16-bit steps) of `revision`."""
    trimap = decode_trimap(store.blobs.get(revision.trimap_blob), limits=ALREADY_TAKEN_IN)
    return trimap, decode_alpha(store.blobs.get(revision.alpha_blob), limits=ALREADY_TAKEN_IN)


def load_retouch(store: Store, revision: RevisionRecord) -> Retouch | None:
    """What of the alpha of `revision` was painted by hand, None if nothing was."""
    return None if revision.retouch_blob is None else Retouch.from_png(store.blobs.get(revision.retouch_blob))


def draft_of(store: Store, revision: RevisionRecord, *, even_blank: bool = True) -> RevisionRecord:
    """What the work on `revision` began with: the newest draft or imported one among it and those before it.

    `revision` itself if there is none. even_blank: also what a pilot put in the place of a draft (BLANK); else the
    draft that it took away.
    """
    drafts = (
        select(schema.Revision)
        .filter_by(image_id=revision.image_id)
        .where(schema.Revision.kind.in_(BEGINNINGS), schema.Revision.number <= revision.number)
        .order_by(schema.Revision.number.desc())
        .limit(1)
    )
    if not even_blank:
        drafts = drafts.where(schema.Revision.drafter.is_distinct_from(BLANK))
    with store.database.read() as session:
        row = session.scalar(drafts)
        return revision if row is None else RevisionRecord.of(row)


def count_contradictions(trimap: Trimap, alpha: Alpha) -> int:
    """How many pixels the trimap knows and the alpha shows otherwise; both have one size."""
    wrong = ((trimap == FOREGROUND) & (alpha != 1)) | ((trimap == BACKGROUND) & (alpha != 0))
    return int(np.count_nonzero(wrong))


class Canvas(Protocol):
    """What a matte lies on: the name of a photo, and its size in pixels."""

    @property
    def name(self) -> str: ...

    @property
    def width(self) -> int: ...

    @property
    def height(self) -> int: ...


def put_matte(
    store: Store, image: Canvas, *, trimap: Trimap, alpha: Alpha, retouch: Retouch | None = None
) -> MatteBlobs:
    """Check and store the planes of a revision to come (slow, so outside any transaction).

    trimap: uint8, HxW, {0, 128, 255}. alpha: float32, HxW, [0, 1], exactly 0 and 1 where the trimap is known. retouch:
    what of it was painted by hand. Raises InvalidArrayError or MismatchedMatteError if they break that, or do not have
    the size of `image`.
    """
    check_trimap(trimap)
    check_alpha(alpha)
    if not trimap.shape == alpha.shape == (image.height, image.width):
        raise MismatchedMatteError(
            f"“{image.name}” is {image.width}x{image.height}, but the trimap is {trimap.shape[1]}x"
            f"{trimap.shape[0]} and the alpha {alpha.shape[1]}x{alpha.shape[0]}: make both in its size."
        )
    if count := count_contradictions(trimap, alpha):
        raise MismatchedMatteError(
            f"The alpha of “{image.name}” differs from its trimap at {count} pixels that are marked as "
            "foreground or background: compute it again from this trimap."
        )
    return MatteBlobs(
        trimap=store.blobs.put(encode_trimap(trimap)),
        alpha=store.blobs.put(encode_alpha(alpha, bits=16)),
        retouch=None if retouch is None else store.blobs.put(retouch.to_png()),
    )


def add_revision(
    session: Session,
    image: schema.Image,
    *,
    kind: RevisionKind,
    matte: MatteBlobs,
    model_id: int | None,
    drafter: str | None,
    author: str,
    created_at: datetime | None = None,
) -> schema.Revision:
    """Append a revision to `image`, child of its head, and make it the head. created_at: None is now."""
    newest = session.scalar(select(func.max(schema.Revision.number)).filter_by(image_id=image.id))
    revision = schema.Revision(
        image_id=image.id,
        parent_id=image.head_revision_id,
        number=(newest or 0) + 1,
        kind=kind,
        trimap_blob=matte.trimap,
        alpha_blob=matte.alpha,
        retouch_blob=matte.retouch,
        model_version_id=model_id,
        drafter=drafter,
        author=author,
        created_at=created_at or utc_now(),
    )
    session.add(revision)
    session.flush()
    image.head_revision_id = revision.id
    return revision
