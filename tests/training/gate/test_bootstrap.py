"""What is luck and what is not: intervals hold the truth as often as they promise, and identical models are equal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paired import paired

from training.gate import bootstrap
from training.gate.bootstrap import PairedBootstrap, PairedSums, tail_share


def simulated(
    rng: np.random.Generator, *, images: int, between: float, within: float, change: float
) -> list[PairedSums]:
    """Images whose expected change is `change`, and which differ in it by `between`, and their 12 parts by `within`."""
    made = []
    for _ in range(images):
        live = rng.gamma(4, 0.25) * rng.gamma(2, 0.5, (12, 1))
        noise = rng.normal(0, between) + rng.normal(0, within, (12, 1))
        made.append(PairedSums(live, live * (1 + change + noise), np.ones(1)))
    return made


@pytest.mark.parametrize(("images", "between", "within"), [(2, 0.02, 0.15), (5, 0.1, 0.05), (25, 0.1, 0.05)])
def test_the_interval_holds_the_truth_as_often_as_it_promises(images: int, between: float, within: float) -> None:
    rng, held, wide = np.random.default_rng(0), 0, 0.0
    for seed in range(100):
        drawn = simulated(rng, images=images, between=between, within=within, change=-0.1)
        (change,) = PairedBootstrap(drawn, resamples=400, seed=seed).changes(range(images))
        held += change.low <= -0.1 <= change.high
        wide += (change.high - change.low) / 100
    assert held >= 88  # of 100; 95 are promised
    assert 2 * 1.96 * between / np.sqrt(images) * 0.7 < wide < 0.5  # not by being of no use


def test_more_images_make_a_narrower_interval() -> None:
    drawn = simulated(np.random.default_rng(0), images=40, between=0.1, within=0.1, change=-0.1)
    few, many = (PairedBootstrap(drawn[:count]).changes(range(count))[0] for count in (4, 40))
    assert many.high - many.low < 0.5 * (few.high - few.low)


def test_one_image_has_the_interval_of_its_parts() -> None:
    (change,) = PairedBootstrap([paired([[1], [1], [2]], [[0.5], [1], [2]])]).changes([0])
    assert change.relative == pytest.approx(-0.5 / 4)
    assert (change.low, change.high) == (pytest.approx(-0.5), 0)  # only the first part thrice, or never


def test_images_of_one_part_are_resampled_as_they_are() -> None:
    drawn = [paired([[1]], [[0.5]]), paired([[1]], [[0.8]])]
    (change,) = PairedBootstrap(drawn).changes(range(2))
    assert (change.low, change.relative, change.high) == pytest.approx((-0.5, -0.35, -0.2))


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
@settings(max_examples=25, deadline=None)
def test_identical_models_differ_by_exactly_nothing(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    planes = [rng.gamma(1, 1, (rng.integers(1, 9), 3)) for _ in range(count)]
    drawn = [PairedSums(plane, plane.copy(), np.ones(3)) for plane in planes]
    for change in PairedBootstrap(drawn, resamples=200, seed=seed).changes(range(count)):
        assert (change.relative, change.low, change.high) == (0, 0, 0)


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10))
@settings(max_examples=25, deadline=None)
def test_the_change_does_not_depend_on_the_unit(seed: int, factor: float) -> None:
    rng = np.random.default_rng(seed)
    drawn = simulated(rng, images=4, between=0.1, within=0.1, change=0.05)
    scaled = [PairedSums(factor * image.live, factor * image.candidate, image.units) for image in drawn]
    (one,), (other,) = (PairedBootstrap(images, resamples=200).changes(range(4)) for images in (drawn, scaled))
    assert (other.relative, other.low, other.high) == pytest.approx((one.relative, one.low, one.high))
    assert other.live == pytest.approx(factor * one.live)


def test_means_are_taken_over_their_units() -> None:
    images = [
        PairedSums(np.array([[3.0, 8.0]]), np.array([[1.0, 4.0]]), np.array([1.0, 100.0])),
        PairedSums(np.array([[1.0, 2.0]]), np.array([[1.0, 2.0]]), np.array([1.0, 300.0])),
    ]
    per_image, per_pixel = PairedBootstrap(images).changes(range(2))
    assert (per_image.live, per_image.candidate) == (2, 1)
    assert (per_pixel.live, per_pixel.candidate) == (10 / 400, 6 / 400)


def test_the_seed_decides_and_a_choice_is_judged_by_itself() -> None:
    drawn = simulated(np.random.default_rng(0), images=6, between=0.1, within=0.1, change=0.0)
    first = PairedBootstrap(drawn, resamples=300, seed=1)
    assert first.changes([0, 3, 4]) == first.changes([0, 3, 4])
    assert first.changes(range(6)) == PairedBootstrap(drawn, resamples=300, seed=1).changes(range(6))
    assert first.changes(range(6)) != PairedBootstrap(drawn, resamples=300, seed=2).changes(range(6))
    total = sum(drawn[index].candidate.sum() for index in (0, 3, 4)) / sum(
        drawn[index].live.sum() for index in (0, 3, 4)
    )
    assert first.changes([0, 3, 4])[0].relative == pytest.approx(total - 1)


def test_work_in_chunks_gives_what_the_whole_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = simulated(np.random.default_rng(0), images=8, between=0.1, within=0.1, change=-0.1)
    (whole,) = PairedBootstrap(drawn).changes(range(8))
    monkeypatch.setattr(bootstrap, "AT_ONCE", 100)
    (chunked,) = PairedBootstrap(drawn).changes(range(8))
    # chance falls otherwise, but onto the same distribution
    assert (chunked.low, chunked.high) == pytest.approx((whole.low, whole.high), abs=0.02)
    assert chunked.relative == whole.relative


def test_errors_where_there_were_none_are_a_finite_change_for_the_worse() -> None:
    (change,) = PairedBootstrap([paired([[0], [0]], [[1], [1]])]).changes([0])
    assert np.isfinite([change.relative, change.low, change.high]).all()
    assert change.low > 0


def test_the_bounds_of_few_images_lie_further_out() -> None:
    shares = [tail_share(0.95, images=count) for count in (1, 2, 3, 5, 10, 30, 10_000)]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[4] == pytest.approx(0.0086, abs=1e-4)  # Hesterberg's n = 10: Phi(-sqrt(10 / 9) * 2.262)
    assert shares[-1] == pytest.approx(0.025, abs=1e-4)
