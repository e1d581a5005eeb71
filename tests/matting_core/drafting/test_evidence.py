"""The evidence tells what the automatic drafters know, hints included, in planes of one kind."""

import numpy as np
from scenes import meadow, studio

from matting_core.box import Box
from matting_core.drafting.drafter import NO_HINTS, Click, Hints
from matting_core.drafting.evidence import PLANES, evidence_planes
from matting_core.drafting.small_hints import small_hints
from matting_core.trimap import Label


def planes_of(rgb, hints=NO_HINTS):
    stacked = evidence_planes(rgb, small_hints(hints, full=rgb.shape[:2], small=rgb.shape[:2]))
    assert (stacked.shape, stacked.dtype) == ((*rgb.shape[:2], len(PLANES)), np.uint8)
    return dict(zip(PLANES, np.moveaxis(stacked, 2, 0), strict=True))


def test_every_witness_speaks_for_the_subject_before_a_plain_backdrop() -> None:
    rgb, subject = studio()
    planes = planes_of(rgb)
    for witness in ("saliency", "cut", "colours", "backdrop", "prior"):
        assert planes[witness][subject].mean() > planes[witness][~subject].mean() + 100, witness
    assert (planes["plainness"] > 250).all()


def test_the_prior_is_the_cut_where_the_frame_is_not_plain() -> None:
    planes = planes_of(meadow()[0])
    assert (planes["plainness"] < 200).all()
    assert ((planes["prior"] > 127) == (planes["cut"] > 127)).mean() > 0.98


def test_places_are_told_from_top_to_bottom_and_from_the_frame_inwards() -> None:
    planes = planes_of(studio()[0])
    assert planes["row"][0].max() == 0
    assert planes["row"][-1].min() == 255
    assert planes["inset"][0].max() < 10
    assert planes["inset"][72, 96] == 255


def test_what_is_in_focus_shows_detail() -> None:
    rng = np.random.default_rng(0)
    rgb = np.full((96, 128, 3), 120, np.uint8)
    rgb[:, 64:] = rng.integers(80, 160, (96, 64, 1))
    planes = planes_of(rgb)
    for size in ("fine detail", "coarse detail"):
        assert planes[size][:, 80:].mean() > planes[size][:, :48].mean() + 50


def test_hints_change_what_the_drafters_say() -> None:
    rgb, _ = studio()
    boxed = planes_of(rgb, Hints(box=Box(0, 0, 60, 144)))
    assert boxed["cut"][:, 62:].max() == 0
    assert boxed["prior"][:, 70:].max() == 0
    clicked = planes_of(rgb, Hints(clicks=(Click(180, 10, Label.FOREGROUND),)))
    assert clicked["cut"][10, 180] == 255
