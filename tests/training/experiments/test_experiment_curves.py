"""Curves are well-formed pictures whose points lie where their numbers say."""

import math
import xml.etree.ElementTree as ET

import pytest

from training.experiments.curves import Curve, drawn
from training.experiments.results import Spread

SVG = "{http://www.w3.org/2000/svg}"


def polylines(picture: str) -> list[list[tuple[float, float]]]:
    lines = ET.fromstring(picture).findall(f"{SVG}polyline")  # noqa: S314 - our own picture
    return [[tuple(map(float, place.split(","))) for place in line.attrib["points"].split()] for line in lines]


def test_a_curve_goes_from_one_end_of_the_picture_to_the_other_and_down_where_errors_fall() -> None:
    curve = Curve("a & b", [(0, Spread(9, 1, 2)), (50, Spread(5, 0, 2)), (100, Spread(4, math.nan, 1))])
    picture = drawn([curve], title="t", x_name="x", y_name="y")
    ((first, middle, last),) = polylines(picture)
    assert first[0] < middle[0] < last[0]
    assert middle[0] - first[0] == pytest.approx(last[0] - middle[0], abs=0.2)
    assert first[1] < middle[1] < last[1]
    assert "a &amp; b" in picture
    assert "nan" not in picture


def test_equal_factors_are_equally_far_apart_on_a_logarithmic_axis() -> None:
    curve = Curve("a", [(x, Spread(x, 0, 2)) for x in (4, 12, 36)])
    ((first, middle, last),) = polylines(drawn([curve], title="", x_name="", y_name="", logarithmic=True))
    assert middle[0] - first[0] == pytest.approx(last[0] - middle[0], abs=0.2)


def test_a_single_point_is_drawn_and_none_is_refused() -> None:
    assert polylines(drawn([Curve("a", [(3, Spread(1, 0, 2))])], title="", x_name="", y_name=""))
    with pytest.raises(ValueError, match="no point"):
        drawn([Curve("a", [])], title="", x_name="", y_name="")
