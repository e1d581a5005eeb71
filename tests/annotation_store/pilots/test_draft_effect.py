"""What the draft is worth, calculated by hand where that is possible, and held against chance where it is not."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.kinds import PilotArm
from annotation_store.pilots.draft_effect import Measured, effect_of, layers_of
from annotation_store.pilots.estimate import mean_of

DRAFTED, BLANK = PilotArm.DRAFTED, PilotArm.BLANK


def dealt(stratum, *, drafted, blank):
    return [
        *(Measured(stratum, DRAFTED, value) for value in drafted),
        *(Measured(stratum, BLANK, value) for value in blank),
    ]


def test_strata_are_weighed_by_their_photos():
    easy = dealt(0, drafted=[10, 12, 14, 12], blank=[20, 24])  # saves 10, 6 photos
    hard = dealt(1, drafted=[100, 120], blank=[150, 150, 180, 160])  # saves 50, 6 photos
    effect = effect_of(easy + hard)
    assert (effect.drafted, effect.blank, effect.strata) == (6, 6, 2)
    assert effect.seconds.value == pytest.approx(30)
    assert effect.share.value == pytest.approx(30 / ((22 + 160) / 2))
    assert effect.seconds.low <= 30 <= effect.seconds.high


def test_what_is_due_to_difficulty_is_not_taken_for_the_draft():
    """All hard photos blank but two, all easy ones drafted but two: only within strata the draft is worth nothing."""
    easy = dealt(0, drafted=[10] * 8, blank=[10, 10])
    hard = dealt(1, drafted=[90, 90], blank=[90] * 8)
    effect = effect_of(easy + hard)
    assert effect.seconds.value == 0
    assert effect.p_value == 1


def test_strata_with_too_few_of_an_arm_are_joined_with_their_neighbours():
    thin = [*dealt(0, drafted=[1, 2], blank=[3]), *dealt(1, drafted=[4], blank=[5]), *dealt(2, drafted=[6], blank=[])]
    (layer,) = layers_of(thin)
    assert sorted(layer.drafted) == [1, 2, 4, 6]
    assert sorted(layer.blank) == [3, 5]


@pytest.mark.parametrize("few", [[], dealt(0, drafted=[1, 2, 3], blank=[]), dealt(0, drafted=[1, 2, 3], blank=[9])])
def test_one_blank_photo_is_no_comparison(few):
    assert effect_of(few) is None


def test_photos_that_all_take_alike_have_a_range_of_no_width():
    effect = effect_of(dealt(0, drafted=[30] * 5, blank=[60] * 5))
    assert (effect.seconds.low, effect.seconds.value, effect.seconds.high) == (30, 30, 30)
    assert effect.share.value == 0.5
    assert effect.p_value < 0.02


def test_a_few_photos_that_take_very_long_matter_less_to_a_typical_one():
    effect = effect_of(dealt(0, drafted=[10, 20, 10, 20, 4000], blank=[20, 40, 20, 40, 4000]))
    assert effect.typical.value == pytest.approx(1 - 0.5**0.8)
    assert effect.typical.low < effect.typical.value < effect.typical.high < 1
    assert effect.share.value < 0.02
    assert effect_of(dealt(0, drafted=[0, 1], blank=[2, 3])).typical is None


def test_a_share_of_nothing_is_none():
    assert effect_of(dealt(0, drafted=[5, 6], blank=[0, 0])).share is None


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(PilotArm), st.floats(0, 1e5)), max_size=40))
def test_whatever_was_measured_no_figure_is_no_number(told):
    effect = effect_of([Measured(*each) for each in told])
    arms = [arm for _, arm, _ in told]
    assert (effect is None) == (min(arms.count(DRAFTED), arms.count(BLANK)) < 2)
    if effect is not None:
        assert effect.drafted + effect.blank == len(told)
        assert 0 < effect.p_value <= 1
        for estimate in filter(None, (effect.seconds, effect.share)):
            assert all(map(math.isfinite, (estimate.low, estimate.value, estimate.high)))
            assert estimate.low <= estimate.value <= estimate.high


def test_the_range_holds_the_truth_as_often_as_it_says():
    """Skewed times as people have them, six strata, ten blank photos among thirty: 200 lots."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(200):
        level = np.repeat([40, 60, 90, 120, 180, 260], 5)
        blank = level * rng.lognormal(0, 0.4, 30)
        drafted = 0.6 * level * rng.lognormal(0, 0.5, 30)
        arm = np.concatenate([rng.permutation([True, True, False, False, False]) for _ in range(6)])
        effect = effect_of(
            Measured(place // 5, BLANK if arm[place] else DRAFTED, (blank if arm[place] else drafted)[place])
            for place in range(30)
        )
        held += effect.seconds.low <= (blank - drafted).mean() <= effect.seconds.high
    assert held >= 171  # of 200 at 90 %, fewer happen once in a hundred times


def test_without_any_effect_few_p_values_are_small():
    rng = np.random.default_rng(3)
    small = 0
    for _ in range(100):
        times = rng.lognormal(4, 0.6, 24)
        told = [Measured(place // 8, BLANK if place % 2 else DRAFTED, times[place]) for place in range(24)]
        small += effect_of(told).p_value <= 0.1
    assert small <= 18  # of 100 at 10 %, more happen once in a hundred times


def test_a_mean_has_a_range_from_two_values_on():
    assert mean_of([]) is None
    assert mean_of([3.0]).ends is None
    two = mean_of([3.0, 5.0])
    assert two.value == 4
    assert two.low <= 3
    assert two.high >= 5
