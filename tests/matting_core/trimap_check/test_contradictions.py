"""Contradictions: known labels that their own surroundings would not have given."""

import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND
from matting_core.trimap_check.contradictions import find_contradictions
from tests.small_images import disc


def test_foreground_painted_over_background_is_marked_where_it_lies() -> None:
    rgb, trimap, _ = disc(width=384, height=256)
    trimap[30:44, 60:90] = FOREGROUND
    (slip,) = find_contradictions(rgb, trimap)
    assert 50 <= slip.box.left < slip.box.right <= 100
    assert 20 <= slip.box.top < slip.box.bottom <= 54


def test_background_painted_over_foreground_is_marked_where_it_lies() -> None:
    rgb, trimap, _ = disc(width=384, height=256)
    trimap[120:134, 180:204] = BACKGROUND
    (slip,) = find_contradictions(rgb, trimap)
    assert 170 <= slip.box.left < slip.box.right <= 214
    assert 110 <= slip.box.top < slip.box.bottom <= 144


def test_a_small_subject_that_differs_from_its_ground_contradicts_nothing() -> None:
    rgb, trimap, _ = disc(width=384, height=256)
    rgb, trimap = rgb.copy(), trimap.copy()
    rgb[20:60, 20:60], trimap[16:64, 16:64] = (220, 200, 60), 128
    trimap[22:58, 22:58] = FOREGROUND
    assert find_contradictions(rgb, trimap) == []


def test_marks_of_a_large_photo_are_in_its_own_pixels() -> None:
    rgb, trimap, _ = disc(width=1200, height=800)
    trimap[60:110, 200:300] = FOREGROUND
    (slip,) = find_contradictions(rgb, trimap)
    x, y = slip.centre
    assert 200 <= x < 300
    assert 60 <= y < 110


def test_a_trimap_in_which_one_known_label_is_missing_contradicts_nothing() -> None:
    rgb, trimap, _ = disc()
    assert find_contradictions(rgb, np.where(trimap == FOREGROUND, np.uint8(128), trimap)) == []


def test_a_photo_of_a_few_pixels_contradicts_nothing() -> None:
    rgb = np.zeros((2, 3, 3), np.uint8)
    assert find_contradictions(rgb, np.array([[0, 128, 255], [0, 128, 255]], np.uint8)) == []
