import pytest

from annotation_store.kinds import ModelKind
from annotation_store.learning import standings, what_serves
from annotation_store.states import StandingState
from studio.pages.learning.verdict_words import verdict_words, why
from training.gate.verdict import GateOutcome


def test_a_verdict_is_told_with_its_figures_in_both_languages(english, japanese, verdicts):
    figures = verdicts(GateOutcome.BETTER)
    assert verdict_words(figures, english) == (
        "Better than what served. On held-out photos (14): error (SAD) 12 % lower (between −16 % and −8 %), "
        "error along edges (Grad) 12 % lower (between −16 % and −8 %)."
    )
    told = verdict_words(figures, japanese)
    assert "これまでのモデルより良い結果です。学習に使っていない写真 14 枚で" in told
    assert "誤差(SAD)が 12 % 減" in told


def test_what_a_drafter_is_judged_by_is_told(english, verdicts):
    told = verdict_words(verdicts(GateOutcome.WORSE, 0.3, kind=ModelKind.DRAFTER), english)
    assert told.startswith("Worse than what served.")
    assert "area to paint over 30 % higher (between +26 % and +34 %)" in told
    assert "falsely certain pixels 30 % higher" in told


@pytest.mark.parametrize("outcome", list(GateOutcome))
def test_every_outcome_has_words(english, japanese, verdicts, outcome):
    for words in (english, japanese):
        assert words(f"outcome_{outcome.value}", tag="") in verdict_words(verdicts(outcome), words)


def test_the_images_that_a_candidate_spoils_are_named_with_their_tag(english, verdicts):
    told = verdict_words(verdicts(GateOutcome.WORSE_IN_TAG, breach=verdicts.breach("fur")), english)
    assert told.startswith("Worse than what served on photos of “fur”. On held-out photos (4): error (SAD) 22 % higher")
    assert "(14): error (SAD) 12 % lower" in told


def test_where_images_were_borrowed_it_is_said(english, verdicts):
    assert english("verdict_borrowed") in verdict_words(verdicts(GateOutcome.BETTER, borrowed=True), english)


def test_too_few_images_make_no_promise(english, verdicts):
    assert verdict_words(verdicts(GateOutcome.NOTHING_TO_JUDGE), english) == "Too few photos to judge by."


def test_what_did_not_change_has_no_interval(english, verdicts):
    assert "error (SAD) the same," in verdict_words(verdicts(GateOutcome.NOT_BETTER_BEYOND_NOISE, 0.0), english)


@pytest.mark.parametrize("figures", [{}, {"outcome": "better"}, {"outcome": "splendid", "figures": None}])
def test_figures_of_another_shape_are_left_to_others(english, figures):
    assert verdict_words(figures, english) is None


def test_the_reason_is_the_figures_else_the_text_else_who_chose_it(studio, english, verdicts, candidate, boots):
    def reason(project_id, **more):
        standing = standings.place(studio.store, candidate.id, project_id, StandingState.LIVE, **more)
        return why(standing, candidate, english)

    assert reason(boots, by="ren", verdict="") == "Chosen by ren."
    figures = verdicts(GateOutcome.BETTER)
    assert reason(1, by="gate", verdict="Better: so", figures=figures).startswith("Better than what served.")


def test_a_text_stands_where_there_are_no_figures_and_the_shipped_model_says_where_it_comes_from(
    studio, english, candidate
):
    live = what_serves.live_model(studio.store)
    (first,) = standings.list_standings(studio.store, model_id=live.id)
    assert why(first, live, english) == english("live_from_the_start")
    passed = standings.place(studio.store, candidate.id, 1, StandingState.PASSED, by="gate", verdict="Better: so")
    assert why(passed, candidate, english) == "Better: so"
