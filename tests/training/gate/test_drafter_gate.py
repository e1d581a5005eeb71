"""Drafters are judged by the work that their drafts leave, and not flattered by what they leave open."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation_store.kinds import ModelKind
from matting_core.arrays import Rgb, Trimap
from matting_core.drafting.drafter import NO_HINTS, Draft, Hints
from training.gate.comparison import JudgedExample
from training.gate.drafter_gate import DraftComparison, DraftErrors, compare_drafts, draft_errors, judge_drafts
from training.gate.limits import GateLimits
from training.gate.measures import Measure
from training.gate.verdict import GateOutcome

APPROVED = np.repeat(np.array([0, 0, 128, 255], np.uint8), 4).reshape(4, 4)
QUICK = GateLimits(resamples=400)


@dataclass(frozen=True)
class Work:
    strokes: int
    painted_area: float


def mend(draft: Trimap, example: JudgedExample) -> Work:
    """A stroke for every pixel that is wrongly known, or unknown without need."""
    wrong = np.count_nonzero(draft != example.trimap)
    return Work(wrong, wrong / draft.size)


class Echo:
    """Drafts always the same trimap."""

    name = "echo"

    def __init__(self, trimap: Trimap, *, certainty: int = 255) -> None:
        self._draft = Draft(trimap, np.full((8, 8), certainty, np.uint8))
        self.hints: list[Hints] = []

    def draft(self, rgb: Rgb, hints: Hints = NO_HINTS) -> Draft:
        self.hints.append(hints)
        return self._draft


def example(trimap: Trimap = APPROVED) -> JudgedExample:
    alpha = (trimap / np.float32(255)).astype(np.float32)
    return JudgedExample(7, 3, "hair", True, np.zeros((*trimap.shape, 3), np.uint8), trimap, alpha)


def errors(area: float, *, false: float = 0.01, iou: float = 0.5) -> DraftErrors:
    return DraftErrors(false, false, iou, round(100 * area), area)


def judged(*pairs: tuple[DraftErrors, DraftErrors]) -> GateOutcome:
    images = [DraftComparison(number, 1, "", False, live, ours) for number, (live, ours) in enumerate(pairs)]
    return judge_drafts(images, QUICK).overall.outcome


def test_a_perfect_draft_has_no_errors() -> None:
    assert draft_errors(APPROVED, example(), mend=mend) == DraftErrors(0, 0, 1, 0, 0)


def test_what_is_false_counts_as_shares_of_the_photo() -> None:
    draft = APPROVED.copy()
    draft[0, 0], draft[2, :2], draft[3, 3], draft[1, 0] = 255, 255, 0, 128
    found = draft_errors(draft, example(), mend=mend)
    assert found == DraftErrors(3 / 16, 1 / 16, 2 / 5, 5, 5 / 16)


def test_a_band_that_lies_elsewhere_is_not_false_where_the_alpha_is_right() -> None:
    alpha = np.where(APPROVED == 128, np.float32(1), APPROVED / np.float32(255)).astype(np.float32)
    solid = JudgedExample(7, 3, "", False, np.zeros((4, 4, 3), np.uint8), APPROVED, alpha)
    draft = np.where(APPROVED == 128, 255, APPROVED).astype(np.uint8)
    found = draft_errors(draft, solid, mend=mend)
    assert (found.false_foreground, found.false_background) == (0, 0)


def test_without_any_band_the_bands_agree() -> None:
    plain = np.where(APPROVED == 128, 0, APPROVED).astype(np.uint8)
    assert draft_errors(plain, example(plain), mend=mend).band_iou == 1


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_every_share_is_one(seed: int) -> None:
    draft, approved = np.random.default_rng(seed).choice(np.array([0, 128, 255], np.uint8), (2, 6, 9))
    found = draft_errors(draft, example(approved), mend=mend)
    assert 0 <= found.band_iou <= 1
    assert 0 <= found.false_foreground + found.false_background <= found.painted_area <= 1


def test_drafts_are_made_without_hints_and_compared_with_the_approved_trimap() -> None:
    live, candidate = Echo(np.zeros_like(APPROVED)), Echo(APPROVED)
    comparison, theirs, ours = compare_drafts(live, candidate, example(), mend=mend)
    assert live.hints == candidate.hints == [NO_HINTS]
    assert comparison == DraftComparison(
        7, 3, "hair", True, live=DraftErrors(0, 0.5, 0, 8, 0.5), candidate=DraftErrors(0, 0, 1, 0, 0)
    )
    assert comparison.worsening == -0.5
    np.testing.assert_array_equal(theirs, np.zeros_like(APPROVED))
    np.testing.assert_array_equal(ours, APPROVED)


def test_a_draft_of_which_nothing_is_certain_missed_the_whole_subject() -> None:
    lucky = Echo(APPROVED, certainty=0)
    comparison, *_ = compare_drafts(Echo(APPROVED), lucky, example(), mend=mend)
    assert comparison.candidate == draft_errors(np.zeros_like(APPROVED), example(), mend=mend)


def test_less_work_beyond_noise_is_better() -> None:
    less = [(errors(0.1 + 0.01 * number), errors(0.06 + 0.01 * number)) for number in range(4)]
    assert judged(*less) is GateOutcome.BETTER
    assert judged(*[(ours, live) for live, ours in less]) is GateOutcome.WORSE
    assert judged(*less[:3], (errors(0.1), errors(0.3))) is GateOutcome.NOT_BETTER_BEYOND_NOISE


def test_one_image_is_too_little() -> None:
    assert judged((errors(0.2), errors(0.1))) is GateOutcome.NOTHING_TO_JUDGE


def test_more_false_certainty_is_worse_whatever_the_strokes_say() -> None:
    assert judged(*[(errors(0.2), errors(0.1, false=0.02))] * 4) is GateOutcome.WORSE


def test_a_band_over_everything_does_not_win_by_being_certain_of_nothing() -> None:
    everywhere = Echo(np.full_like(APPROVED, 128))
    near = APPROVED.copy()
    near[2, 0] = 255
    comparisons = [compare_drafts(Echo(near), everywhere, example(), mend=mend)[0]] * 4
    assert judge_drafts(comparisons, QUICK).overall.outcome is GateOutcome.WORSE


def test_a_few_images_are_too_few_for_a_drafter() -> None:
    less = [(errors(0.2), errors(0.1))] * 4
    images = [DraftComparison(number, 1, "", False, *pair) for number, pair in enumerate(less)]
    limits = GateLimits.for_drafters()
    assert judge_drafts(images[:3], limits).overall.outcome is GateOutcome.NOTHING_TO_JUDGE
    assert judge_drafts(images, limits).overall.outcome is GateOutcome.BETTER


def test_the_verdict_has_the_drafters_measures() -> None:
    live, ours = DraftErrors(0.1, 0.2, 0.6, 4, 0.4), DraftErrors(0.05, 0.15, 0.7, 2, 0.1)
    verdict = judge_drafts([DraftComparison(number, 1, "", False, live, ours) for number in range(3)], QUICK).projects[
        1
    ]
    assert verdict.kind is ModelKind.DRAFTER
    assert verdict.figures is not None
    means = {measure: (change.live, change.candidate) for measure, change in verdict.figures.changes.items()}
    assert means == {
        Measure.PAINTED_AREA: (pytest.approx(0.4), pytest.approx(0.1)),
        Measure.STROKES: (4, 2),
        Measure.FALSELY_CERTAIN: (pytest.approx(0.3), pytest.approx(0.2)),
        Measure.FALSE_FOREGROUND: (pytest.approx(0.1), pytest.approx(0.05)),
        Measure.FALSE_BACKGROUND: (pytest.approx(0.2), pytest.approx(0.15)),
        Measure.BAND_MISMATCH: (pytest.approx(0.4), pytest.approx(0.3)),
    }
