"""What the gate says to each project: better only beyond noise, and at nobody's cost."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paired import Compared, image, paired

from training.gate.bootstrap import PairedSums
from training.gate.judging import judge
from training.gate.limits import GateLimits
from training.gate.measures import Measure
from training.gate.verdict import GateOutcome

QUICK = GateLimits(resamples=400)


def outcome(*images: Compared, limits: GateLimits = QUICK) -> GateOutcome:
    return judge(images, limits).overall.outcome


def noisy(image_id: int, change: float) -> Compared:
    """Parts that change by `change` in the mean, and by half of themselves from one to the next."""
    live = np.ones((10, 3))
    candidate = live + change + np.resize([0.5, -0.5], (10, 1))
    return Compared(image_id, 1, "", False, paired(live.tolist(), candidate.tolist()))


@pytest.mark.parametrize("count", [1, 3, 12])
def test_a_clear_gain_is_better_and_a_clear_loss_worse(count: int) -> None:
    assert outcome(*(image(number, -0.2) for number in range(count))) is GateOutcome.BETTER
    assert outcome(*(image(number, 0.2) for number in range(count))) is GateOutcome.WORSE


def test_what_may_be_luck_is_no_gain_and_no_loss() -> None:
    assert outcome(noisy(1, -0.05), noisy(2, -0.05)) is GateOutcome.NOT_BETTER_BEYOND_NOISE
    assert outcome(noisy(1, 0.05), noisy(2, 0.05)) is GateOutcome.NOT_BETTER_BEYOND_NOISE
    same = paired([[1, 1, 1], [2, 2, 2]], [[1, 1, 1], [2, 2, 2]])
    assert outcome(Compared(1, 1, "", False, same)) is GateOutcome.NOT_BETTER_BEYOND_NOISE


def test_a_lower_sad_is_not_bought_with_a_higher_grad() -> None:
    assert outcome(*(image(number, -0.2, grad=0.1) for number in range(5))) is GateOutcome.WORSE
    assert outcome(*(image(number, -0.2, grad=0.0) for number in range(5))) is GateOutcome.BETTER


def test_a_tag_that_pays_for_it_stops_every_project() -> None:
    images = [image(number, -0.3, project=1 + number % 2) for number in range(8)]
    tagged = [image(number, 0.1, tag="hair", project=2) for number in (10, 11, 12)]
    verdict = judge([*images, *tagged], QUICK, project_ids=(3,))
    assert {project.outcome for project in verdict.projects.values()} == {GateOutcome.WORSE_IN_TAG}
    assert sorted(verdict.projects) == [1, 2, 3]
    breach = verdict.projects[1].breach
    assert breach is not None
    assert (breach.tag, breach.limit, breach.figures) == ("hair", 0.05, verdict.tags["hair"])
    assert outcome(*images, *tagged, limits=replace(QUICK, worst_tag=0.15)) is GateOutcome.BETTER


def test_the_worst_tag_is_named() -> None:
    images = [image(number, -0.5) for number in range(12)]
    tagged = [
        image(number, 0.1 if number < 23 else 0.2, tag="hair" if number < 23 else "glass") for number in range(20, 26)
    ]
    breach = judge([*images, *tagged], QUICK).overall.breach
    assert breach is not None
    assert breach.tag == "glass"


def test_few_images_of_a_tag_stop_it_only_beyond_noise() -> None:
    images = [image(number, -0.3) for number in range(8)]
    doubtful = replace(noisy(20, 0.1), tag="hair")
    assert outcome(*images, doubtful) is GateOutcome.BETTER
    assert outcome(*images, image(20, 0.1, tag="hair")) is GateOutcome.WORSE_IN_TAG
    thrice = [replace(noisy(number, 0.1), tag="hair") for number in (20, 21, 22)]
    assert outcome(*images, *thrice) is GateOutcome.WORSE_IN_TAG


def test_golden_images_have_the_last_word_and_are_no_images_of_the_project() -> None:
    images = [image(number, -0.3) for number in range(5)]
    spoilt = [image(number, 0.04, golden=True) for number in (20, 21)]
    verdict = judge([*images, *spoilt], QUICK)
    assert verdict.overall.outcome is GateOutcome.WORSE_ON_GOLDEN
    assert verdict.overall.breach is not None
    assert verdict.overall.breach.tag is None
    assert verdict.golden == verdict.overall.breach.figures
    assert verdict.overall.figures is not None
    assert verdict.overall.figures.images == 5
    assert outcome(*images, image(20, 0.01, golden=True)) is GateOutcome.BETTER


def test_a_clear_loss_of_its_own_is_told_before_that_of_others() -> None:
    own = [image(number, 0.2, project=1, tag="hair") for number in range(4)]
    others = [image(number, -0.2, project=2) for number in range(10, 14)]
    verdict = judge([*own, *others], QUICK)
    assert verdict.projects[1].outcome is GateOutcome.WORSE
    assert verdict.projects[1].breach is None
    assert verdict.projects[2].outcome is GateOutcome.WORSE_IN_TAG


def test_each_project_is_judged_on_its_own_images() -> None:
    better = [image(number, -0.2, project=1) for number in range(4)]
    worse = [image(number, 0.2, project=2) for number in range(10, 14)]
    verdict = judge([*better, *worse], QUICK)
    assert verdict.projects[1].outcome is GateOutcome.BETTER
    assert verdict.projects[2].outcome is GateOutcome.WORSE
    assert not verdict.projects[1].borrowed


def test_a_project_with_too_few_images_borrows_the_studios() -> None:
    images = [image(number, -0.2, project=1) for number in range(4)]
    verdict = judge([*images, image(10, 0.2, project=2), image(11, 0.2, project=2)], QUICK, project_ids=(5,))
    borrower, without = verdict.projects[2], verdict.projects[5]
    assert (borrower.borrowed, without.borrowed, verdict.overall.borrowed) == (True, True, False)
    assert borrower.figures == without.figures == verdict.overall.figures
    assert borrower.figures is not None
    assert borrower.figures.images == 6


def test_a_project_that_is_alone_borrows_nothing() -> None:
    verdict = judge([image(1, -0.2), image(2, -0.2)], QUICK)
    assert not verdict.projects[1].borrowed


def test_golden_images_judge_where_there_are_no_others() -> None:
    verdict = judge([image(number, -0.2, golden=True) for number in range(3)], QUICK)
    assert verdict.overall.outcome is GateOutcome.BETTER
    assert verdict.projects[1].outcome is GateOutcome.BETTER


def test_without_images_there_is_nothing_to_judge() -> None:
    verdict = judge([], QUICK, project_ids=(1,))
    assert verdict.overall.outcome is verdict.projects[1].outcome is GateOutcome.NOTHING_TO_JUDGE
    assert verdict.overall.figures is None
    assert verdict.golden is None


def test_images_that_say_nothing_are_left_out() -> None:
    no_parts = PairedSums(np.zeros((0, 3)), np.zeros((0, 3)), np.ones(3))
    mute = Compared(5, 4, "hair", True, no_parts)
    verdict = judge([mute, image(1, -0.2)], QUICK)
    assert verdict.overall.figures is not None
    assert verdict.overall.figures.images == 1
    assert (verdict.golden, dict(verdict.tags)) == (None, {})
    assert verdict.projects[4].borrowed
    assert judge([mute], QUICK).overall.outcome is GateOutcome.NOTHING_TO_JUDGE


def test_fewer_images_than_asked_for_are_nothing_to_judge_by() -> None:
    images = [image(number, -0.2) for number in range(3)]
    assert outcome(*images, limits=replace(QUICK, least_images=4)) is GateOutcome.NOTHING_TO_JUDGE
    assert outcome(*images, limits=replace(QUICK, least_images=3)) is GateOutcome.BETTER


def test_one_part_alone_tells_nothing_of_luck() -> None:
    assert outcome(Compared(1, 1, "", False, paired([[2, 2, 2]], [[1, 1, 1]]))) is GateOutcome.NOTHING_TO_JUDGE
    spoilt = Compared(9, 1, "hair", False, paired([[1, 1, 1]], [[1.5, 1.5, 1.5]]))
    assert outcome(*(image(number, -0.3) for number in range(6)), spoilt) is GateOutcome.BETTER


@given(st.lists(st.floats(-0.4, 0.4), min_size=1, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_images_does_not_matter(changes: list[float], random) -> None:
    images = [image(number, change, project=number % 2, golden=number == 3) for number, change in enumerate(changes)]
    shuffled = random.sample(images, len(images))
    assert judge(images, GateLimits(resamples=50)) == judge(shuffled, GateLimits(resamples=50))


@given(st.lists(st.floats(-0.4, 0.4), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None)
def test_never_better_with_an_interval_that_holds_no_change(changes: list[float]) -> None:
    verdict = judge([image(number, change) for number, change in enumerate(changes)], GateLimits(resamples=200)).overall
    assert verdict.figures is not None
    change = verdict.figures.changes[Measure.SAD]
    assert verdict.passed == (change.high < 0 and verdict.figures.changes[Measure.GRAD].low <= 0)
    assert change.low <= change.high
