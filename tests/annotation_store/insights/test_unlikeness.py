import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import ks_2samp

from annotation_store.insights.unlikeness import (
    ALPHA,
    LATELY,
    LEAST_BEFORE,
    LEAST_DISTANCE,
    MARGIN,
    STEP,
    level_of_look,
    number_of_looks,
    unlikeness,
)

FIGURES = 7


def alarm_at(history):
    """With how many figures of a history an alarm is raised first, None if never."""
    for count in range(LEAST_BEFORE + LATELY, len(history) + 1, STEP):
        told = unlikeness(history[: count - LATELY], history[count - LATELY : count])
        if told.is_beyond(level_of_look(number_of_looks(count), figures=FIGURES)):
            return count
    return None


def plain_alarm(history):
    """As one would without any care: whether some look is beyond chance at 5 %."""
    counts = range(LEAST_BEFORE + LATELY, len(history) + 1, STEP)
    return any(ks_2samp(history[: n - LATELY], history[n - LATELY : n], method="asymp").pvalue < 0.05 for n in counts)


def lots(rng, count, *, size=100):
    """Photos in lots that differ from each other by as much as the photos in each of them do."""
    return np.repeat(rng.normal(size=count), size) + rng.normal(size=count * size)


def test_looking_again_and_again_raises_no_false_alarms():
    rng = np.random.default_rng(3)
    histories = [rng.normal(size=900) for _ in range(24)]  # 17 looks at each
    assert [alarm_at(history) for history in histories] == [None] * 24
    assert sum(map(plain_alarm, histories)) > 6


def test_photos_that_come_in_lots_are_known_to_do_so():
    rng = np.random.default_rng(4)
    histories = [lots(rng, 12) for _ in range(20)]
    assert sum(alarm_at(history) is not None for history in histories) <= 6
    assert all(map(plain_alarm, histories))


@pytest.mark.parametrize("known", [LEAST_BEFORE, 1500])
def test_a_real_shift_is_noticed_before_a_stretch_of_it_is_over(known):
    rng = np.random.default_rng(5)
    found = [alarm_at(np.concatenate([rng.normal(size=known), rng.normal(1.2, size=LATELY)])) for _ in range(10)]
    assert None not in found
    assert min(found) > known


def test_a_wider_spread_around_the_same_middle_is_noticed():
    rng = np.random.default_rng(6)
    assert alarm_at(np.concatenate([rng.normal(size=600), rng.normal(scale=6, size=LATELY)])) is not None


def test_a_trifle_is_no_alarm_however_many_photos_show_it():
    rng = np.random.default_rng(7)
    before, lately = rng.integers(0, 20, 20_000), rng.integers(1, 21, 20_000)
    told = unlikeness(before.astype(float), lately.astype(float))
    assert told.p_value < 1e-9
    assert told.distance < 0.1
    assert not told.is_beyond(ALPHA)


def test_figures_that_are_all_the_same_are_like_each_other():
    told = unlikeness(np.full(400, 24.2), np.full(100, 24.2))
    assert (told.before, told.lately, told.distance, told.p_value) == (24.2, 24.2, 0, 1)
    assert told.limit == LEAST_DISTANCE
    assert told.is_over


def test_another_camera_is_as_far_as_can_be():
    told = unlikeness(np.full(400, 24.2), np.full(100, 45.7))
    assert (told.before, told.lately, told.distance) == (24.2, 45.7, 1)
    assert told.is_beyond(level_of_look(1, figures=FIGURES))
    assert not told.is_over


def test_what_differed_before_is_no_news():
    """Half of the photos before were of another kind, all at a time."""
    kinds = np.repeat([0.0, 1.0, 0.0, 1.0], 100)
    told = unlikeness(kinds, np.ones(100))
    assert told.distance == 0.5
    assert told.limit == 1 + MARGIN  # the second stretch was wholly unlike the first
    assert not told.is_beyond(1.0)


def test_all_looks_for_ever_share_one_chance_to_be_wrong():
    levels = [FIGURES * level_of_look(look, figures=FIGURES) for look in range(1, 5000)]
    assert levels == sorted(levels, reverse=True)
    assert sum(levels) == pytest.approx(ALPHA, rel=1e-3)
    assert sum(levels) < ALPHA


@pytest.mark.parametrize(
    ("count", "looks"),
    [(0, 0), (LEAST_BEFORE + LATELY - 1, 0), (LEAST_BEFORE + LATELY, 1), (LEAST_BEFORE + LATELY + 2 * STEP, 3)],
)
def test_looks_are_counted_from_the_first_that_is_possible(count, looks):
    assert number_of_looks(count) == looks


FEW = st.floats(0, 100) | st.sampled_from([0.0, 50.0])


@given(arrays(np.float64, LEAST_BEFORE, elements=FEW), arrays(np.float64, LATELY, elements=FEW))
def test_nothing_is_an_alarm_and_over_at_once(before, lately):
    told = unlikeness(before, lately)
    assert 0 <= told.distance <= 1
    assert 0 <= told.p_value <= 1
    assert told.limit >= LEAST_DISTANCE
    assert not (told.is_over and told.is_beyond(1.0))
