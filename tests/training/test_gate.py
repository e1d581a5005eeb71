import numpy as np
import pytest
from small_images import disc

from annotation_store.learning.training_sets import TrainingExample
from training.gate import Standing, judge


class Offset:
    """A model whose error is told for each photo: the true matte of `disc` plus an offset, pixel by pixel."""

    name = "offset"

    def __init__(self, error):
        self.error = error
        self.asked = 0

    def predict(self, rgb, trimap):
        self.asked += 1
        return np.clip(disc()[2] * 0.5 + 0.25 + self.error, 0, 1).astype(np.float32)


@pytest.fixture
def example():
    """A disc whose true alpha in the unknown ring lies between 1/4 and 3/4, far from clipping."""
    rgb, trimap, alpha = disc()
    truth = np.where(trimap == 128, alpha * 0.5 + 0.25, alpha).astype(np.float32)
    return TrainingExample(rgb, trimap, truth)


def few_gross(example, value, every):
    """An error of `value` at every so-many-th pixel of the photo, 0 elsewhere."""
    error = np.zeros(example.trimap.size, np.float32)
    error[::every] = value
    return error.reshape(example.trimap.shape)


def decide(example, *, live, candidate):
    return judge(live=Offset(live), candidate=Offset(candidate), live_name="compact", examples=[example])


def test_a_candidate_that_is_better_by_both_goes_live(example):
    verdict = decide(example, live=0.2, candidate=0.1)
    assert verdict.promote
    assert verdict.images == 1
    unknown = np.count_nonzero(example.trimap == 128)
    assert verdict.live.sad == pytest.approx(0.2 * unknown / 1000, rel=0.02)
    assert verdict.candidate.sad == pytest.approx(0.1 * unknown / 1000, rel=0.02)
    assert verdict.live.mse == pytest.approx(0.04, rel=0.03)
    assert verdict.candidate.mse == pytest.approx(0.01, rel=0.03)


@pytest.mark.parametrize("candidate", [0.2, 0.1])
def test_one_that_is_as_good_or_worse_does_not(example, candidate):
    verdict = decide(example, live=0.1, candidate=candidate)
    assert not verdict.promote


def test_a_lower_sum_is_not_bought_with_gross_errors(example):
    verdict = decide(example, live=0.05, candidate=few_gross(example, 0.25, 10))
    assert verdict.candidate.sad < verdict.live.sad
    assert verdict.candidate.mse > verdict.live.mse
    assert not verdict.promote


def test_fewer_gross_errors_do_not_excuse_a_higher_sum(example):
    verdict = decide(example, live=few_gross(example, 0.25, 10), candidate=0.05)
    assert verdict.candidate.sad > verdict.live.sad
    assert verdict.candidate.mse < verdict.live.mse
    assert not verdict.promote


def test_the_reason_is_a_sentence_with_all_four_figures(example):
    better = decide(example, live=0.2, candidate=0.1)
    figures = (
        f"SAD {better.candidate.sad:.3f} and MSE {better.candidate.mse:.5f}, compact has SAD {better.live.sad:.3f}"
    )
    assert better.reason.startswith("Goes live: on 1 held-out image the candidate has ")
    assert figures in better.reason
    assert decide(example, live=0.1, candidate=0.2).reason.startswith("compact stays live: on 1 held-out image ")


def test_the_means_are_over_all_images(example):
    both = judge(live=Offset(0.2), candidate=Offset(0.1), live_name="compact", examples=[example, example])
    assert both.images == 2
    assert "2 held-out images" in both.reason
    assert both.live == decide(example, live=0.2, candidate=0.1).live


def test_images_without_unknown_pixels_are_left_out(example):
    known = TrainingExample(example.rgb, np.where(example.trimap == 255, 255, 0).astype(np.uint8), example.alpha)
    told = []
    live = Offset(0.2)
    verdict = judge(
        live=live, candidate=Offset(0.1), live_name="compact", examples=[known, example], on_image=told.append
    )
    assert (verdict.images, live.asked, told) == (1, 1, [1, 2])
    assert verdict.live == decide(example, live=0.2, candidate=0.1).live


def test_without_anything_to_judge_by_the_live_model_stays(example):
    known = TrainingExample(example.rgb, np.where(example.trimap == 255, 255, 0).astype(np.uint8), example.alpha)
    verdict = judge(live=Offset(0.2), candidate=Offset(0.1), live_name="compact", examples=[known])
    assert (verdict.promote, verdict.images) == (False, 0)
    assert verdict.reason == "No validation image has unknown pixels: compact stays live."


def test_one_example_is_in_memory_at_a_time(example):
    order = []

    def one_by_one():
        for number in range(2):
            order.append(f"read {number}")
            yield example

    judge(
        live=Offset(0.2),
        candidate=Offset(0.1),
        live_name="compact",
        examples=one_by_one(),
        on_image=lambda done: order.append(f"judged {done - 1}"),
    )
    assert order == ["read 0", "judged 0", "read 1", "judged 1"]


def test_the_metrics_are_plain_values_for_the_registry(example):
    verdict = decide(example, live=0.2, candidate=0.1)
    metrics = verdict.as_metrics()
    assert metrics["images"] == 1
    assert Standing(**metrics["candidate"]) == verdict.candidate
    assert Standing(**metrics["live"]) == verdict.live
