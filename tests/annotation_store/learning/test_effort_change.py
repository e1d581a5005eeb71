import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation_store.learning import effort_change as module
from annotation_store.learning.effort_change import effort_change

efforts = st.lists(st.floats(0, 2), min_size=2, max_size=30)


@settings(max_examples=25)
@given(efforts, efforts)
def test_the_same_efforts_always_say_the_same(before, after):
    assert effort_change(before, after, confidence=0.9) == effort_change(before, after, confidence=0.9)


@settings(max_examples=25)
@given(efforts)
def test_a_group_beside_itself_has_not_changed(group):
    change = effort_change(group, group, confidence=0.9)
    assert (change.relative, change.is_less, change.is_more) == (0, False, False)


@settings(max_examples=25)
@given(efforts, efforts)
def test_nothing_is_less_and_more(before, after):
    change = effort_change(before, after, confidence=0.9)
    assert change.is_less + change.is_more <= 1
    assert change.low <= change.high
    assert not change.is_more or change.relative > 0
    assert not change.is_less or change.relative < 0


def test_a_clear_change_is_seen_with_its_size():
    change = effort_change([0.1, 0.12, 0.08, 0.1] * 5, [0.05, 0.06, 0.04, 0.05] * 5, confidence=0.95)
    assert (change.before, change.after) == (pytest.approx(0.1), pytest.approx(0.05))
    assert change.relative == pytest.approx(-0.5)
    assert -0.6 < change.low < -0.5 < change.high < -0.4
    assert (change.is_less, change.is_more) == (True, False)


def test_where_there_was_no_effort_any_is_more():
    assert effort_change([0.0] * 20, [0.1] * 20, confidence=0.9).is_more
    nothing = effort_change([0.0] * 20, [0.0] * 20, confidence=0.9)
    assert (nothing.relative, nothing.low, nothing.high) == (0, 0, 0)
    assert not nothing.is_more


def test_no_change_passes_for_one_as_rarely_as_was_asked_for(monkeypatch):
    """Also where a few images make most of the effort, and one group is much smaller."""
    monkeypatch.setattr(module, "SHUFFLES", 500)
    chance = np.random.default_rng(3)
    seen = [
        effort_change(chance.lognormal(0, 1.2, 60), chance.lognormal(0, 1.2, 12), confidence=0.8) for _ in range(150)
    ]
    assert np.mean([change.is_less for change in seen]) < 0.17  # 0.1, and three standard errors
    assert np.mean([change.is_more for change in seen]) < 0.17
