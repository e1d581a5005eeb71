import math
from itertools import pairwise

import numpy as np
import pytest
from edit_samples import HEIGHT, WIDTH, marks_of, soft_strokes
from hypothesis import given

from matting_core.box import Box
from matting_core.edits.soft_stroke import SoftStroke
from matting_core.errors import InvalidEditError

WHOLE = Box(0, 0, WIDTH, HEIGHT)


def profile(distance: float, stroke: SoftStroke) -> int:
    inner = stroke.radius * stroke.hardness / 100
    if distance >= stroke.radius:
        share = 0.0
    elif distance <= inner:
        share = 1.0
    else:
        t = (stroke.radius - distance) / (stroke.radius - inner)
        share = t * t * (3 - 2 * t)
    return math.floor(stroke.flow * 100 * 255 * share / 10_000 + 0.5)


def distance(x: int, y: int, a: tuple[int, int], b: tuple[int, int]) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = (x - a[0]) * dx + (y - a[1]) * dy
    if along <= 0:
        return math.hypot(x - a[0], y - a[1])
    if along >= dx * dx + dy * dy:
        return math.hypot(x - b[0], y - b[1])
    return abs((x - a[0]) * dy - (y - a[1]) * dx) / math.hypot(dx, dy)


@given(soft_strokes)
def test_covers_each_pixel_by_its_distance(stroke: SoftStroke) -> None:
    weight = stroke.weight(WHOLE, WHOLE)
    ends = stroke.points if len(stroke.points) > 1 else stroke.points * 2
    for row in range(HEIGHT):
        for column in range(WIDTH):
            nearest = min(distance(4 * column + 2, 4 * row + 2, a, b) for a, b in pairwise(ends))
            assert abs(int(weight[row, column]) - profile(nearest, stroke)) <= 1


def test_full_flow_and_hardness_show_the_painted_value_whatever_the_model_says() -> None:
    marks = marks_of(np.full((HEIGHT, WIDTH), 128, np.uint8))
    SoftStroke(51, 100, 100, 12, ((26, 22),)).apply(marks)
    shown = [marks.shown(np.full((HEIGHT, WIDTH), alpha, np.float32), WHOLE)[5, 6] for alpha in (0, 0.7, 1)]
    assert shown == pytest.approx([51 / 255] * 3, abs=1e-4)


def test_half_flow_shows_half_of_each_and_a_second_stroke_half_of_what_is_left() -> None:
    marks = marks_of(np.full((HEIGHT, WIDTH), 128, np.uint8))
    stroke = SoftStroke(255, 100, 50, 12, ((26, 22),))
    model = np.zeros((HEIGHT, WIDTH), np.float32)
    stroke.apply(marks)
    assert marks.shown(model, WHOLE)[5, 6] == pytest.approx(0.5, abs=0.004)
    stroke.apply(marks)
    assert marks.shown(model, WHOLE)[5, 6] == pytest.approx(0.75, abs=0.004)


@pytest.mark.parametrize(("label", "alpha"), [(255, 1.0), (0, 0.0)])
def test_paint_on_a_known_pixel_opens_it_without_a_jump(label: int, alpha: float) -> None:
    """A faint touch leaves nearly what was there, not what the model thinks of a pixel that nobody asked it about."""
    marks = marks_of(np.full((HEIGHT, WIDTH), label, np.uint8))
    SoftStroke(128, 100, 2, 12, ((26, 22),)).apply(marks)
    assert marks.trimap[5, 6] == 128
    assert marks.shown(np.full((HEIGHT, WIDTH), 0.5, np.float32), WHOLE)[5, 6] == pytest.approx(alpha, abs=0.012)


def test_a_pen_that_is_hardly_pressed_covers_less() -> None:
    stroke = SoftStroke(255, 100, 100, 12, ((10, 22), (42, 22)), (100, 10))
    assert stroke.weight(WHOLE, WHOLE)[5, 6] == round(0.1 * 255)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"value": 256}, "value"),
        ({"hardness": 101}, "hardness"),
        ({"flow": 0}, "flow"),
        ({"radius": 0}, "radius"),
        ({"pressures": (50,)}, "as many pressures"),
        ({"pressures": (50, 0)}, "pressure at each point"),
    ],
)
def test_a_stroke_beyond_a_limit_is_refused(changed: dict, reason: str) -> None:
    sound = {"value": 9, "hardness": 50, "flow": 50, "radius": 8, "points": ((0, 0), (4, 4))}
    with pytest.raises(InvalidEditError, match=reason):
        SoftStroke(**sound | changed)
