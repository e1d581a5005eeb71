"""What the floors above see of figures, pilots and blind comparisons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from annotation_store.kinds import Choice, MatteSource, PilotArm, WorkPurpose
from annotation_store.records.base import Record
from annotation_store.states import ComparisonState, PilotState


@dataclass(frozen=True, slots=True)
class WorkSpanRecord(Record):
    """Somebody was at an image. Spans of a person may overlap: a moment counts once (working_time.py)."""

    image_id: int
    person: str
    purpose: WorkPurpose
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class OutcomeRecord(Record):
    """An approved matte beside its draft.

    complexity: unknown pixels per pixel of the subject, of the approved trimap. sad, mse, grad, conn: of the draft, in
    the unknown region of that trimap; None where it grew on no draft of ours.
    """

    revision_id: int
    image_id: int
    project_id: int
    draft_revision_id: int | None
    model_version_id: int | None
    drafter: str | None
    as_drafted: bool
    in_bulk: bool
    complexity: float
    sad: float | None
    mse: float | None
    grad: float | None
    conn: float | None
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class DriftAlarmRecord(Record):
    """Photos that came in lately are unlike those before in one figure. before, lately: medians of it. distance: of
    Kolmogorov and Smirnov, 0 to 1."""

    id: int
    project_id: int
    figure: str
    before: float
    lately: float
    distance: float
    p_value: float
    noticed_at: datetime
    ended_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True, slots=True)
class RateCardRecord(Record):
    """A rate card as it was written down, see money/rate_card.py."""

    id: int
    card: Mapping[str, Any]
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class PilotRecord(Record):
    """A small trial. blank_share: of its photos, without a draft. report: its figures as they were at the end."""

    id: int
    project_id: int
    name: str
    state: PilotState
    blank_share: float
    seed: int
    rate_card_id: int | None
    created_at: datetime
    created_by: str
    ended_at: datetime | None
    report: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class PilotImageRecord(Record):
    """A photo of a pilot. stratum: photos about as hard as each other, 0 the easiest. draft_revision_id: what people
    begin from."""

    pilot_id: int
    image_id: int
    position: int
    arm: PilotArm
    stratum: int
    draft_revision_id: int | None


@dataclass(frozen=True, slots=True)
class ComparisonRecord(Record):
    """A blind comparison. grounds: colours as ``#rrggbb``, or ``checker``. problem: why it could not be prepared."""

    id: int
    project_id: int
    name: str
    state: ComparisonState
    first: MatteSource
    first_model_id: int | None
    second: MatteSource
    second_model_id: int | None
    grounds: Sequence[str]
    problem: str | None
    created_at: datetime
    created_by: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ComparisonPairRecord(Record):
    """Two mattes of an image. The blobs are None until they are made."""

    id: int
    comparison_id: int
    image_id: int
    revision_id: int
    first_blob: str | None
    second_blob: str | None


@dataclass(frozen=True, slots=True)
class PreferenceRecord(Record):
    """What one person chose of a pair. confidence: 1 to 3."""

    id: int
    pair_id: int
    person: str
    first_was_left: bool
    choice: Choice
    confidence: int
    ground: str
    created_at: datetime
