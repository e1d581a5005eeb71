"""Photos, whose hands they are in, and the finished ones that are served again."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.kinds import Pick
from annotation_store.schema.base import Base
from annotation_store.states import ImageState

OPEN = "state IN ('ready', 'in_correction')"
"""In the very words of the indexes below: only a query that says the same can use them."""
IS_COPY = "honeypot_of_id IS NOT NULL"
WAITS = "state = 'waiting'"
IS_FLAGGED = "flagged_at IS NOT NULL"


def _index_of_open(figure: str) -> Index:
    """What the queue reads a project's images off, those of everybody or of one person, in the order of a figure."""
    columns = ("project_id", "assigned_to", figure)
    return Index(f"ix_images_open_{figure}", *columns, sqlite_where=text(OPEN), postgresql_where=text(OPEN))


class Image(Base):
    __tablename__ = "images"
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "project_id", "state", "id"),
        Index(None, "project_id", "product_group"),
        Index(
            "uq_images_project_id_sha256",
            "project_id",
            "sha256",
            unique=True,
            sqlite_where=text("honeypot_of_id IS NULL"),
            postgresql_where=text("honeypot_of_id IS NULL"),
        ),
        *(_index_of_open(figure) for figure in ("id", "difficulty", "novelty", "lot")),
        Index("ix_images_copies", "honeypot_of_id", sqlite_where=text(IS_COPY), postgresql_where=text(IS_COPY)),
        Index("ix_images_waiting", "state", "updated_at", sqlite_where=text(WAITS), postgresql_where=text(WAITS)),
        Index(
            "ix_images_flagged", "project_id", "id", sqlite_where=text(IS_FLAGGED), postgresql_where=text(IS_FLAGGED)
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
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
    assigned_to: Mapped[str | None]  # the only person to whom the queue hands it out
    pick: Mapped[Pick | None]  # how it came out of the queue first
    lot: Mapped[float]  # its place in [0, 1) when images are drawn by lot
    difficulty: Mapped[float | None]  # the error expected of its draft: a SAD in thousands of pixels
    confidence: Mapped[float | None]  # of its draft, 0 to 1
    novelty: Mapped[float | None]  # how unlike the photos before it
    look: Mapped[bytes | None]  # what novelty is measured by
    honeypot_of_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"))  # a finished one, served again


class Lease(Base):
    """An image in somebody's hands. One row an image: nobody else is given it until this ends."""

    __tablename__ = "leases"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    person: Mapped[str] = mapped_column(index=True)
    taken_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Honeypot(Base):
    """A finished matte that is handed out again, and what it should come out as."""

    __tablename__ = "honeypots"

    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), unique=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str]
    retired_at: Mapped[datetime | None]


class HoneypotResult(Base):
    """How near a person came to the finished matte, in the unknown region of its trimap."""

    __tablename__ = "honeypot_results"

    id: Mapped[int] = mapped_column(primary_key=True)
    honeypot_id: Mapped[int] = mapped_column(ForeignKey("honeypots.id"), index=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), unique=True)
    person: Mapped[str] = mapped_column(index=True)
    sad: Mapped[float]
    mse: Mapped[float]
    grad: Mapped[float]
    conn: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
