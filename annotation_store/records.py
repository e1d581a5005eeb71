"""What the floors above see of the store: frozen copies of its rows. All times are aware and in UTC.

A blob is named by the SHA-256 of its bytes, 64 hexadecimal digits; `store.blobs.get(name)` reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from annotation_store.kinds import InvitationKind, Part, Pick, QueuePolicy, RevisionKind, Role, Verdict
from annotation_store.states import ImageState, ModelState, RunState


class Record:
    """Base of the records whose fields are columns of one row."""

    __slots__ = ()

    @classmethod
    def of(cls, row: object) -> Self:
        """A copy of `row`, which outlives its database session."""
        return cls(**{field.name: getattr(row, field.name) for field in fields(cls)})  # type: ignore[arg-type]


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
class ModelRecord(Record):
    """A model version. Its weights lie in `weights_blob`, or ship with the program under `shipped_weights`.

    A classical method has neither. parent_id: the version from which it was trained on.
    """

    id: int
    name: str
    architecture: str
    weights_blob: str | None
    shipped_weights: str | None
    parent_id: int | None
    training_run_id: int | None
    state: ModelState
    metrics: Mapping[str, Any]
    verdict: str | None
    code_version: str | None
    licence: str
    created_at: datetime
    activated_at: datetime | None


@dataclass(frozen=True, slots=True)
class TrainingSetRecord(Record):
    """A frozen list of approved revisions; the counts are of images."""

    id: int
    validation_share: float
    train_count: int
    validation_count: int
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class TrainingItem(Record):
    """One approved revision in a training set; `photo_sha256` also names the photo's blob."""

    image_id: int
    revision_id: int
    product_group: str
    part: Part
    photo_sha256: str
    trimap_blob: str
    alpha_blob: str


@dataclass(frozen=True, slots=True)
class RunRecord(Record):
    """A training run. progress: 0 to 1. log_path: relative to the store's folder. history: rows as told."""

    id: int
    state: RunState
    progress: float
    message: str
    training_set_id: int | None
    parent_model_id: int | None
    candidate_id: int | None
    requested_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    pid: int | None
    cancel_requested: bool
    log_path: str
    history: Sequence[Mapping[str, Any]]
    verdict: str | None


@dataclass(frozen=True, slots=True)
class ProjectRecord(Record):
    """Photos that are worked on alike.

    tag: what is in them (hair, glass), perhaps empty. guidelines: Markdown, perhaps empty. random_share and
    honeypot_share: of the images that are handed out. four_eyes: nobody approves what they submitted, and nothing is
    approved that was not submitted. bulk_confidence: drafts from here on may be approved together; None: none.
    """

    id: int
    name: str
    tag: str
    guidelines: str
    guidelines_at: datetime | None
    policy: QueuePolicy
    random_share: float
    honeypot_share: float
    four_eyes: bool
    bulk_confidence: float | None
    created_at: datetime
    created_by: str
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonRecord(Record):
    """An account, without the hash of its password.

    name: what stands beside everything that they do, lower-case, never changed. oidc_subject: who they are at the
    identity provider, None if they never signed in through it. failed_attempts: wrong passwords since the last right
    one; locked_until: perhaps past.
    """

    id: int
    name: str
    display_name: str
    email: str | None
    role: Role
    oidc_subject: str | None
    disabled_at: datetime | None
    failed_attempts: int
    locked_until: datetime | None
    created_at: datetime
    created_by: str

    @property
    def active(self) -> bool:
        """Whether they may come in at all."""
        return self.disabled_at is None


@dataclass(frozen=True, slots=True)
class SignInRecord(Record):
    """A browser in which somebody has signed in.

    seen_at: when it last asked for something, to the minute or so. browser: as it calls itself.
    """

    id: int
    person_id: int
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    browser: str


@dataclass(frozen=True, slots=True)
class InvitationRecord(Record):
    """A one-time link, without its secret.

    email: of whoever is to use it, if known. person_id: whose password it is for, or who came of it.
    """

    id: int
    kind: InvitationKind
    role: Role
    project_ids: Sequence[int]
    email: str | None
    person_id: int | None
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None


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


@dataclass(frozen=True, slots=True)
class EventRecord(Record):
    """Something that happened: who, what (``image.approved``), to which image, and the details.

    before, after: SHA-256 of the image's matte, None where it plays no part. request_id: of the request that did it.
    """

    id: int
    at: datetime
    actor: str
    action: str
    image_id: int | None
    data: Mapping[str, Any]
    before: str | None
    after: str | None
    request_id: str | None
