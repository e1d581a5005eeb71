"""What a trimap alone leaves to do."""

import numpy as np
import pytest
from small_images import disc

from training.operator.effort import NO_EFFORT
from training.operator.mending import strokes_to_mend


def truths():
    _, trimap, alpha = disc(width=160, height=120)
    return [pytest.param(alpha, id="alpha"), pytest.param(trimap, id="approved trimap")]


@pytest.mark.parametrize("truth", truths())
def test_a_right_trimap_is_no_work(truth):
    assert strokes_to_mend(disc(width=160, height=120)[1], truth) == NO_EFFORT


@pytest.mark.parametrize("truth", truths())
@pytest.mark.parametrize("label", [0, 255])
def test_the_more_is_known_and_wrong_the_more_is_painted(truth, label):
    areas = []
    for share in (0, 12, 24, 36, 48):
        trimap = disc(width=160, height=120)[1]
        if label == 0:
            trimap[:, : 50 + share] = 0
        else:
            trimap[10:110, :share] = 255
        areas.append(strokes_to_mend(trimap, truth).painted_area)
    assert areas == sorted(areas)
    assert areas[0] < areas[2] < areas[4]


@pytest.mark.parametrize("truth", truths())
def test_all_of_a_wrong_class_is_painted_about_once(truth):
    trimap = np.zeros((120, 160), np.uint8)
    wrong = np.mean(truth > 0.1) if truth.dtype != np.uint8 else np.mean(truth > 0)
    effort = strokes_to_mend(trimap, truth)
    assert wrong * 0.9 < effort.painted_area < wrong * 2
    assert effort.strokes < 20


@pytest.mark.parametrize("truth", truths())
def test_what_is_left_unknown_costs_nothing(truth):
    assert strokes_to_mend(np.full((120, 160), 128, np.uint8), truth) == NO_EFFORT


def test_known_pixels_that_an_approved_trimap_leaves_unknown_are_opened():
    _, approved, _ = disc(width=160, height=120)
    narrow = np.where(approved == 128, np.uint8(0), approved)
    assert strokes_to_mend(narrow, approved).painted_area >= 0.9 * np.mean(approved == 128)
