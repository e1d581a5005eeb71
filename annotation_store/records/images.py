"""What the floors above see of photos and of what becomes of them."""

from dataclasses import dataclass
from datetime import datetime

from annotation_store.kinds import Pick, RevisionKind, Verdict
from annotation_store.records.base import Record
from annotation_store.states import ImageState


@dataclass(frozen=True, slots=True)
class ImageRecord(Record):
    """A photo that was taken in.

    sha256: of the file's bytes as they came. width, height: pixels, orientation applied. bit_depth: 8 or 16.
    product_group: photos of one subject, told by their names. failure: why no draft could be made, or not yet.
    flag_note: what to look at, perhaps empty; this and the two before it are None unless somebody flagged the image.
    assigned_to: the only person to whom the queue hands it out, None for anybody. pick: how it came out of the queue
    first. difficulty: the SAD expected of its draft, in thousands of pixels; confidence: of its draft, 0 to 1; both
    None until it is drafted. honeypot_of_id: the finished image of which this is a copy, served again.
    """

    id: int
    project_id: int
    name: str
    sha256: str
    thumbnail_blob: str
    width: int
    height: int
    bit_depth: int
    product_group: str
    state: ImageState
    failure: str | None
    head_revision_id: int | None
    created_at: datetime
    created_by: str
    updated_at: datetime
    flagged_at: datetime | None
    flagged_by: str | None
    flag_note: str | None
    assigned_to: str | None
    pick: Pick | None
    difficulty: float | None
    confidence: float | None
    honeypot_of_id: int | None

    @property
    def flagged(self) -> bool:
        """Whether somebody marked it for a second look."""
        return self.flagged_at is not None

    @property
    def photo_blob(self) -> str:
        """The blob of the original bytes: a blob is named by its hash, so this is the file's own hash."""
        return self.sha256


@dataclass(frozen=True, slots=True)
class RevisionRecord(Record):
    """One immutable trimap and alpha (16-bit PNG) of an image; `number` counts from 1 within the image.

    retouch_blob: what of the alpha was painted by hand (see matting_core/edits/marks.py), None if nothing was.
    """

    id: int
    image_id: int
    parent_id: int | None
    number: int
    kind: RevisionKind
    trimap_blob: str
    alpha_blob: str
    retouch_blob: str | None
    model_version_id: int | None
    drafter: str | None
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionRecord(Record):
    """What a person decided; `revision_id` is None where there was no draft yet."""

    id: int
    image_id: int
    revision_id: int | None
    verdict: Verdict
    note: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NoteRecord(Record):
    """A text pinned to column `x` of row `y` of an image, in pixels; resolved_at: None while nobody has seen to it."""

    id: int
    image_id: int
    x: int
    y: int
    text: str
    author: str
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: str | None


@dataclass(frozen=True, slots=True)
class LeaseRecord(Record):
    """An image in somebody's hands: nobody else is given it, nor may change it, before `expires_at`."""

    image_id: int
    person: str
    taken_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class HoneypotRecord(Record):
    """A finished image that is served again, until `retired_at`. revision_id: what it should come out as."""

    id: int
    image_id: int
    revision_id: int
    created_at: datetime
    created_by: str
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class HoneypotResultRecord(Record):
    """How near `person` came to the finished matte in the unknown region of its trimap (see matting_core/metrics).

    image_id: the copy that they worked on.
    """

    id: int
    honeypot_id: int
    image_id: int
    person: str
    sad: float
    mse: float
    grad: float
    conn: float
    created_at: datetime
