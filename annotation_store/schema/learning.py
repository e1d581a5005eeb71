"""What models learn from, their trainings, when these begin, and what corrections cost."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.clock import utc_now
from annotation_store.kinds import ModelKind, Part, RunCause, Supervision, TriggerKind
from annotation_store.schema.base import Base
from annotation_store.states import RunState


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
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    tag: Mapped[str]  # of the project, at that moment
    supervision: Mapped[Supervision]
    weight: Mapped[float]  # how much there is to learn: 1, and more where the operator changed more
    draft_trimap_blob: Mapped[str | None]  # as it was drafted
    retouch_blob: Mapped[str | None]  # alpha painted by hand, where there is any
    learnt: Mapped[bool]  # whether a version that has been live learnt from it


class GoldenImage(Base):
    """An approved matte by which every candidate is judged, and from which none learns."""

    __tablename__ = "golden_images"

    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    added_by: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(default=utc_now)
    retired_at: Mapped[datetime | None]


class TrainingRun(Base):
    __tablename__ = "training_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ModelKind]
    cause: Mapped[RunCause]
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
    verdict: Mapped[str | None]
    attempts: Mapped[int]  # how often a process has begun it
    device: Mapped[str | None]
    samples_per_second: Mapped[float | None]
    seconds_left: Mapped[float | None]
    host: Mapped[str | None]  # the computer of the process `pid`
    log_blob: Mapped[str | None]  # the log, once the training is over


class TrainingPoint(Base):
    """One point of a training's curves."""

    __tablename__ = "training_points"

    run_id: Mapped[int] = mapped_column(ForeignKey("training_runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    figures: Mapped[dict[str, Any]]


class Trigger(Base):
    """When trainings begin by themselves. One row for each kind."""

    __tablename__ = "triggers"

    kind: Mapped[TriggerKind] = mapped_column(primary_key=True)
    active: Mapped[bool]
    approvals: Mapped[int | None]  # newly approved mattes
    schedule: Mapped[str | None]  # a cron expression, in the time zone beside it
    time_zone: Mapped[str | None]
    rise: Mapped[float | None]  # of the effort above its running mean: 0.25 is a quarter more
    fired_at: Mapped[datetime | None]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(default=utc_now)


class Effort(Base):
    """What it took people to get from a draft to an approved matte."""

    __tablename__ = "efforts"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), primary_key=True)  # the approved one
    image_id: Mapped[int] = mapped_column(ForeignKey("images.id"), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    model_version_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id"))  # of the draft
    drafter: Mapped[str | None]
    strokes: Mapped[int]  # edits that count
    painted_area: Mapped[float]  # of the photo, every edit by all the pixels that it covers
    approved_at: Mapped[datetime] = mapped_column(index=True)
