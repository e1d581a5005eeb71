import numpy as np
import pytest

from annotation_store.queue.difficulty import difficulty_of
from matting_core.doubt import doubt
from matting_core.errors import InvalidArrayError


@pytest.fixture
def photo():
    """A bright square on a dark ground, with an unknown band around its edge: rgb, trimap, alpha."""
    rgb = np.full((60, 80, 3), 40, np.uint8)
    rgb[20:40, 30:50] = 200
    trimap = np.zeros((60, 80), np.uint8)
    trimap[12:48, 22:58] = 128
    trimap[28:32, 38:42] = 255
    alpha = np.zeros((60, 80), np.float32)
    alpha[20:40, 30:50] = 1
    return rgb, trimap, alpha


def test_it_is_the_error_that_doubt_expects_and_confidence_what_is_left(photo):
    rgb, trimap, alpha = photo
    doubts = doubt(rgb, trimap, alpha)
    found = difficulty_of(rgb, trimap, alpha)
    assert found.expected_sad == pytest.approx(doubts.sum() / 1000)
    assert found.confidence == pytest.approx(1 - doubts[trimap == 128].mean())
    assert found.expected_sad > 0
    assert 0 < found.confidence < 1


def test_a_matte_that_is_undecided_is_harder_than_one_that_is_not(photo):
    rgb, trimap, alpha = photo
    undecided = np.where(trimap == 128, np.float32(0.5), alpha)
    sharp, vague = difficulty_of(rgb, trimap, alpha), difficulty_of(rgb, trimap, undecided)
    assert vague.expected_sad > sharp.expected_sad
    assert vague.confidence < sharp.confidence


def test_nothing_is_hard_where_nothing_is_unknown(photo):
    rgb, trimap, _ = photo
    known = np.where(trimap == 128, np.uint8(0), trimap)
    found = difficulty_of(rgb, known, (known == 255).astype(np.float32))
    assert (found.expected_sad, found.confidence) == (0, 1)


def test_arrays_that_do_not_fit_are_refused(photo):
    rgb, trimap, alpha = photo
    with pytest.raises(InvalidArrayError):
        difficulty_of(rgb[1:], trimap, alpha)
