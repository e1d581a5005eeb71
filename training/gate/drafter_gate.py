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


Mend = Callable[[Trimap, JudgedExample], Mending]
"""From a draft to the work that lies between it and what was approved."""

VISIBLE = 0.1
"""How far the approved alpha may be from what a draft is certain of before that is false."""


@dataclass(frozen=True, slots=True)
class DraftErrors:
    """Against what was approved. false_foreground, false_background: shares of the photo's pixels, of what the draft
    calls so and the approved alpha does not. band_iou: of the unknown class. strokes, painted_area: the work left."""

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
        live=draft_errors(theirs, example, mend=mend),
        candidate=draft_errors(ours, example, mend=mend),
    )
    return comparison, theirs, ours


def draft_errors(draft: Trimap, example: JudgedExample, *, mend: Mend) -> DraftErrors:
    """draft: uint8, HxW, {0, 128, 255}, of the example's size.

    What is false is told by the alpha, not by the approved trimap: that has the band of whatever drafted it, and would
    flatter that.
    """
    band, approved_band = draft == UNKNOWN, example.trimap == UNKNOWN
    union = np.count_nonzero(band | approved_band)
    work = mend(draft, example)
    return DraftErrors(
        false_foreground=float(np.mean((draft == FOREGROUND) & (example.alpha < 1 - VISIBLE))),
        false_background=float(np.mean((draft == BACKGROUND) & (example.alpha > VISIBLE))),
        band_iou=np.count_nonzero(band & approved_band) / union if union else 1.0,
        strokes=work.strokes,
        painted_area=work.painted_area,
    )


def judge_drafts(
    comparisons: Collection[DraftComparison], limits: GateLimits | None = None, *, project_ids: Collection[int] = ()
) -> Verdict:
    """`judging.judge` by the painted area that drafts leave, guarded by what is falsely certain."""
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
