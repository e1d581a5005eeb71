"""What somebody saw when they decided: it is kept exactly, or the decision is refused."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.corrections import Document, load_base
from annotation_store.edit_log import read_tail
from annotation_store.errors import ConflictError, MismatchedMatteError
from annotation_store.kinds import RevisionKind
from annotation_store.revisions import MatteBlobs, add_revision, put_matte
from annotation_store.rows import find_head
from annotation_store.store import Store
from matting_core.arrays import Alpha, Trimap
from matting_core.edits.edit import replay


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """An image as it stood before somebody's eyes: at this revision and position in its log.

    trimap: uint8, HxW, {0, 128, 255}, exactly what the edits replay to. alpha: float32, HxW, [0, 1], exactly 0 and 1
    where the trimap is known; kept in 16-bit steps. model_id: the model version that computed `alpha`, the revision's
    own if None.
    """

    revision_id: int
    position: int
    trimap: Trimap
    alpha: Alpha
    model_id: int | None = None


def put_what_was_seen(store: Store, document: Document, seen: Seen) -> MatteBlobs | None:
    """Store the planes of a revision to come (slow), or None if `document` stays as its revision stands.

    Raises ConflictError if it does not stand where it was seen, MismatchedMatteError or InvalidArrayError if the arrays
    of `seen` break their contract.
    """
    if (document.revision_id, document.position) != (seen.revision_id, seen.position):
        raise ConflictError(document.position)
    base, model_alpha = load_base(store, document.revision_id)
    marks = replay(base, document.edits)
    if not np.array_equal(seen.trimap, marks.trimap):
        raise MismatchedMatteError(
            f"The trimap shown for “{document.image.name}” is not what its edits make: reload the image, "
            "look at it once more, and decide then."
        )
    retouch = marks.retouch if marks.is_retouched else None
    matte = put_matte(store, document.image, trimap=seen.trimap, alpha=seen.alpha, retouch=retouch)
    unchanged = not document.edits and _is_as_kept(seen.alpha, base.shown(model_alpha, base.whole))
    return None if unchanged else matte


def check_still_so(session: Session, image: schema.Image, seen: Seen) -> None:
    """Raise ConflictError if an edit arrived while the planes were encoded; in the transaction that keeps them."""
    head = find_head(session, image)
    end = read_tail(session, head.id).position
    if (head.id, end) != (seen.revision_id, seen.position):
        raise ConflictError(end)


def add_correction(session: Session, image: schema.Image, matte: MatteBlobs, *, seen: Seen, by: str) -> None:
    """Make a revision of what was seen the newest of `image`."""
    head = find_head(session, image)
    add_revision(
        session,
        image,
        kind=RevisionKind.CORRECTION,
        matte=matte,
        model_id=head.model_version_id if seen.model_id is None else seen.model_id,
        drafter=head.drafter,
        author=by,
    )


def _is_as_kept(alpha: Alpha, kept: Alpha) -> bool:
    """Whether two alphas agree but for one step of those in which they are kept: whole numbers, 0 to 65535."""
    steps = [np.rint(each * np.float32(65535)).astype(np.int32) for each in (alpha, kept)]
    return int(np.abs(steps[0] - steps[1]).max()) <= 1
