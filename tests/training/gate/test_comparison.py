from dataclasses import replace

import cv2
import numpy as np
import pytest
from small_images import BlurredTrimap, disc

from matting_core.arrays import Alpha
from matting_core.metrics import gradient_error, mse, sad
from training.gate.comparison import JudgedExample, compare_image


class Offset(BlurredTrimap):
    """Off by so much from the truth of `disc`, where it is unknown."""

    def __init__(self, error: float) -> None:
        self._error = error

    def predict(self, rgb, trimap):
        return np.clip(disc()[2] * 0.5 + 0.25 + self._error, 0, 1).astype(np.float32)


def example(trimap=None) -> JudgedExample:
    """True alphas of the unknown ring lie between 1/4 and 3/4, far from clipping."""
    rgb, own, alpha = disc()
    trimap = own if trimap is None else trimap
    truth = np.where(trimap == 128, alpha * 0.5 + 0.25, alpha).astype(np.float32)
    return JudgedExample(7, 3, "hair", True, rgb, trimap, truth)


def test_the_errors_are_those_of_the_metrics() -> None:
    seen = example()
    comparison, live, candidate = compare_image(Offset(0.2), Offset(0.1), seen)
    for alpha, errors in ((live, comparison.live), (candidate, comparison.candidate)):
        assert errors.sad == sad(alpha, seen.alpha, seen.trimap)
        assert errors.grad == pytest.approx(gradient_error(alpha, seen.alpha, seen.trimap), rel=1e-12)
        assert errors.mse == pytest.approx(mse(alpha, seen.alpha, seen.trimap), rel=1e-12)
    unknown = np.count_nonzero(seen.trimap == 128)
    assert comparison.live.sad == pytest.approx(0.2 * unknown / 1000, rel=0.02)
    assert comparison.worsening == pytest.approx(-0.1 * unknown / 1000, rel=0.04)
    assert (comparison.image_id, comparison.project_id, comparison.tag, comparison.golden) == (7, 3, "hair", True)


def test_the_parts_add_up_to_the_whole() -> None:
    comparison, *_ = compare_image(Offset(0.2), BlurredTrimap(), example())
    assert len(comparison.parts.live) == 2  # 96 x 64 pixels
    for parts, errors in (
        (comparison.parts.live, comparison.live),
        (comparison.parts.candidate, comparison.candidate),
    ):
        means = parts.sum(0) / comparison.parts.units
        assert means == pytest.approx([errors.sad, errors.grad, errors.mse], rel=1e-12)


def test_identical_models_have_identical_parts() -> None:
    parts = compare_image(BlurredTrimap(), BlurredTrimap(), example())[0].parts
    np.testing.assert_array_equal(parts.live, parts.candidate)
    assert (parts.live > 0).any()


def test_an_image_without_unknown_pixels_has_no_parts() -> None:
    comparison, *_ = compare_image(Offset(0.2), Offset(0.1), example(np.full_like(disc()[1], 255)))
    assert len(comparison.parts.live) == 0
    assert comparison.live.sad == 0


def test_figures_for_a_json_column() -> None:
    comparison, *_ = compare_image(Offset(0.2), Offset(0.1), example())
    assert comparison.figures["live"] == {
        "sad": comparison.live.sad,
        "grad": comparison.live.grad,
        "mse": comparison.live.mse,
    }
    assert comparison.figures["candidate"]["sad"] == comparison.candidate.sad


class Certain(BlurredTrimap):
    """Calls all that is unknown the same, and remembers what it was given."""

    def __init__(self, level: float) -> None:
        self._level = level

    def predict(self, rgb, trimap):
        self.given = trimap
        return np.full(trimap.shape, self._level, np.float32)


def doubtful() -> Alpha:
    """What a model makes of the disc that knows nothing of its edge."""
    trimap = disc()[1]
    return np.where(trimap == 128, 0.5, trimap / 255).astype(np.float32)


def test_an_alpha_that_a_model_made_is_no_truth_but_its_trimap_is() -> None:
    seen = replace(example(), alpha=doubtful(), believed=disc()[1] != 128)
    author, other = Certain(0.5), Certain(1.0)
    comparison, *_ = compare_image(author, other, seen)
    hidden = (author.given == 128) & (seen.trimap != 128)
    assert hidden.any()
    assert (author.given[seen.trimap == 128] == 128).all()
    np.testing.assert_array_equal(author.given[~hidden], seen.trimap[~hidden])
    # counted where Grad does not see the unknown band: half wrong everywhere, or all wrong in the background
    near = cv2.dilate((seen.trimap == 128).astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    assert comparison.live.sad == pytest.approx(np.count_nonzero(hidden & ~near) * 127.5 / 255 / 1000, rel=0.01)
    assert comparison.candidate.sad == np.count_nonzero(hidden & ~near & (seen.trimap == 0)) / 1000 > 0


def test_an_answer_that_is_right_where_it_is_known_has_no_errors_without_a_true_alpha() -> None:
    seen = replace(example(), believed=disc()[1] != 128)
    right = Certain(0.0)
    right.predict = lambda rgb, trimap: (seen.trimap / np.float32(255)).astype(np.float32)
    comparison, *_ = compare_image(right, BlurredTrimap(), seen)
    assert (comparison.live.sad, comparison.live.mse) == (0, 0)
    assert comparison.live.grad == pytest.approx(0, abs=1e-12)
    assert comparison.candidate.sad > 0


def test_where_somebody_painted_the_alpha_counts_in_the_unknown_region_too() -> None:
    seen = replace(example(), alpha=doubtful(), believed=disc()[1] != 128)
    paint = (seen.trimap == 128) & (np.arange(96) < 48)
    painted = replace(seen, alpha=np.where(paint, 1.0, seen.alpha).astype(np.float32), believed=seen.believed | paint)
    author, other = Certain(0.5), Certain(1.0)
    before, *_ = compare_image(author, other, seen)
    after, *_ = compare_image(author, other, painted)
    count = np.count_nonzero(paint)
    assert count > 100
    assert after.live.sad - before.live.sad == pytest.approx(count * 127.5 / 255 / 1000, rel=0.01)
    assert after.candidate.sad == before.candidate.sad  # right where it was painted
