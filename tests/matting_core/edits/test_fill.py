import numpy as np
import pytest
from edit_samples import HEIGHT, WIDTH, random_trimap
from hypothesis import given
from hypothesis import strategies as st

from matting_core.edits.edit import painted
from matting_core.edits.fill import Fill
from matting_core.edits.ink import Ink
from matting_core.errors import InvalidEditError


def connected(trimap: np.ndarray, x: int, y: int) -> np.ndarray:
    """By walking from neighbour to neighbour."""
    found, todo = np.zeros(trimap.shape, bool), [(y, x)]
    while todo:
        row, column = todo.pop()
        inside = 0 <= row < HEIGHT and 0 <= column < WIDTH
        if inside and not found[row, column] and trimap[row, column] == trimap[y, x]:
            found[row, column] = True
            todo += [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
    return found


@given(st.integers(0, 999), st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))
def test_fills_exactly_what_is_connected_over_edges(seed: int, x: int, y: int) -> None:
    trimap = random_trimap(seed)
    after = painted(trimap, [Fill(Ink.UNKNOWN, x, y)])
    assert np.array_equal(after, np.where(connected(trimap, x, y), 128, trimap))


def test_outside_the_image_nothing_happens() -> None:
    trimap = random_trimap(3)
    assert np.array_equal(painted(trimap, [Fill(Ink.FOREGROUND, WIDTH, 0), Fill(Ink.FOREGROUND, 0, -1)]), trimap)


def test_a_place_far_outside_any_image_is_refused() -> None:
    with pytest.raises(InvalidEditError, match="outside"):
        Fill(Ink.FOREGROUND, 1 << 21, 0)
