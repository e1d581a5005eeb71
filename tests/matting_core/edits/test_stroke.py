from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from edit_samples import HEIGHT, WIDTH, marks_of, strokes
from hypothesis import given
from hypothesis import strategies as st

from matting_core.arrays import UNKNOWN
from matting_core.box import Box
from matting_core.edits.edit import painted
from matting_core.edits.ink import Ink
from matting_core.edits.quarters import MAX_COORDINATE, MAX_POINTS, MAX_RADIUS, MAX_STEP
from matting_core.edits.stroke import Stroke
from matting_core.errors import InvalidEditError

plain_strokes = strokes.filter(lambda stroke: stroke.ink is not Ink.DRAFT)


def blank(value: int = 0) -> np.ndarray:
    return np.full((HEIGHT, WIDTH), value, np.uint8)


def squared_distance(x: int, y: int, a: tuple[int, int], b: tuple[int, int]) -> Fraction:
    """From a point to a segment, exactly."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length2 = dx * dx + dy * dy
    along = Fraction((x - a[0]) * dx + (y - a[1]) * dy, length2) if length2 else Fraction(0)
    along = min(Fraction(1), max(Fraction(0), along))
    return (a[0] + along * dx - x) ** 2 + (a[1] + along * dy - y) ** 2


@given(plain_strokes)
def test_paints_exactly_the_pixel_centres_within_the_radius(stroke: Stroke) -> None:
    after = painted(blank(7), [stroke])

    ends = stroke.points if len(stroke.points) > 1 else stroke.points * 2
    for row in range(HEIGHT):
        for column in range(WIDTH):
            nearest = min(squared_distance(4 * column + 2, 4 * row + 2, a, b) for a, b in pairwise(ends))
            expected = stroke.ink.value_in_trimap if nearest <= stroke.radius**2 else 7
            assert after[row, column] == expected


@given(plain_strokes)
def test_direction_does_not_matter(stroke: Stroke) -> None:
    backwards = Stroke(stroke.ink, stroke.radius, stroke.points[::-1])

    assert np.array_equal(painted(blank(), [stroke]), painted(blank(), [backwards]))


@given(plain_strokes, st.data())
def test_painting_segment_by_segment_gives_the_whole_stroke(stroke: Stroke, data: st.DataObject) -> None:
    """With the pressure of a pen, too: the radius of each segment is the one at its end."""
    count = len(stroke.points)
    radii = tuple(data.draw(st.lists(st.integers(1, stroke.radius), min_size=count, max_size=count)))
    pressed = Stroke(stroke.ink, stroke.radius, stroke.points, radii)
    ends = stroke.points if count > 1 else stroke.points * 2
    at_ends = radii[1:] if count > 1 else radii
    segments = [Stroke(stroke.ink, radius, each) for each, radius in zip(pairwise(ends), at_ends, strict=True)]

    assert np.array_equal(painted(blank(7), segments), painted(blank(7), [pressed]))


@given(plain_strokes)
def test_painting_twice_changes_nothing_more(stroke: Stroke) -> None:
    once = painted(blank(), [stroke])

    assert np.array_equal(painted(once, [stroke]), once)


def test_the_draft_comes_back_where_it_is_painted() -> None:
    draft = np.random.default_rng(0).choice(np.array([0, 128, 255], np.uint8), (HEIGHT, WIDTH))
    marks = marks_of(blank(UNKNOWN), draft=draft)
    Stroke(Ink.DRAFT, 12, ((20, 20), (40, 20))).apply(marks)

    where = painted(blank(), [Stroke(Ink.FOREGROUND, 12, ((20, 20), (40, 20)))]) == 255
    assert np.array_equal(marks.trimap, np.where(where, draft, UNKNOWN))


def test_a_stroke_outside_the_image_touches_nothing() -> None:
    marks = marks_of(blank())

    assert Stroke(Ink.FOREGROUND, 8, ((-100, 20), (-100, 40))).apply(marks) == Box(0, 0, 0, 0)
    assert not marks.trimap.any()


def test_the_limits_themselves_are_allowed() -> None:
    Stroke(Ink.UNKNOWN, MAX_RADIUS, ((0, 0), (MAX_STEP, -MAX_STEP)))
    Stroke(Ink.UNKNOWN, 1, ((MAX_COORDINATE, -MAX_COORDINATE),))
    Stroke(Ink.UNKNOWN, 1, ((0, 0),) * MAX_POINTS)
    Stroke(Ink.UNKNOWN, 5, ((0, 0), (4, 4)), (1, 5))


@pytest.mark.parametrize(
    ("radius", "points", "radii", "reason"),
    [
        (0, ((0, 0),), (), "radius"),
        (MAX_RADIUS + 1, ((0, 0),), (), "radius"),
        (1, (), (), "points"),
        (1, ((0, 0),) * (MAX_POINTS + 1), (), "points"),
        (1, ((MAX_COORDINATE + 1, 0),), (), "outside"),
        (1, ((0, -MAX_COORDINATE - 1),), (), "outside"),
        (1, ((0, 0), (MAX_STEP + 1, 0)), (), "apart"),
        (1, ((0, 0), (0, -MAX_STEP - 1)), (), "apart"),
        (5, ((0, 0), (4, 4)), (3,), "as many radii"),
        (5, ((0, 0), (4, 4)), (3, 6), "radius at each point"),
        (5, ((0, 0), (4, 4)), (0, 3), "radius at each point"),
    ],
)
def test_a_stroke_beyond_a_limit_is_refused(
    radius: int, points: tuple[tuple[int, int], ...], radii: tuple[int, ...], reason: str
) -> None:
    with pytest.raises(InvalidEditError, match=reason):
        Stroke(Ink.FOREGROUND, radius, points, radii)
