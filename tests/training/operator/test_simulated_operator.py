"""The simulated operator brings a draft to the truth, and pays the more the worse the draft is."""

from itertools import pairwise

import numpy as np
import pytest
from small_images import BlurredTrimap, disc

from matting_core.edits.edit import replay
from matting_core.edits.marks import Marks
from matting_core.edits.soft_stroke import SoftStroke
from matting_core.edits.stroke import Stroke
from matting_core.predictor import predict
from matting_core.trimap import force_known
from training.operator.causes import causes_of
from training.operator.correcting import OperatorSettings, correct, visible

SETTINGS = OperatorSettings()


class Knowing:
    """A model that is right wherever it is asked."""

    name = "knowing"

    def __init__(self, truth):
        self.truth = truth

    def predict(self, rgb, trimap):
        return force_known(self.truth, trimap)


def false_background(columns: int):
    """A disc of which so many columns of the left half are called background."""
    rgb, trimap, truth = disc(width=160, height=120)
    wrong = trimap.copy()
    wrong[:, : 50 + columns] = 0
    return rgb, wrong, truth


def corrected(rgb, trimap, truth, matting=None):
    matting = matting or Knowing(truth)
    return correct(rgb, trimap, predict(matting, rgb, trimap), truth, matting=matting)


def test_a_perfect_draft_costs_nothing():
    rgb, trimap, truth = disc(width=160, height=120)
    done = corrected(rgb, trimap, truth)
    assert (done.effort.strokes, done.effort.painted_area, done.edits) == (0, 0.0, ())
    assert np.array_equal(done.trimap, trimap)
    assert np.array_equal(done.alpha, truth)


def test_the_more_of_the_subject_a_draft_has_lost_the_more_is_painted():
    areas = [corrected(*false_background(columns)).effort.painted_area for columns in (0, 10, 20, 30, 40)]
    assert areas[0] >= 0
    assert all(less < more for less, more in pairwise(areas))


def test_the_more_of_the_ground_a_draft_has_taken_the_more_is_painted():
    areas = []
    for width in (10, 20, 30, 40):
        rgb, trimap, truth = disc(width=160, height=120)
        trimap[10:110, :width] = 255
        areas.append(corrected(rgb, trimap, truth).effort.painted_area)
    assert all(less < more for less, more in pairwise(areas))


def test_a_correction_brings_the_alpha_to_the_truth():
    rgb, trimap, truth = false_background(40)
    done = corrected(rgb, trimap, truth)
    left = visible(done.alpha, truth, tolerance=SETTINGS.tolerance, blur=SETTINGS.blur)
    assert left.mean() < 0.002
    assert np.abs(done.alpha - truth).sum() < 0.05 * np.abs((trimap == 255) - truth).sum()


def test_edits_are_real_ones_that_replay_to_the_trimap_that_is_left():
    rgb, trimap, truth = false_background(30)
    done = corrected(rgb, trimap, truth, BlurredTrimap())
    assert {type(edit) for edit in done.edits} <= {Stroke, SoftStroke}
    marks = replay(Marks(trimap, lambda: trimap), done.edits)
    assert np.array_equal(marks.trimap, done.trimap)
    assert np.array_equal(done.alpha[marks.trimap == 255], np.ones(np.count_nonzero(marks.trimap == 255)))
    assert not done.alpha[marks.trimap == 0].any()


def test_the_draft_is_left_as_it_was():
    rgb, trimap, truth = false_background(30)
    before = trimap.copy()
    corrected(rgb, trimap, truth)
    assert np.array_equal(trimap, before)


def test_the_same_draft_is_always_corrected_alike():
    rgb, trimap, truth = false_background(30)
    first, second = (corrected(rgb, trimap, truth, BlurredTrimap()) for _ in range(2))
    assert first.edits == second.edits
    assert np.array_equal(first.alpha, second.alpha)


def test_what_a_model_gets_wrong_in_the_unknown_region_is_decided_or_painted_softly():
    rgb, trimap, truth = disc(width=160, height=120)
    trimap[30:90, 30:130] = 128
    done = corrected(rgb, trimap, truth, BlurredTrimap())
    before = predict(BlurredTrimap(), rgb, trimap)
    assert done.effort.strokes > 0
    assert any(isinstance(edit, SoftStroke) for edit in done.edits)
    assert np.abs(done.alpha - truth).sum() < 0.5 * np.abs(before - truth).sum()


def test_nobody_has_endless_patience_with_the_soft_brush():
    rgb, trimap, truth = disc(width=160, height=120)
    matting = BlurredTrimap()
    alpha = predict(matting, rgb, trimap)
    done = correct(rgb, trimap, alpha, truth, matting=matting, settings=OperatorSettings(most_soft=1))
    assert sum(isinstance(edit, SoftStroke) for edit in done.edits) <= 1


@pytest.mark.parametrize(("difference", "is_seen"), [(0.05, False), (0.3, True)])
def test_only_what_is_beyond_the_tolerance_is_seen(difference, is_seen):
    truth = np.full((40, 40), 0.5, np.float32)
    shown = truth.copy()
    shown[10:30, 10:30] += difference
    assert visible(shown, truth, tolerance=0.1, blur=1.5).any() == is_seen


def test_a_single_hair_that_is_a_little_off_is_not_seen():
    truth = np.zeros((40, 40), np.float32)
    truth[20] = 0.3
    assert not visible(np.zeros_like(truth), truth, tolerance=0.1, blur=1.5).any()


def test_what_was_painted_is_told_by_the_mistakes_of_the_draft():
    rgb, trimap, truth = false_background(40)
    done = corrected(rgb, trimap, truth)
    causes = causes_of(done.edits, trimap, truth)
    together = causes.false_background + causes.false_foreground + causes.unknown + causes.spill
    assert together == pytest.approx(done.effort.painted_area)
    assert causes.false_background > 0.5 * together
    assert causes.false_foreground == 0
