"""What the floors above see of projects, people and the audit trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotation_store.kinds import InvitationKind, LearningPolicy, QueuePolicy, Role
from annotation_store.records.base import Record


@dataclass(frozen=True, slots=True)
class ProjectRecord(Record):
    """Photos that are worked on alike.

    tag: what is in them (hair, glass), perhaps empty. guidelines: Markdown, perhaps empty. random_share and
    honeypot_share: of the images that are handed out. four_eyes: nobody approves what they submitted, and nothing is
    approved that was not submitted. bulk_confidence: drafts from here on may be approved together; None: none.
    learning: what becomes of a better candidate. canary_share: of the new drafts, while one is tried.
    figures_by_person: whether its leads see the figures of single people.
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
    learning: LearningPolicy
    canary_share: float
    figures_by_person: bool
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
