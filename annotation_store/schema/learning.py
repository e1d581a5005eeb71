"""Models, and what they were trained on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.kinds import Part
from annotation_store.schema.base import Base
from annotation_store.states import ModelState, RunState


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
