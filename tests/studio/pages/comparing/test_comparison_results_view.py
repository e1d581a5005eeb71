from dataclasses import replace
from datetime import UTC, datetime

import pytest

from annotation_store.comparisons.results import PairResult, Results
from annotation_store.comparisons.sign_test import sign_test
from annotation_store.kinds import Choice, MatteSource
from annotation_store.records import ComparisonRecord
from annotation_store.states import ComparisonState
from studio.i18n import Words
from studio.pages.comparing.chance_words import how_often
from studio.pages.comparing.results_view import MOST_IMAGES, results_view

FIRST, SECOND, NEITHER = Choice
SIDES = ("the candidate", "what serves")


def comparison(name="Round 1"):
    return ComparisonRecord(
        id=7,
        project_id=1,
        name=name,
        state=ComparisonState.OPEN,
        first=MatteSource.DRAFT,
        first_model_id=None,
        second=MatteSource.APPROVED,
        second_model_id=None,
        grounds=["checker"],
        problem=None,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        created_by="ren",
        closed_at=None,
    )


def found(choices, *, people=1, answers=None, by_person=None, alike=0, images=()):
    every = sign_test(answers or choices)
    return Results(
        pairs=30,
        alike=alike,
        answered=len(choices),
        people=people,
        answers=len(answers or choices),
        on_left=3,
        over_pairs=sign_test(choices),
        over_answers=every,
        by_confidence=dict.fromkeys((1, 2, 3), every),
        by_person=by_person,
        images=tuple(images),
    )


def view(results, language="en", name="Round 1", state=ComparisonState.CLOSED):
    return results_view(replace(comparison(name), state=state), results, SIDES, Words(language))


def test_while_people_still_choose_nothing_is_won():
    clear = found([FIRST] * 18 + [SECOND] * 6)
    told = view(clear, state=ComparisonState.OPEN)
    assert "still open" in told
    assert "notice-plain" in told
    assert "still open" not in view(clear)
    assert "notice-good" in view(clear)
    assert "still open" not in view(found([]), state=ComparisonState.OPEN)


def test_a_clear_result_is_told_in_one_sentence_with_what_chance_does():
    told = view(found([FIRST] * 18 + [SECOND] * 6 + [NEITHER] * 2))
    assert "Preferred on 18 of 24 photos: the candidate." in told
    assert "in 2 of 100 cases" in told
    assert "That is more than chance." in told
    assert "notice-good" in told
    assert "Share of the candidate: 75 %" in told
    assert "Photos without a difference: 2" in told
    assert 'href="/api/v1/comparisons/7/results.csv"' in told


def test_the_second_may_be_the_one_that_is_preferred():
    told = view(found([SECOND] * 3 + [FIRST]))
    assert "Preferred on 3 of 4 photos: what serves." in told
    assert "That may well be chance" in told
    assert "notice-plain" in told


def test_half_and_half_and_ties_alone_have_their_own_words():
    assert "Both were preferred equally often, on 2 photos each" in view(found([FIRST, SECOND] * 2))
    assert "No difference was seen on any photo; photos answered: 3." in view(found([NEITHER] * 3))


def test_before_anybody_has_chosen_there_is_no_table():
    told = view(found([], alike=4))
    assert "Nobody has chosen yet." in told
    assert "both mattes are the very same: 4." in told
    assert "<table" not in told


def test_where_several_answer_the_test_over_answers_is_told_with_a_warning():
    results = found([FIRST] * 4, people=3, answers=[FIRST] * 12)
    assert "Counting every answer instead of every photo: 12 to 0" in view(results)
    assert "looks surer than it is" in view(results)
    assert "Counting every answer" not in view(found([FIRST] * 4))


def test_people_are_named_only_where_that_is_allowed():
    assert "By person" not in view(found([FIRST]))
    assert "mika &amp; co" in view(found([FIRST], by_person={"mika & co": sign_test([FIRST])}))


def test_names_are_no_markup_and_of_many_images_some_are_shown():
    images = [PairResult(number, f"<b>{number}</b>", 0, 1, 0) for number in range(MOST_IMAGES + 5)]
    told = view(found([FIRST], images=images), name="<i>Round</i>")
    assert "<b>" not in told
    assert "<i>" not in told
    assert told.count("/correct?image=") == MOST_IMAGES


def test_it_is_told_in_japanese_too():
    told = view(found([FIRST] * 18 + [SECOND] * 6), "ja")
    assert "24 枚中 18 枚" in told
    assert "100 回に 2 回" in told


@pytest.mark.parametrize(
    ("p_value", "words"),
    [
        (1.0, "100 of 100 cases"),
        (0.0227, "2 of 100 cases"),
        (0.01, "1 of 100 cases"),
        (0.004, "4 of 1,000 cases"),
        (0.001, "1 of 1,000 cases"),
        (1e-9, "fewer than 1 of 1,000 cases"),
    ],
)
def test_chance_is_told_in_cases(p_value, words):
    assert how_often(p_value, Words("en")) == words
