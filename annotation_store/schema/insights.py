"""What the studio knows of itself: working time, what became of drafts, photos as they come in, what machines did."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.kinds import MachineWork, WorkPurpose
from annotation_store.schema.base import Base


class WorkSpan(Base):
    """Somebody was at an image, without a pause that their desk noticed. Spans may overlap, and come twice."""

    __tablename__ = "work_spans"
    __table_args__ = (Index(None, "person", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)
    person: Mapped[str]
    purpose: Mapped[WorkPurpose]
    began_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime]


class Outcome(Base):
    """An approved matte beside the draft that it came from."""

    __tablename__ = "outcomes"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)  # the approved one
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    draft_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))  # null: it grew on none of ours
    model_version_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))  # of the draft
    drafter: Mapped[str | None]
    as_drafted: Mapped[bool]  # nobody changed anything
    in_bulk: Mapped[bool]  # approved together with others, unopened
    complexity: Mapped[float]  # unknown pixels per pixel of the subject, of the approved trimap
    sad: Mapped[float | None]  # the four are of the draft, in the unknown region of the approved trimap
    mse: Mapped[float | None]
    grad: Mapped[float | None]
    conn: Mapped[float | None]
    approved_at: Mapped[datetime] = mapped_column(index=True)


class PhotoStatistics(Base):
    """How a photo looks in a few figures, by which one notices that other photos come in than before."""

    __tablename__ = "photo_statistics"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    megapixels: Mapped[float]
    aspect: Mapped[float]  # the logarithm of width by height
    lightness: Mapped[float]  # mean CIE L*, 0 to 100
    contrast: Mapped[float]  # standard deviation of L*
    warmth: Mapped[float]  # mean CIE b*
    colourfulness: Mapped[float]  # mean CIE chroma


class DriftAlarm(Base):
    """Photos that came in lately are unlike those before in one figure."""

    __tablename__ = "drift_alarms"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    figure: Mapped[str]  # a column of photo_statistics, or confidence
    before: Mapped[float]  # the median of the earlier ones
    lately: Mapped[float]
    distance: Mapped[float]  # Kolmogorov and Smirnov's, 0 to 1
    p_value: Mapped[float]
    noticed_at: Mapped[datetime] = mapped_column(default=utc_now)
    ended_at: Mapped[datetime | None]  # it looks as before again, or somebody has said that this is the new normal
    ended_by: Mapped[str | None]


class MachineHour(Base):
    """What machines did in an hour, beside trainings, which have rows of their own."""

    __tablename__ = "machine_hours"

    hour: Mapped[datetime] = mapped_column(primary_key=True)  # its beginning
    work: Mapped[MachineWork] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(primary_key=True)
    seconds: Mapped[float]  # of a machine at work
    images: Mapped[int]  # drafts made, or strokes answered


class RateCard(Base):
    """What work costs, as somebody has written it down. The newest row counts; older ones stay for old reports."""

    __tablename__ = "rate_cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    card: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str]
