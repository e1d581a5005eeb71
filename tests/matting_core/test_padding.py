"""Odd sides made even."""

import numpy as np

from matting_core.padding import pad_to_even


def test_an_odd_side_repeats_its_last_line_and_an_even_one_is_left_alone() -> None:
    even, odd = np.arange(8).reshape(2, 4), np.arange(27).reshape(3, 3, 3)
    assert pad_to_even(even) is even
    padded = pad_to_even(odd)
    assert padded.shape == (4, 4, 3)
    np.testing.assert_array_equal(padded[:3, :3], odd)
    np.testing.assert_array_equal(padded[3, :3], odd[2])
    np.testing.assert_array_equal(padded[:, 3], padded[:, 2])
