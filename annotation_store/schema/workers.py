"""Who works in the background, and on which photos."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.schema.base import Base


class Worker(Base):
    """A process that drafts or trains; it says again and again that it is there."""

    __tablename__ = "workers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]  # what it is: worker, draft, ray
    host: Mapped[str]
    pid: Mapped[int]
    birth: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(default=utc_now)
    seen_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)


class DraftClaim(Base):
    """A photo that is being drafted, or over which a process has fallen. The row goes when there is a draft."""

    __tablename__ = "draft_claims"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("workers.id"), index=True)  # None: waits again
    claimed_at: Mapped[datetime] = mapped_column(default=utc_now)
    falls: Mapped[int]  # how many processes have ended over it without a word
