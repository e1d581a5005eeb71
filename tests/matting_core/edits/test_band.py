import numpy as np
import pytest
from edit_samples import HEIGHT, WIDTH, outlines, trimaps
from hypothesis import given
from hypothesis import strategies as st

from matting_core.box import Box
from matting_core.edits.area import inside
from matting_core.edits.band import Band
from matting_core.edits.edit import painted
from matting_core.errors import InvalidEditError

ROWS, COLUMNS = np.mgrid[:HEIGHT, :WIDTH]


def distance_to(mask: np.ndarray) -> np.ndarray:
    """Of every pixel to the nearest one in `mask`, one by one."""
    places = np.argwhere(mask)
    if not len(places):
        return np.full(mask.shape, np.inf)
    return np.sqrt(((ROWS[..., None] - places[:, 0]) ** 2 + (COLUMNS[..., None] - places[:, 1]) ** 2).min(-1))


@given(trimaps, st.integers(1, 5))
def test_widening_opens_what_is_near_another_label(trimap: np.ndarray, by: int) -> None:
    near = np.zeros(trimap.shape, bool)
    for label in (0, 255):
        near |= (trimap == label) & (distance_to(trimap != label) <= by)
    assert np.array_equal(painted(trimap, [Band(by)]), np.where(near, 128, trimap))


@given(trimaps, st.integers(1, 5))
def test_narrowing_gives_each_pixel_to_the_nearer_class(trimap: np.ndarray, by: int) -> None:
    to_foreground, to_background = distance_to(trimap == 255), distance_to(trimap == 0)
    expected = trimap.copy()
    expected[(trimap == 128) & (to_foreground <= by) & (to_foreground < to_background)] = 255
    expected[(trimap == 128) & (to_background <= by) & (to_background < to_foreground)] = 0
    assert np.array_equal(painted(trimap, [Band(-by)]), expected)


@given(trimaps, st.integers(-4, 4).filter(bool), outlines)
def test_inside_an_outline_it_does_what_it_does_everywhere_and_nothing_outside(
    trimap: np.ndarray, by: int, outline: tuple[tuple[int, int], ...]
) -> None:
    band = Band(by, outline)
    everywhere, within = painted(trimap, [Band(by)]), painted(trimap, [band])
    mask = np.zeros(trimap.shape, bool)
    box = band.reach(Box(0, 0, WIDTH, HEIGHT))
    if not box.is_empty:
        mask[box.slices] = inside(box, outline)
    assert np.array_equal(within, np.where(mask, everywhere, trimap))


@pytest.mark.parametrize("by", [0, 201, -201])
def test_an_impossible_width_is_refused(by: int) -> None:
    with pytest.raises(InvalidEditError, match="1 to 200"):
        Band(by)
