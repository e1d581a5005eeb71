"""What the floors above see of models and their trainings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotation_store.kinds import ModelKind, Origin, Part, RunCause, Supervision, TriggerKind
from annotation_store.records.base import Record
from annotation_store.states import ModelState, RunState, StandingState


@dataclass(frozen=True, slots=True)
class ModelRecord(Record):
    """A model version. Its weights lie in `weights_blob`, or ship with the program under `shipped_weights`.

    A classical method has neither. parent_id: the version from which it was trained on. state: what its standings in
    the projects add up to. recipe: how it was trained. provenance: what went into it, each with its ``licence`` and
    whether that allows ``commercial`` use. activated_at: when it last went live anywhere.
    """

    id: int
    kind: ModelKind
    origin: Origin
    name: str
    architecture: str
    weights_blob: str | None
    shipped_weights: str | None
    parent_id: int | None
    training_run_id: int | None
    state: ModelState
    metrics: Mapping[str, Any]
    verdict: str | None
    code_version: str | None
    licence: str
    recipe: Mapping[str, Any]
    provenance: Sequence[Mapping[str, Any]]
    notes: str
    created_at: datetime
    activated_at: datetime | None


@dataclass(frozen=True, slots=True)
class StandingRecord(Record):
    """What a version is in one project, and why. canary_share: of the new drafts, while it is a canary."""

    model_version_id: int
    project_id: int
    kind: ModelKind
    state: StandingState
    verdict: str
    figures: Mapping[str, Any]
    canary_share: float | None
    changed_by: str
    changed_at: datetime
    activated_at: datetime | None


@dataclass(frozen=True, slots=True)
class JudgementRecord(Record):
    """A candidate beside the live model on one image. picture_blob: PNG of both, of the worst and the best only."""

    model_version_id: int
    image_id: int
    project_id: int
    tag: str
    part: Part
    live_model_id: int | None
    figures: Mapping[str, Any]
    picture_blob: str | None


@dataclass(frozen=True, slots=True)
class TrainingSetRecord(Record):
    """A frozen list of approved revisions; the counts are of images."""

    id: int
    validation_share: float
    train_count: int
    validation_count: int
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class TrainingItem(Record):
    """One approved revision in a training set; `photo_sha256` also names the photo's blob.

    tag: of its project. weight: how much there is to learn from it, 1 and up. draft_trimap_blob: as it was drafted.
    retouch_blob: what of its alpha was painted by hand. learnt: whether a version that has been live learnt from it.
    """

    image_id: int
    revision_id: int
    product_group: str
    part: Part
    photo_sha256: str
    trimap_blob: str
    alpha_blob: str
    project_id: int
    tag: str
    supervision: Supervision
    weight: float
    draft_trimap_blob: str | None
    retouch_blob: str | None
    learnt: bool


@dataclass(frozen=True, slots=True)
class GoldenRecord(Record):
    """An approved matte by which every candidate is judged, until `retired_at`."""

    image_id: int
    revision_id: int
    added_by: str
    added_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunRecord(Record):
    """A training run. progress: 0 to 1. log_path: relative to the store's folder. attempts: how often a process has
    begun it; a later one goes on where the one before was killed. host: the computer of the process `pid`. log_blob:
    the log as a blob, once the run is over."""

    id: int
    kind: ModelKind
    cause: RunCause
    state: RunState
    progress: float
    message: str
    training_set_id: int | None
    parent_model_id: int | None
    candidate_id: int | None
    requested_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    pid: int | None
    cancel_requested: bool
    log_path: str
    verdict: str | None
    attempts: int
    device: str | None
    samples_per_second: float | None
    seconds_left: float | None
    host: str | None
    log_blob: str | None


@dataclass(frozen=True, slots=True)
class TriggerRecord(Record):
    """When trainings begin by themselves; paused unless `active`. approvals: newly approved mattes. schedule: a cron
    expression. rise: of the effort above its running mean, as a share."""

    kind: TriggerKind
    active: bool
    approvals: int | None
    schedule: str | None
    time_zone: str | None
    rise: float | None
    fired_at: datetime | None
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class EffortRecord(Record):
    """What it took to get from a draft to an approved matte. strokes: edits that count. painted_area: of the photo,
    every edit by all the pixels that it covers."""

    revision_id: int
    image_id: int
    project_id: int
    model_version_id: int | None
    drafter: str | None
    strokes: int
    painted_area: float
    approved_at: datetime
