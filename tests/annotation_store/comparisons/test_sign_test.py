from itertools import combinations_with_replacement
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.comparisons.sign_test import RANGE, majority, sign_test
from annotation_store.kinds import Choice

FIRST, SECOND, NEITHER = Choice
COUNTS = st.integers(0, 40)


def test_eighteen_of_twenty_four_is_more_than_chance():
    test = sign_test([FIRST] * 18 + [SECOND] * 6 + [NEITHER] * 5)
    assert (test.first, test.second, test.neither, test.preferred) == (18, 6, 5, 24)
    assert test.share == 0.75
    assert test.p_value == pytest.approx(2 * sum(comb(24, k) for k in range(7)) / 2**24)  # 0.0227, by hand
    assert test.low < 0.75 < test.high


def test_half_and_half_is_what_chance_does_every_time():
    test = sign_test([FIRST] * 5 + [SECOND] * 5)
    assert test.p_value == pytest.approx(1)
    assert test.low == pytest.approx(1 - test.high)


@pytest.mark.parametrize("choices", [[], [NEITHER] * 7])
def test_of_ties_alone_nothing_is_said(choices):
    test = sign_test(choices)
    assert test.neither == len(choices)
    assert (test.share, test.low, test.high, test.p_value) == (None, None, None, None)


@given(first=COUNTS, second=COUNTS)
def test_the_range_holds_the_share_and_is_that_of_clopper_and_pearson(first, second):
    test = sign_test([FIRST] * first + [SECOND] * second)
    number = first + second
    if number == 0:
        return
    assert 0 <= test.low <= test.share <= test.high <= 1
    assert 0 < test.p_value <= 1
    tail = (1 - RANGE) / 2
    if first:
        assert _at_least(first, number, test.low) == pytest.approx(tail, abs=1e-6)
    if second:
        assert _at_least(second, number, 1 - test.high) == pytest.approx(tail, abs=1e-6)


@given(first=COUNTS, second=COUNTS)
def test_both_sides_are_treated_alike(first, second):
    one, other = sign_test([FIRST] * first + [SECOND] * second), sign_test([SECOND] * first + [FIRST] * second)
    assert one.p_value == other.p_value
    if first + second:
        assert one.share == pytest.approx(1 - other.share)


def _at_least(successes, number, share):
    return sum(comb(number, k) * share**k * (1 - share) ** (number - k) for k in range(successes, number + 1))


@pytest.mark.parametrize(
    ("choices", "most"),
    [
        ([], NEITHER),
        ([SECOND], SECOND),
        ([FIRST, SECOND], NEITHER),
        ([FIRST, FIRST, SECOND], FIRST),
        ([FIRST, NEITHER, NEITHER], NEITHER),
        ([FIRST, FIRST, NEITHER, NEITHER], NEITHER),
    ],
)
def test_the_majority_of_a_pair_is_what_most_people_chose(choices, most):
    assert majority(choices) is most


def test_the_order_of_answers_does_not_matter():
    for choices in combinations_with_replacement(Choice, 5):
        assert majority(choices) is majority(choices[::-1])
