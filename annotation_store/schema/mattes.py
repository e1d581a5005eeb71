"""What becomes of a photo: its revisions, the edits on them, and what people said and decided."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.kinds import EntryKind, RevisionKind, Verdict
from annotation_store.schema.base import Base


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
    active: Mapped[int]  # edits that count after this entry
    undone: Mapped[int]  # edits that can be brought back after this entry
    author: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class Decision(Base):
    __tablename__ = "decisions"
    # what a person has done today; what was approved since a moment
    __table_args__ = (Index(None, "author", "created_at"), Index(None, "created_at"))

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
