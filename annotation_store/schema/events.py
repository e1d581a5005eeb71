"""The audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.schema.base import Base


class Event(Base):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    actor: Mapped[str]
    action: Mapped[str]
    image_id: Mapped[int | None] = mapped_column(ForeignKey("images.id"), index=True)
    data: Mapped[dict[str, Any]]
    before: Mapped[str | None]  # SHA-256 of what the image's matte was, and became
    after: Mapped[str | None]
    request_id: Mapped[str | None]
