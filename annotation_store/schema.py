"""The tables, as typed SQLAlchemy models. A change here needs a migration (a test compares the two)."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, ForeignKey, Index, MetaData, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from annotation_store.clock import utc_now
from annotation_store.kinds import EntryKind, Part, RevisionKind, Verdict
from annotation_store.states import ImageState, ModelState, RunState


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, aware and in UTC on both sides; SQLite itself would forget the time zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored: use utc_now()")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Constraints get names from one convention, so that a migration can address them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012, SQLAlchemy reads it so
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[dict[str, Any]]: JSON,
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            length=20,
            validate_strings=True,
            values_callable=lambda kind: [member.value for member in kind],
        ),
    }


class Image(Base):
    __tablename__ = "images"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(unique=True)
    thumbnail_blob: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    bit_depth: Mapped[int]
    product_group: Mapped[str]
    state: Mapped[ImageState]
    failure: Mapped[str | None]
    head_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id", use_alter=True))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
    flagged_at: Mapped[datetime | None]  # the three below are null unless the image is flagged
    flagged_by: Mapped[str | None]
    flag_note: Mapped[str | None]


class Revision(Base):
    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("image_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    number: Mapped[int]
    kind: Mapped[RevisionKind]
    trimap_blob: Mapped[str]
    alpha_blob: Mapped[str]
    retouch_blob: Mapped[str | None]  # alpha painted by hand, where there is any
    model_version_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    drafter: Mapped[str | None]
    author: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class EditEntry(Base):
    __tablename__ = "edit_log"
    __table_args__ = (
        UniqueConstraint("revision_id", "position"),
        UniqueConstraint("revision_id", "client_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    position: Mapped[int]
    kind: Mapped[EntryKind]
    client_key: Mapped[str]
    edit: Mapped[bytes | None]  # compact JSON (edit_codec.py); null for an undo or a redo
    author: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Decision(Base):
    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))
    verdict: Mapped[Verdict]
    note: Mapped[str]
    author: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)
    x: Mapped[int]
    y: Mapped[int]
    text: Mapped[str]
    author: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]


class ModelVersion(Base):
    __tablename__ = "model_versions"
    __table_args__ = (
        # at most one row is live
        Index(
            "uq_model_versions_live",
            "state",
            unique=True,
            sqlite_where=text("state = 'live'"),
            postgresql_where=text("state = 'live'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    architecture: Mapped[str]
    weights_blob: Mapped[str | None]
    shipped_weights: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    training_run_id: Mapped[int | None] = mapped_column(ForeignKey("training_runs.id", use_alter=True))
    state: Mapped[ModelState]
    metrics: Mapped[dict[str, Any]]
    verdict: Mapped[str | None]
    code_version: Mapped[str | None]
    licence: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    activated_at: Mapped[datetime | None]


class TrainingSet(Base):
    __tablename__ = "training_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    validation_share: Mapped[float]
    train_count: Mapped[int]
    validation_count: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str]


class TrainingSetItem(Base):
    __tablename__ = "training_set_items"
    __table_args__ = (UniqueConstraint("training_set_id", "image_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    training_set_id: Mapped[int] = mapped_column(ForeignKey("training_sets.id"))
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    product_group: Mapped[str]
    part: Mapped[Part]
    photo_sha256: Mapped[str]
    trimap_blob: Mapped[str]
    alpha_blob: Mapped[str]


class TrainingRun(Base):
    __tablename__ = "training_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[RunState] = mapped_column(index=True)
    progress: Mapped[float]
    message: Mapped[str]
    training_set_id: Mapped[int | None] = mapped_column(ForeignKey("training_sets.id"))
    parent_model_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    candidate_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    requested_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    pid: Mapped[int | None]
    cancel_requested: Mapped[bool]
    log_path: Mapped[str]
    history: Mapped[list[dict[str, Any]]]
    verdict: Mapped[str | None]


class Event(Base):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    actor: Mapped[str]
    action: Mapped[str]
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"), index=True)
    data: Mapped[dict[str, Any]]
