"""The sentences are exact: each figure in them is one of the verdict's."""

from dataclasses import replace

import pytest

from annotation_store.kinds import ModelKind
from training.gate.bootstrap import Change
from training.gate.measures import Measure
from training.gate.verdict import Breach, Figures, GateOutcome, ProjectVerdict
from training.gate.words import in_words

LESS = Change(2.0, 1.76, -0.12, -0.16, -0.08)
MORE = Change(2.0, 2.1, 0.05, 0.023, 0.081)
EQUAL = Change(2.0, 1.99, -0.005, -0.05, 0.04)


def verdict(
    outcome: GateOutcome, sad: Change, grad: Change = LESS, *, images: int = 14, breach: Breach | None = None
) -> ProjectVerdict:
    figures = Figures(images, 0.95, {Measure.SAD: sad, Measure.GRAD: grad, Measure.MSE: EQUAL})
    return ProjectVerdict(1, ModelKind.MATTING, outcome, False, figures, breach)


def test_better() -> None:
    assert in_words(verdict(GateOutcome.BETTER, LESS), live_name="compact") == (
        "Better than compact: SAD 12 % lower (8 to 16 % with 95 % confidence) on 14 held-out images; "
        "Grad 12 % lower (8 to 16 %)."
    )


def test_not_better_beyond_noise() -> None:
    assert in_words(verdict(GateOutcome.NOT_BETTER_BEYOND_NOISE, EQUAL, images=1), live_name="compact") == (
        "Not better than compact beyond noise: SAD 0.5 % lower (from 5 % lower to 4 % higher with 95 % confidence) "
        "on 1 held-out image; Grad 12 % lower (8 to 16 %)."
    )


def test_worse() -> None:
    assert in_words(verdict(GateOutcome.WORSE, MORE), live_name="compact") == (
        "Worse than compact: SAD 5 % higher (2.3 to 8.1 % with 95 % confidence) on 14 held-out images; "
        "Grad 12 % lower (8 to 16 %)."
    )


@pytest.mark.parametrize(
    ("outcome", "tag", "head"),
    [
        (GateOutcome.WORSE_IN_TAG, "hair", 'on some images: SAD 5 % higher (2.3 to 8.1 %) on 3 images tagged "hair"'),
        (GateOutcome.WORSE_ON_GOLDEN, None, "on the golden images: SAD 5 % higher (2.3 to 8.1 %) on 3 golden images"),
    ],
)
def test_who_pays_for_it_comes_first(outcome: GateOutcome, tag: str | None, head: str) -> None:
    breach = Breach(tag, 0.02, Figures(3, 0.95, {Measure.SAD: MORE, Measure.GRAD: MORE}))
    assert in_words(verdict(outcome, LESS, breach=breach), live_name="compact") == (
        f"Worse than compact {head}, where 2 % higher is allowed; "
        "SAD 12 % lower (8 to 16 % with 95 % confidence) on 14 held-out images; Grad 12 % lower (8 to 16 %)."
    )


def test_too_little_promises_no_interval() -> None:
    assert in_words(verdict(GateOutcome.NOTHING_TO_JUDGE, LESS, images=1), live_name="compact") == (
        "Too little to compare with compact on: SAD 12 % lower on 1 held-out image; Grad 12 % lower."
    )
    nothing = replace(verdict(GateOutcome.NOTHING_TO_JUDGE, LESS), figures=None)
    assert in_words(nothing, live_name="compact") == (
        "Too little to compare with compact on: there is no held-out image that says anything."
    )


def test_borrowed_images_are_told_of() -> None:
    borrowed = replace(verdict(GateOutcome.BETTER, LESS), borrowed=True)
    assert "on 14 held-out images of all projects, as this one has too few of its own; Grad" in in_words(
        borrowed, live_name="compact"
    )


def test_a_drafter_is_told_of_in_its_own_measures() -> None:
    changes = {Measure.PAINTED_AREA: LESS, Measure.FALSELY_CERTAIN: EQUAL, Measure.BAND_MISMATCH: LESS}
    drafter = ProjectVerdict(1, ModelKind.DRAFTER, GateOutcome.BETTER, False, Figures(5, 0.9, changes))
    assert in_words(drafter, live_name="the automatic one") == (
        "Better than the automatic one: painted area 12 % lower (8 to 16 % with 90 % confidence) on 5 held-out images; "
        "false foreground and background 0.5 % lower (from 5 % lower to 4 % higher)."
    )


def test_equal_is_unchanged_and_beside_nothing_there_is_no_figure() -> None:
    same = Change(1.0, 1.0, 0.0, 0.0, 0.0)
    endless = Change(0.0, 1.0, 1e9, 1e8, 1e9)
    text = in_words(verdict(GateOutcome.WORSE, same, endless), live_name="compact")
    assert "SAD unchanged on 14 held-out images" in text
    assert "Grad over 1000 % higher (over 1000 to over 1000 %)" in text
