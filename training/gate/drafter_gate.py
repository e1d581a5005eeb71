"""Two drafters on one held-out image: what is wrong in their drafts, and what it takes to mend them."""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from annotation_store.kinds import ModelKind
from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Trimap
from matting_core.drafting.drafter import Drafter
from training.gate.bootstrap import PairedSums, Sums
from training.gate.comparison import JudgedExample
from training.gate.judging import judge
from training.gate.limits import GateLimits
from training.gate.verdict import Verdict


class Mending(Protocol):
    """What it takes to make one trimap of another. painted_area: in photos, with everything counted as often as it is
    painted."""

    @property
    def strokes(self) -> int: ...
    @property
    def painted_area(self) -> float: ...


Mend = Callable[[Trimap, Trimap], Mending]
"""From a draft and the approved trimap to the work between them."""


@dataclass(frozen=True, slots=True)
class DraftErrors:
    """Against the approved trimap. false_foreground, false_background: shares of the photo's pixels, of what the draft
    calls so and people something else, be it unknown. band_iou: of the unknown class."""

    false_foreground: float
    false_background: float
    band_iou: float
    strokes: int
    painted_area: float


@dataclass(frozen=True, slots=True)
class DraftComparison:
    """What both drafters made of one image, without hints."""

    image_id: int
    project_id: int
    tag: str
    golden: bool
    live: DraftErrors
    candidate: DraftErrors

    @property
    def parts(self) -> PairedSums:
        """The image as one part: what a stroke mends has no place of its own."""
        live, candidate = _measured(self.live), _measured(self.candidate)
        return PairedSums(live, candidate, np.ones(live.shape[1]))

    @property
    def figures(self) -> dict[str, Any]:
        """The errors of both, for a JSON column."""
        return {"live": asdict(self.live), "candidate": asdict(self.candidate)}

    @property
    def worsening(self) -> float:
        """By how much the painted area grew, in photos; below 0 where the candidate is better."""
        return self.candidate.painted_area - self.live.painted_area


def compare_drafts(
    live: Drafter, candidate: Drafter, example: JudgedExample, *, mend: Mend
) -> tuple[DraftComparison, Trimap, Trimap]:
    """The comparison, and the drafts of the live drafter and of the candidate as they were judged."""
    theirs, ours = (_judged_draft(drafter, example) for drafter in (live, candidate))
    comparison = DraftComparison(
        example.image_id,
        example.project_id,
        example.tag,
        example.golden,
        live=draft_errors(theirs, example.trimap, mend=mend),
        candidate=draft_errors(ours, example.trimap, mend=mend),
    )
    return comparison, theirs, ours


def draft_errors(draft: Trimap, approved: Trimap, *, mend: Mend) -> DraftErrors:
    """Both uint8, HxW, {0, 128, 255}, of one size."""
    false = {label: float(np.mean((draft == label) & (approved != label))) for label in (FOREGROUND, BACKGROUND)}
    band, approved_band = draft == UNKNOWN, approved == UNKNOWN
    union = np.count_nonzero(band | approved_band)
    work = mend(draft, approved)
    return DraftErrors(
        false_foreground=false[FOREGROUND],
        false_background=false[BACKGROUND],
        band_iou=np.count_nonzero(band & approved_band) / union if union else 1.0,
        strokes=work.strokes,
        painted_area=work.painted_area,
    )


def judge_drafts(
    comparisons: Collection[DraftComparison], limits: GateLimits | None = None, *, project_ids: Collection[int] = ()
) -> Verdict:
    """`judging.judge` by the painted area that drafts leave, guarded by what is falsely certain and by the band."""
    return judge(comparisons, limits, kind=ModelKind.DRAFTER, project_ids=project_ids)


def _judged_draft(drafter: Drafter, example: JudgedExample) -> Trimap:
    """The draft without hints, or all background if nothing of it is certain: the subject was missed as a whole.

    What stands there then is an ellipse for want of anything better, and on photos of centred subjects that would
    flatter a network that has learnt nothing.
    """
    draft = drafter.draft(example.rgb)
    return draft.trimap if draft.certainty.any() else np.full_like(draft.trimap, BACKGROUND)


def _measured(errors: DraftErrors) -> Sums:
    """In the order of the drafter's rule: 1 x 6."""
    both = errors.false_foreground + errors.false_background
    row = (errors.painted_area, errors.strokes, both, errors.false_foreground, errors.false_background)
    return np.array([[*row, 1 - errors.band_iou]], np.float64)
