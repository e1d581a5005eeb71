from dataclasses import asdict

import pytest

from annotation_store.kinds import ModelKind
from annotation_store.learning import standings
from annotation_store.learning.effort_change import EffortChange
from annotation_store.states import StandingState
from studio.pages.learning.canary_words import canary_words, verdict_in_words
from studio.pages.learning.verdict_words import why
from training.canary import ACTOR, CanaryDecision, CanaryVerdict
from training.gate.verdict import GateOutcome

LESS = EffortChange(before=0.1, after=0.08, relative=-0.2, low=-0.3, high=-0.1, is_less=True, is_more=False)


def verdict(decision=CanaryDecision.BETTER, *, area=LESS, missing=0):
    return CanaryVerdict(
        model_id=3,
        project_id=1,
        kind=ModelKind.MATTING,
        decision=decision,
        live="compact",
        images=15,
        live_images=60,
        missing=missing,
        area=area,
        strokes=area,
    )


def test_what_came_of_a_trial_is_told_with_its_figures(english, japanese):
    assert verdict_in_words(verdict(), english) == (
        "It takes people less work. Approved photos that it drafted: 15; that the other drafted: 60. "
        "In comparison: area to paint over 20 % lower (between −30 % and −10 %)."
    )
    assert "人の手間が減りました。" in verdict_in_words(verdict(), japanese)


@pytest.mark.parametrize("decision", list(CanaryDecision))
def test_every_decision_has_words(english, decision):
    assert english(f"canary_is_{decision.value}") in verdict_in_words(verdict(decision), english)


def test_a_trial_that_has_just_begun_says_what_is_missing(english):
    told = verdict_in_words(verdict(CanaryDecision.UNDECIDED, area=None, missing=8), english)
    assert english("canary_missing", count=8) in told
    assert "area" not in told


def test_figures_without_a_trial_tell_of_none(english, verdicts):
    assert canary_words({}, english) is None
    assert canary_words(verdicts(GateOutcome.BETTER), english) is None
    assert canary_words({"canary": {"decision": "splendid"}}, english) is None


def test_the_trial_is_the_reason_where_it_decided(studio, english, verdicts, candidate):
    figures = {**verdicts(GateOutcome.BETTER), "canary": asdict(verdict())}
    place = {"verdict": "so", "figures": figures}
    ended = standings.place(studio.store, candidate.id, 1, StandingState.LIVE, by=ACTOR, **place)
    assert why(ended, candidate, english).startswith("It takes people less work.")
    by_gate = standings.place(studio.store, candidate.id, 1, StandingState.LIVE, by="gate", **place)
    assert why(by_gate, candidate, english).startswith("Better than what served.")
