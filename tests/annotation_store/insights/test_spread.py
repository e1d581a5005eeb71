import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.insights.spread import Spread, spread_of


def test_of_nothing_there_is_none():
    assert spread_of([]) is None
    assert spread_of([None, None]) is None


def test_one_figure_is_all_there_is():
    assert spread_of([None, 7]) == Spread(count=1, mean=7, median=7, low=7, high=7)


def test_a_tenth_lies_below_low_and_above_high():
    assert spread_of(range(11)) == Spread(count=11, mean=5, median=5, low=1, high=9)
    assert spread_of([0, 0, 0, 10]).median == 0


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30))
def test_figures_stand_in_order_and_within_what_they_are_of(values):
    spread = spread_of(values)
    assert min(values) <= spread.low <= spread.median <= spread.high <= max(values)
    assert spread.mean == pytest.approx(sum(values) / len(values))
