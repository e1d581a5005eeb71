"""The report of a pilot, as frozen dataclasses that are kept as JSON and read again years later.

Everything that a page, a file or a command tells of a pilot stands in here; none of them computes anything. No person
is named. None stands where there is too little to say something.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from pydantic import TypeAdapter

from annotation_store.kinds import PilotArm
from annotation_store.money.currencies import Currency
from annotation_store.money.figures import Figure
from annotation_store.pilots.draft_effect import Effect
from annotation_store.pilots.estimate import Estimate
from annotation_store.pilots.next_step import Step
from annotation_store.pilots.told import Told
from annotation_store.states import ImageState, PilotState


@dataclass(frozen=True, slots=True)
class PilotPhoto:
    """A photo of the pilot, and what it took. position: in the order of the lot.

    seconds: correction and review together; None unless it counts as timed (see `Missing`). strokes, painted_area: None
    until measured. complexity, sad: None unless approved; sad of the draft, in thousands of pixels, None without
    one. reviewed: it lay before a reviewer, who sent it back `returns` times. used_draft: a blank photo in which
    somebody used a draft after all.
    """

    image_id: int
    name: str
    position: int
    arm: PilotArm
    stratum: int
    difficulty: float | None
    tags: tuple[str, ...]
    state: ImageState
    seconds: float | None
    correction_seconds: float | None
    review_seconds: float | None
    open_to_approve_seconds: float | None
    strokes: int | None
    painted_area: float | None
    as_drafted: bool
    complexity: float | None
    sad: float | None
    reviewed: bool
    returns: int
    used_draft: bool

    @property
    def is_measured(self) -> bool:
        """Whether it is approved, and anything is known of it."""
        return self.complexity is not None


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """One arm. images: dealt to it; approved and timed: of these. seconds: correction and review together; like all
    means here, of a photo. accepted_as_drafted: share of the approved ones. return_rate: share of the reviewed ones.
    sad: of the draft against what was approved, in thousands of pixels; None in the blank arm."""

    images: int
    approved: int
    timed: int
    seconds: Estimate | None
    correction_seconds: Estimate | None
    review_seconds: Estimate | None
    open_to_approve_seconds: Estimate | None
    strokes: Estimate | None
    painted_area: Estimate | None
    accepted_as_drafted: float | None
    reviewed: int
    returned: int
    return_rate: float | None
    sad: Estimate | None


@dataclass(frozen=True, slots=True)
class PilotMoney:
    """What a photo costs: the people's time with the draft and without it, and the price outside, own minutes included.
    Machines and upkeep are not in it. saved_by_draft: blank less drafted. saved_in_house: outside less drafted, of the
    drafted photos. Below zero is a loss."""

    currency: Currency
    drafted: Figure
    blank: Figure
    outside: Figure
    saved_by_draft: Figure
    saved_in_house: Figure


@dataclass(frozen=True, slots=True)
class TagFigures:
    """The same of the photos with one tag; a photo with two is in both."""

    tag: str
    drafted: ArmFigures
    blank: ArmFigures
    effect: Effect | None


@dataclass(frozen=True, slots=True)
class Case:
    """A photo worth a look. expected_seconds: the mean of its stratum's blank photos. gain: expected less its own, in
    seconds; both None where its stratum has none."""

    image_id: int
    name: str
    seconds: float | None
    expected_seconds: float | None
    gain: float | None
    strokes: int | None
    sad: float | None
    complexity: float | None


@dataclass(frozen=True, slots=True)
class Cases:
    """Of the drafted photos: those that gained most and least, and those whose draft was the furthest off."""

    largest_gains: tuple[Case, ...]
    smallest_gains: tuple[Case, ...]
    worst_drafts: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Which images are not in the figures, or not as they should be. unfinished: neither approved nor skipped.
    unmeasured: approved so lately that nothing is known yet. untimed: approved, but no desk told of any work.
    drafts_used: blank photos in which somebody used a draft after all; these stay in their arm, so that the saving
    comes out smaller rather than larger."""

    unfinished: tuple[int, ...]
    skipped: tuple[int, ...]
    unmeasured: tuple[int, ...]
    untimed: tuple[int, ...]
    drafts_used: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PilotReport:
    """A pilot in figures, as of `measured_at`. confidence: of every range. steps: the first is for all photos, the
    others for one tag each. limits: what one has to know to read it rightly."""

    pilot_id: int
    project_id: int
    name: str
    state: PilotState
    began_at: datetime
    measured_at: datetime
    blank_share: float
    seed: int
    idle_seconds: float
    confidence: float
    drafted: ArmFigures
    blank: ArmFigures
    effect: Effect | None
    money: PilotMoney
    tags: tuple[TagFigures, ...]
    cases: Cases
    steps: tuple[Step, ...]
    missing: Missing
    limits: tuple[Told, ...]
    photos: tuple[PilotPhoto, ...]

    def as_json(self) -> dict[str, Any]:
        """What JSON can hold; `from_json` makes an equal report of it."""
        told: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Raises pydantic's ValidationError, a ValueError, if it is no report."""
        report: Self = _ADAPTER.validate_python(dict(told))
        return report


_ADAPTER: TypeAdapter[Any] = TypeAdapter(PilotReport)
