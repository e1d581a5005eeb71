import numpy as np
import pytest
from edit_samples import HEIGHT, WIDTH, areas
from hypothesis import given

from matting_core.edits.area import Area
from matting_core.edits.edit import painted
from matting_core.edits.ink import Ink
from matting_core.errors import InvalidEditError


def winding(x: int, y: int, points: tuple[tuple[int, int], ...]) -> int:
    """Around a point, by the edges that pass to its right (Sunday's rule, y pointing down)."""
    count = 0
    for (ax, ay), (bx, by) in zip(points, (*points[1:], points[0]), strict=True):
        is_left = (bx - ax) * (y - ay) - (x - ax) * (by - ay)
        if ay <= y < by and is_left > 0:
            count += 1
        elif by <= y < ay and is_left < 0:
            count -= 1
    return count


@given(areas.filter(lambda area: area.ink is not Ink.DRAFT))
def test_fills_exactly_the_pixel_centres_around_which_the_outline_winds(area: Area) -> None:
    after = painted(np.full((HEIGHT, WIDTH), 7, np.uint8), [area])
    for row in range(HEIGHT):
        for column in range(WIDTH):
            is_inside = winding(4 * column + 2, 4 * row + 2, area.points) != 0
            assert after[row, column] == (area.ink.value_in_trimap if is_inside else 7)


def test_two_areas_that_share_an_edge_leave_no_gap_and_do_not_overlap() -> None:
    corners = [(2, 2), (50, 2), (50, 42), (2, 42), (26, 22)]
    halves = [
        Area(Ink.FOREGROUND, (corners[0], corners[1], corners[2])),
        Area(Ink.FOREGROUND, (corners[0], corners[2], corners[3])),
    ]
    one, other = (painted(np.zeros((HEIGHT, WIDTH), np.uint8), [half]) == 255 for half in halves)
    both = painted(np.zeros((HEIGHT, WIDTH), np.uint8), [Area(Ink.FOREGROUND, tuple(corners[:4]))]) == 255
    assert not (one & other).any()
    assert np.array_equal(one | other, both)


def test_an_outline_has_three_points_at_least() -> None:
    with pytest.raises(InvalidEditError, match="3 to"):
        Area(Ink.FOREGROUND, ((0, 0), (4, 4)))
