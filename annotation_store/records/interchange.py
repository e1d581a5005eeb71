"""What the floors above see of what goes in and out: exports, tokens of scripts, webhooks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotation_store.records.base import Record
from annotation_store.states import DeliveryState


@dataclass(frozen=True, slots=True)
class ExportSetRecord(Record):
    """A frozen list of approved mattes.

    options: how they leave, see exports/export_options.py. project_ids: of its images, in order. manifest_blob: what
    was in its manifest when it was written as a whole for the first time, at `written_at`; None before.
    """

    id: int
    name: str
    options: Mapping[str, Any]
    project_ids: Sequence[int]
    image_count: int
    created_at: datetime
    created_by: str
    manifest_blob: str | None
    written_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExportItemRecord(Record):
    """One matte of an export. stem: its name in files. facts: what the manifest tells of it."""

    id: int
    export_set_id: int
    image_id: int
    revision_id: int
    decision_id: int
    stem: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ApiTokenRecord(Record):
    """A secret by which a script acts for a person, without the secret.

    scopes: what it may do, as far as the person may. used_at: when it last asked for something, to the minute or so.
    """

    id: int
    person_id: int
    name: str
    scopes: Sequence[str]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class WebhookRecord(Record):
    """An address that is told what happens, without its secret. project_ids: in these projects; None for all."""

    id: int
    url: str
    kinds: Sequence[str]
    project_ids: Sequence[int] | None
    active: bool
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class DeliveryRecord(Record):
    """One message to one webhook. event_id: None for a trial. status, problem: of its last attempt."""

    id: int
    webhook_id: int
    event_id: int | None
    kind: str
    body: str
    state: DeliveryState
    attempts: int
    next_at: datetime
    status: int | None
    problem: str | None
    created_at: datetime
    delivered_at: datetime | None

    @property
    def message_id(self) -> str:
        """The number by which its receiver knows it again when it comes a second time."""
        return str(json.loads(self.body)["id"])
