import re

from annotation_store.learning.training_runs import Point
from studio.pages.learning.curves import LEFT, MOST_POINTS, RIGHT, TOP, WIDTH, curves


def points(*errors, **watched):
    return [Point(step, {"error": error, "seconds": 1.0}) for step, error in enumerate(errors, 1)]


def drawn(html, name):
    (line,) = re.findall(rf'<polyline class="{name}" points="([^"]*)"', html)
    return [tuple(map(float, point.split(","))) for point in line.split(" ")]


def test_a_curve_begins_on_the_left_ends_on_the_right_and_falls_as_the_error_does(english):
    line = drawn(curves(points(0.4, 0.2, 0.1), english), "error")
    assert line[0] == (LEFT, TOP)
    assert line[-1][0] == WIDTH - RIGHT
    assert [y for _, y in line] == sorted(y for _, y in line)


def test_the_last_figures_can_be_read(english, japanese):
    found = [*points(0.4, 0.2), Point(3, {"error": 0.1, "watched": 0.31}), Point(4, {"error": 0.1, "watched": 0.30})]
    html = curves(found, english)
    assert "<strong>0.1000</strong>" in html
    assert "<strong>0.3000</strong>" in html
    assert len(drawn(html, "watched")) == 2
    assert japanese("curve_watched") in curves(found, japanese)


def test_one_point_is_no_curve(english):
    assert curves([], english) == ""
    assert curves(points(0.4), english) == ""
    assert curves([Point(1, {"seconds": 1.0}), Point(2, {"seconds": 2.0})], english) == ""


def test_a_level_curve_can_be_drawn(english):
    assert len(drawn(curves(points(0.2, 0.2), english), "error")) == 2
    assert len(drawn(curves(points(0.0, 0.0), english), "error")) == 2


def test_a_long_training_is_thinned_out_but_for_its_end(english):
    line = drawn(curves(points(*[0.5] * 5000, 0.1), english), "error")
    assert len(line) <= 1.5 * MOST_POINTS
    assert line[-1][0] == WIDTH - RIGHT
