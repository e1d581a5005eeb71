"""The blank draft: a photo of which all is background, so that somebody makes its matte from nothing, at the same desk.

It is a draft like any other to the desk: "back to the draft" leads to it. It is none of a model: its drafter is BLANK,
and whatever learns from drafts, judges them or counts what they cost leaves it out.
"""

import numpy as np
from sqlalchemy.orm import Session

from annotation_store import schema
from annotation_store.edit_log import read_tail
from annotation_store.events import record_event
from annotation_store.kinds import BLANK, RevisionKind
from annotation_store.learning.model_registry import PROGRAM
from annotation_store.queue.leases import is_held
from annotation_store.records import ImageRecord
from annotation_store.revisions import MatteBlobs, add_revision, matte_hash, put_matte
from annotation_store.rows import find_revision
from annotation_store.states import ImageState
from annotation_store.store import Store
from matting_core.arrays import BACKGROUND

__all__ = ["BLANK", "UNDECIDED", "give_draft_back", "put_blank_matte", "take_draft_away"]

UNDECIDED = (ImageState.READY, ImageState.IN_CORRECTION, ImageState.SKIPPED)
"""A photo without a stroke that is in none of these is being looked at, or was approved, as it is."""


def put_blank_matte(store: Store, image: ImageRecord) -> MatteBlobs:
    """The planes of a blank draft of `image` (slow, so outside any transaction); equal sizes share them."""
    shape = (image.height, image.width)
    return put_matte(store, image, trimap=np.full(shape, BACKGROUND, np.uint8), alpha=np.zeros(shape, np.float32))


def take_draft_away(session: Session, image: schema.Image, blank: MatteBlobs, *, by: str) -> schema.Revision:
    """Let `image` begin from nothing; its draft stays in its history. For this floor only."""
    before = matte_hash(session, image)
    revision = add_revision(
        session, image, kind=RevisionKind.DRAFT, matte=blank, model_id=None, drafter=BLANK, author=PROGRAM
    )
    record_event(
        session,
        actor=by,
        action="image.blanked",
        image_id=image.id,
        data={"revision_id": revision.id},
        before=before,
        after=blank.digest,
    )
    return revision


def give_draft_back(session: Session, image: schema.Image, *, by: str) -> bool:
    """Let `image` have the draft again that was taken away: whether it has it now.

    Not if somebody has begun to work on it, or has it in hand. For this floor only.
    """
    head = None if image.head_revision_id is None else find_revision(session, image.head_revision_id)
    if head is None or head.drafter != BLANK or head.kind is not RevisionKind.DRAFT or head.parent_id is None:
        return False
    if image.state not in UNDECIDED:
        return False
    if read_tail(session, head.id).active or is_held(session, image):
        return False
    draft, before = find_revision(session, head.parent_id), matte_hash(session, image)
    again = add_revision(
        session,
        image,
        kind=RevisionKind.DRAFT,
        matte=MatteBlobs.of(draft),
        model_id=draft.model_version_id,
        drafter=draft.drafter,
        author=draft.author,
        created_at=draft.created_at,  # when its model made it: that is what canaries go by
    )
    record_event(
        session,
        actor=by,
        action="image.draft_given_back",
        image_id=image.id,
        data={"revision_id": again.id},
        before=before,
        after=MatteBlobs.of(draft).digest,
    )
    return True
