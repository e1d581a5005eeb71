"""Model versions, where each of them serves, and by which comparisons."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.kinds import ModelKind, Origin, Part
from annotation_store.schema.base import Base
from annotation_store.states import ModelState, StandingState


def _one_a_project(state: StandingState) -> Index:
    """At most one row of this state for each project and kind."""
    where = text(f"state = '{state.value}'")
    columns = ("project_id", "kind")
    return Index(f"uq_standings_{state.value}", *columns, unique=True, sqlite_where=where, postgresql_where=where)


class ModelVersion(Base):
    """What makes mattes or trimaps. state: what its standings add up to."""

    __tablename__ = "model_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ModelKind]
    origin: Mapped[Origin]
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
    recipe: Mapped[dict[str, Any]]  # how it was trained
    provenance: Mapped[list[dict[str, Any]]]  # what went into it, and under which licences
    notes: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    activated_at: Mapped[datetime | None]


class Standing(Base):
    """What a version is in one project."""

    __tablename__ = "standings"
    __table_args__ = (_one_a_project(StandingState.LIVE), _one_a_project(StandingState.CANARY))

    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_versions.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), primary_key=True)
    kind: Mapped[ModelKind]  # of the version: an index spans one table only
    state: Mapped[StandingState]
    verdict: Mapped[str]  # why, in words
    figures: Mapped[dict[str, Any]]  # by which the gate decided
    canary_share: Mapped[float | None]  # of the new drafts, while it is a canary
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)
    activated_at: Mapped[datetime | None]


class Judgement(Base):
    """A candidate beside the live model on one image that neither was trained on."""

    __tablename__ = "judgements"

    model_version_id: Mapped[int] = mapped_column(ForeignKey("model_versions.id"), primary_key=True)
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    tag: Mapped[str]
    part: Mapped[Part]
    live_model_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))
    figures: Mapped[dict[str, Any]]
    picture_blob: Mapped[str | None]  # both beside what was approved; of the worst and the best only
