import hashlib
import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matting_core.arrays import UNKNOWN
from matting_core.box import Box
from matting_core.errors import InvalidStrokeError
from matting_core.strokes import MAX_COORDINATE, MAX_POINTS, MAX_RADIUS, MAX_STEP, Label, Stroke, paint, reach, replay

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "strokes.json").read_text(encoding="utf-8"))["cases"]
WIDTH, HEIGHT = 13, 11

coordinates = st.integers(-40, 100)
polylines = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=4).map(tuple)
strokes = st.builds(Stroke, st.sampled_from(Label), st.integers(1, 40), polylines)


def blank(value: int = 0) -> np.ndarray:
    return np.full((HEIGHT, WIDTH), value, np.uint8)


def squared_distance(x: int, y: int, a: tuple[int, int], b: tuple[int, int]) -> Fraction:
    """From a point to a segment, exactly."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length2 = dx * dx + dy * dy
    along = Fraction((x - a[0]) * dx + (y - a[1]) * dy, length2) if length2 else Fraction(0)
    along = min(Fraction(1), max(Fraction(0), along))
    return (a[0] + along * dx - x) ** 2 + (a[1] + along * dy - y) ** 2


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_golden_vectors_are_painted_exactly(case: dict) -> None:
    base = np.full((case["height"], case["width"]), case["base"], np.uint8)
    given_strokes = [
        Stroke(Label(each["label"]), each["radius"], tuple((x, y) for x, y in each["points"]))
        for each in case["strokes"]
    ]

    painted = replay(base, given_strokes)

    if "rows" in case:
        signs = {0: ".", 128: "?", 255: "#"}
        assert ["".join(signs[value] for value in row) for row in painted.tolist()] == case["rows"]
    assert hashlib.sha256(painted.tobytes()).hexdigest() == case["sha256"]


@given(strokes)
def test_paints_exactly_the_pixel_centres_within_the_radius(stroke: Stroke) -> None:
    painted = blank(7)
    paint(painted, stroke)

    ends = stroke.points if len(stroke.points) > 1 else stroke.points * 2
    for row in range(HEIGHT):
        for column in range(WIDTH):
            nearest = min(squared_distance(4 * column + 2, 4 * row + 2, a, b) for a, b in pairwise(ends))
            expected = stroke.label.value_in_trimap if nearest <= stroke.radius**2 else 7
            assert painted[row, column] == expected


@given(strokes)
def test_changes_nothing_outside_the_returned_box(stroke: Stroke) -> None:
    painted = blank(7)
    touched = paint(painted, stroke)

    changed = painted != 7
    changed[touched.slices] = False
    assert not changed.any()
    assert touched == touched.clipped(width=WIDTH, height=HEIGHT)


@given(strokes)
def test_direction_does_not_matter(stroke: Stroke) -> None:
    backwards = Stroke(stroke.label, stroke.radius, stroke.points[::-1])

    assert np.array_equal(replay(blank(), [stroke]), replay(blank(), [backwards]))


@given(strokes)
def test_painting_segment_by_segment_gives_the_whole_stroke(stroke: Stroke) -> None:
    ends = stroke.points if len(stroke.points) > 1 else stroke.points * 2
    segments = [Stroke(stroke.label, stroke.radius, each) for each in pairwise(ends)]

    assert np.array_equal(replay(blank(7), segments), replay(blank(7), [stroke]))


@given(strokes)
def test_painting_twice_changes_nothing_more(stroke: Stroke) -> None:
    once = replay(blank(), [stroke])

    assert np.array_equal(replay(once, [stroke]), once)


def test_replay_leaves_its_argument_alone() -> None:
    trimap = blank(UNKNOWN)
    replay(trimap, [Stroke(Label.FOREGROUND, 40, ((20, 20),))])

    assert (trimap == UNKNOWN).all()


def test_a_stroke_outside_the_image_touches_nothing() -> None:
    trimap = blank()

    assert paint(trimap, Stroke(Label.FOREGROUND, 8, ((-100, 20), (-100, 40)))) == Box(0, 0, 0, 0)
    assert not trimap.any()


def test_the_limits_themselves_are_allowed() -> None:
    Stroke(Label.UNKNOWN, MAX_RADIUS, ((0, 0), (MAX_STEP, -MAX_STEP)))
    Stroke(Label.UNKNOWN, 1, ((MAX_COORDINATE, -MAX_COORDINATE),))
    Stroke(Label.UNKNOWN, 1, ((0, 0),) * MAX_POINTS)


@pytest.mark.parametrize(
    ("radius", "points", "reason"),
    [
        (0, ((0, 0),), "radius"),
        (MAX_RADIUS + 1, ((0, 0),), "radius"),
        (1, (), "points"),
        (1, ((0, 0),) * (MAX_POINTS + 1), "points"),
        (1, ((MAX_COORDINATE + 1, 0),), "outside"),
        (1, ((0, -MAX_COORDINATE - 1),), "outside"),
        (1, ((0, 0), (MAX_STEP + 1, 0)), "apart"),
        (1, ((0, 0), (0, -MAX_STEP - 1)), "apart"),
    ],
)
def test_a_stroke_beyond_a_limit_is_refused(radius: int, points: tuple[tuple[int, int], ...], reason: str) -> None:
    with pytest.raises(InvalidStrokeError, match=reason):
        Stroke(Label.FOREGROUND, radius, points)


@given(st.lists(strokes, max_size=3))
def test_nothing_outside_the_reach_of_strokes_is_painted(several: list[Stroke]) -> None:
    painted = replay(blank(7), several)
    outside = np.ones(painted.shape, bool)
    outside[reach(several, width=WIDTH, height=HEIGHT).slices] = False
    assert (painted[outside] == 7).all()


def test_the_reach_of_a_stroke_beside_the_image_is_empty() -> None:
    assert reach([Stroke(Label.FOREGROUND, 4, ((-40, -40),))], width=WIDTH, height=HEIGHT).is_empty
