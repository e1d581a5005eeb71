"""Motion blur: soft along the motion only, the mean of all places on the way."""

import numpy as np

from training.pretext.motion import moved

SIZE = 128


def square() -> np.ndarray:
    mask = np.zeros((SIZE, SIZE), np.float32)
    mask[40:90, 40:90] = 1
    return mask


def soft(profile: np.ndarray) -> int:
    return int(((profile > 0.02) & (profile < 0.98)).sum())


def test_motion_blurs_along_its_direction_only() -> None:
    blurred = moved(square(), way=(16, 0))
    assert soft(blurred[64]) > 24
    assert soft(blurred[:, 66]) <= 2


def test_motion_makes_an_even_ramp_as_long_as_its_way() -> None:
    ramp = moved(square(), way=(20, 0))[64, 41:59]
    np.testing.assert_allclose(np.diff(ramp), 1 / 20, atol=0.02)


def test_nothing_is_lost_while_the_thing_stays_in_the_picture() -> None:
    np.testing.assert_allclose(moved(square(), way=(9, 13)).sum(), square().sum(), rtol=1e-3)


def test_a_turn_blurs_what_is_far_from_its_pivot() -> None:
    blurred = moved(square(), angle=0.15, pivot=(40, 65))
    assert soft(blurred[:, 86]) > soft(blurred[:, 44]) + 4


def test_a_thing_that_reaches_out_of_the_picture_stays_opaque_there() -> None:
    mask = np.zeros((SIZE, SIZE), np.float32)
    mask[60:] = 1
    assert moved(mask, way=(0, -30))[-1].min() == 1
