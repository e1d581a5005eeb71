"""What goes in and out: frozen exports, tokens of scripts, and what other programs are told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.schema.base import Base
from annotation_store.states import DeliveryState

DUE = f"state = '{DeliveryState.WAITING.value}'"
"""In the very words of the index below."""


class ImageTag(Base):
    """A word by which people find an image: hair, glass, summer."""

    __tablename__ = "image_tags"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True, index=True)


class ExportSet(Base):
    """A frozen list of approved mattes, and in which form they leave."""

    __tablename__ = "export_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    options: Mapped[dict[str, Any]]  # ExportOptions, with copies of the presets as they were
    project_ids: Mapped[list[int]]  # of its images, in order: who does not belong to all of them does not see it
    image_count: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str]
    ground_blob: Mapped[str | None]  # the photo behind composites, if it is one
    manifest_blob: Mapped[str | None]  # of the first time that it was written as a whole
    written_at: Mapped[datetime | None]


class ExportItem(Base):
    __tablename__ = "export_items"
    __table_args__ = (UniqueConstraint("export_set_id", "image_id"), UniqueConstraint("export_set_id", "stem"))

    id: Mapped[int] = mapped_column(primary_key=True)
    export_set_id: Mapped[int] = mapped_column(ForeignKey("export_sets.id"))
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    stem: Mapped[str]  # its name in files
    facts: Mapped[dict[str, Any]]  # what the manifest tells of it, as it was then


class ExportPreset(Base):
    """A marketplace's wish: size, margin, ground, kind of file."""

    __tablename__ = "export_presets"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    wish: Mapped[dict[str, Any]]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)


class ApiToken(Base):
    """A secret by which a script acts for a person. Only its hash is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str]
    scopes: Mapped[list[str]]  # abilities; none beyond those of the person's role counts
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Replay(Base):
    """The answer to a request under its sender's key, to be given again should the request come again."""

    __tablename__ = "replays"

    person: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]  # SHA-256 of method, path, body and rights
    status: Mapped[int | None]  # null while it is being answered, as the body
    headers: Mapped[dict[str, Any] | None]  # while it is being answered, {"attempt": whose it is}
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


class Webhook(Base):
    """An address that is told what happens."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]  # both sides sign with it, so it cannot be a hash
    kinds: Mapped[list[str]]  # of happenings: approved, returned, model.promoted, export.ready
    project_ids: Mapped[list[int] | None]  # null for all
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str]
    removed_at: Mapped[datetime | None]


class WebhookDelivery(Base):
    """One message to one address, tried until it is taken, or given up."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_deliveries_due", "next_at", sqlite_where=text(DUE), postgresql_where=text(DUE)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"))  # null for a trial
    kind: Mapped[str]
    body: Mapped[str]  # as it is sent, byte for byte
    state: Mapped[DeliveryState]
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    status: Mapped[int | None]  # of the last answer
    problem: Mapped[str | None]  # why the last attempt failed, in words
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    delivered_at: Mapped[datetime | None]


class Bookmark(Base):
    """How far somebody who follows the audit trail, or the decisions, has come."""

    __tablename__ = "bookmarks"

    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    moved_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
