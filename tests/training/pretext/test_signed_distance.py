"""Signed distances: zero on the edge, negative inside, and joined as they should be."""

import numpy as np
import pytest

from training.pretext.signed_distance import (
    Form,
    capsule,
    carved,
    profile,
    rounded_box,
    shell,
    smooth_union,
    superellipse,
)


def at(form: Form, x: float, y: float) -> float:
    plane = form(np.full((1, 1), x, np.float32), np.full((1, 1), y, np.float32))
    assert plane.dtype == np.float32
    return float(plane[0, 0])


def test_a_limb_tapers_from_one_radius_to_the_other() -> None:
    limb = capsule((0, 0), (2, 0), radii=(0.5, 0.1))
    assert at(limb, -0.5, 0) == pytest.approx(0, abs=1e-5)
    assert at(limb, 1, 0.3) == pytest.approx(0, abs=1e-5)
    assert at(limb, 2.3, 0) == pytest.approx(0.2, abs=1e-5)


@pytest.mark.parametrize("power", [2, 4])
def test_the_edge_of_a_superellipse_passes_its_half_axes(power: float) -> None:
    form = superellipse((1, 1), (0.6, 0.3), power=power)
    assert at(form, 1.6, 1) == pytest.approx(0, abs=1e-5)
    assert at(form, 1, 0.7) == pytest.approx(0, abs=1e-5)
    corner = at(form, 1.5, 1.24)
    assert corner > 0 if power == 2 else corner < 0


def test_an_angle_turns_a_form_clockwise_on_the_screen() -> None:
    upright = superellipse((0, 0), (1, 0.2), angle=np.pi / 2)
    assert at(upright, 0, 0.9) < 0 < at(upright, 0.9, 0)


def test_a_tapered_box_is_wider_below() -> None:
    box = rounded_box((0, 0), (0.5, 0.5), corner=0.05, taper=0.4)
    assert at(box, 0.6, 0.4) < 0 < at(box, 0.6, -0.4)


def test_a_profile_has_the_half_widths_of_its_knots() -> None:
    vase = profile([(-1, 0.2), (0, 0.6), (1, 0.2)], straight=True)
    assert at(vase, 0.59, 0) < 0 < at(vase, 0.62, 0)
    assert at(vase, 0.35, 0.5) < 0 < at(vase, 0.45, 0.5)
    assert at(vase, 0, 1.1) > 0


def test_a_shell_and_a_carved_form_are_hollow() -> None:
    disc = superellipse((0, 0), (1, 1))
    for hollow in (shell(disc, 0.2), carved(disc, superellipse((0, 0), (0.9, 0.9)))):
        assert at(hollow, 0, 0.95) < 0 < at(hollow, 0, 0.5)


def test_a_smooth_union_fills_the_notch_between_its_parts_and_nothing_far_from_it() -> None:
    parts = [superellipse((-0.5, 0), (0.52, 0.52)), superellipse((0.5, 0), (0.52, 0.52))]
    sharp, smooth = smooth_union(parts, smoothness=0), smooth_union(parts, smoothness=0.5)
    assert at(smooth, 0, 0.2) < 0 < at(sharp, 0, 0.2)
    assert at(smooth, 1.5, 0) == pytest.approx(at(sharp, 1.5, 0))
