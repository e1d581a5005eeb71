"""Trials: pilots, which measure what drafts are worth, and comparisons, in which people choose blindly."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.kinds import Choice, MatteSource, PilotArm
from annotation_store.schema.base import Base
from annotation_store.states import ComparisonState, PilotState

RUNNING = f"state = '{PilotState.RUNNING.value}'"


class Pilot(Base):
    """A small trial in one project: some photos with the model's draft, some without, by lot."""

    __tablename__ = "pilots"
    __table_args__ = (
        Index(
            "uq_pilots_running", "project_id", unique=True, sqlite_where=text(RUNNING), postgresql_where=text(RUNNING)
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str]
    state: Mapped[PilotState]
    blank_share: Mapped[float]  # of the photos, without a draft
    seed: Mapped[int]  # of the lot
    rate_card_id: Mapped[int | None] = mapped_column(ForeignKey("rate_cards.id"))  # as it was at the end
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any] | None]  # its figures, kept at the end


class PilotImage(Base):
    __tablename__ = "pilot_images"

    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilots.id"), primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True, index=True)
    position: Mapped[int]  # in the order of the lot
    arm: Mapped[PilotArm]
    stratum: Mapped[int]  # photos about as hard as each other, 0 the easiest
    draft_revision_id: Mapped[int | None] = mapped_column(ForeignKey("revisions.id"))  # what people begin from


class Comparison(Base):
    """Which of two mattes of a photo people like better, without knowing which is which."""

    __tablename__ = "comparisons"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str]
    state: Mapped[ComparisonState]
    first: Mapped[MatteSource]
    first_model_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    second: Mapped[MatteSource]
    second_model_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    grounds: Mapped[list[str]]  # colours "#rrggbb", or "checker"
    problem: Mapped[str | None]  # why it could not be prepared
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    created_by: Mapped[str]
    closed_at: Mapped[datetime | None]


class ComparisonPair(Base):
    __tablename__ = "comparison_pairs"
    __table_args__ = (UniqueConstraint("comparison_id", "image_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    comparison_id: Mapped[int] = mapped_column(ForeignKey("comparisons.id"))
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))  # the approved one, at that moment
    first_blob: Mapped[str | None]  # alphas, 16-bit PNG; null until they are made
    second_blob: Mapped[str | None]


class Preference(Base):
    """What one person chose of a pair."""

    __tablename__ = "preferences"
    __table_args__ = (UniqueConstraint("pair_id", "person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("comparison_pairs.id"))
    person: Mapped[str]
    first_was_left: Mapped[bool]
    choice: Mapped[Choice]
    confidence: Mapped[int]  # 1 to 3
    ground: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
