from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matting_core.box import Box
from matting_core.edits import runs
from matting_core.edits.quarters import MAX_RADIUS, MAX_STEP, Point
from matting_core.edits.runs import Runs, box_of, brush_runs

WHOLE = Box(0, 0, 61, 47)
coordinates = st.one_of(st.integers(-60, 300), st.integers(-3000, 3000))
radii = st.one_of(st.integers(1, 60), st.integers(1, MAX_RADIUS))


@st.composite
def polylines(draw: st.DrawFn) -> tuple[list[Point], list[int]]:
    """Points and radii up to the limits of a stroke, near a small image; level and upright segments among them."""
    steps = st.one_of(st.just(0), st.integers(-40, 40), st.integers(-MAX_STEP, MAX_STEP))
    moves = draw(st.lists(st.tuples(steps, steps), max_size=5))
    start = draw(st.tuples(coordinates, coordinates))
    points = [(int(x), int(y)) for x, y in np.cumsum([start, *moves], axis=0)]
    return points, draw(st.lists(radii, min_size=len(points), max_size=len(points)))


def by_the_rule(points: list[Point], radii: list[int], whole: Box) -> np.ndarray:
    """Every pixel asked whether it is painted, as `stroke.py` says it: bool, the size of `whole`."""
    painted = np.zeros((whole.height, whole.width), bool)
    ends = points if len(points) > 1 else points * 2
    for ((ax, ay), (bx, by)), radius in zip(pairwise(ends), radii[1:] or radii, strict=True):
        px = np.arange(whole.width)[None, :] * 4 + 2 - ax
        py = np.arange(whole.height)[:, None] * 4 + 2 - ay
        dx, dy = bx - ax, by - ay
        along, length2 = px * dx + py * dy, dx * dx + dy * dy
        to_start, to_end = px**2 + py**2 <= radius**2, (px - dx) ** 2 + (py - dy) ** 2 <= radius**2
        beside = (px * dy - py * dx) ** 2 <= radius**2 * length2
        painted |= np.where(along <= 0, to_start, np.where(along >= length2, to_end, beside))
    return painted


def painted_by(parts: list[Runs]) -> np.ndarray:
    painted = np.zeros((WHOLE.height, WHOLE.width), bool)
    for row, first, end in np.concatenate([np.empty((0, 3), np.int64), *parts]):
        painted[row, first:end] = True
    return painted


@settings(max_examples=300)
@given(polylines())
def test_covers_exactly_what_the_rule_says_however_wide_the_brush_and_long_the_step(
    stroke: tuple[list[Point], list[int]],
) -> None:
    assert np.array_equal(painted_by(list(brush_runs(*stroke, whole=WHOLE))), by_the_rule(*stroke, WHOLE))


@given(polylines())
def test_runs_are_ordered_and_apart_and_lie_in_the_image(stroke: tuple[list[Point], list[int]]) -> None:
    for part in brush_runs(*stroke, whole=WHOLE):
        assert (part[:, 1] >= 0).all()
        assert (part[:, 1] < part[:, 2]).all()
        assert (part[:, 2] <= WHOLE.right).all()
        assert ((part[:, 0] >= 0) & (part[:, 0] < WHOLE.bottom)).all()
        order = part[:, 0] * (WHOLE.right + 1)
        assert ((order + part[:, 2])[:-1] < (order + part[:, 1])[1:]).all()
        assert box_of(part) == Box.around(painted_by([part]))


@given(polylines())
def test_a_stroke_in_many_parts_is_the_same_stroke(stroke: tuple[list[Point], list[int]]) -> None:
    whole = list(brush_runs(*stroke, whole=WHOLE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "AT_ONCE", 1)
        parts = list(brush_runs(*stroke, whole=WHOLE))
    assert len(whole) <= 1
    assert np.array_equal(painted_by(parts), painted_by(whole))


def test_a_long_stroke_comes_in_several_parts() -> None:
    points = [(40 * index, 100) for index in range(200)]
    assert len(list(brush_runs(points, [MAX_RADIUS] * 200, whole=Box(0, 0, 3000, 2000)))) > 1
