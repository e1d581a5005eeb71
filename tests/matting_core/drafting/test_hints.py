"""Hints are checked where they enter, and mean the same on a small copy."""

import numpy as np
import pytest

from matting_core.box import Box
from matting_core.drafting.drafter import Click, Hints
from matting_core.drafting.small_hints import resized_mask, small_hints
from matting_core.errors import InvalidArrayError
from matting_core.trimap import Label


@pytest.mark.parametrize(
    ("mask", "reason"),
    [
        (np.zeros((4, 4, 1), np.bool_), r"\(height, width\)"),
        (np.zeros((0, 4), np.bool_), r"\(height, width\)"),
        (np.zeros((4, 4), np.uint8), "uint8: convert it first"),
        (np.full((4, 4), 1.5, np.float32), r"lies in \[0, 1\]"),
        (np.full((4, 4), np.nan, np.float32), r"lies in \[0, 1\]"),
    ],
)
def test_a_mask_that_breaks_its_contract_is_refused(mask: np.ndarray, reason: str) -> None:
    with pytest.raises(InvalidArrayError, match=reason):
        Hints(mask=mask)


@pytest.mark.parametrize("dtype", [np.bool_, np.float32])
@pytest.mark.parametrize("size", [(20, 30), (40, 60), (80, 90)])
def test_a_mask_keeps_its_place_at_any_size(dtype: type, size: tuple[int, int]) -> None:
    mask = np.zeros((40, 60), dtype)
    mask[:20, :30] = 1
    resized = resized_mask(mask, size)
    assert (resized.dtype, resized.shape) == (np.float32, size)
    assert resized.mean() == pytest.approx(0.25, abs=0.02)
    assert resized[2, 2] == 1


def test_clicks_and_box_land_on_the_small_copy() -> None:
    hints = Hints(box=Box(0, 0, 500, 1000), clicks=(Click(999, 0, Label.BACKGROUND), Click(200, 400, Label.FOREGROUND)))
    said = small_hints(hints, full=(1000, 1000), small=(100, 100))
    assert said.background_clicks[0, 99]
    assert said.foreground_clicks[40, 20]
    assert said.foreground_clicks.sum() == 13
    assert said.inside[:, :50].all()
    assert not said.inside[:, 50:].any()
    assert not said.surely_foreground[60, 60]


def test_a_hinted_mask_is_trusted_only_far_from_its_edge() -> None:
    mask = np.zeros((100, 100), np.bool_)
    mask[20:80, 20:80] = True
    said = small_hints(Hints(mask=mask, clicks=(Click(50, 50, Label.BACKGROUND),)), full=(100, 100), small=(100, 100))
    assert said.surely_foreground[40, 40]
    assert said.surely_background[50, 50]
    assert said.surely_background[5, 5]
    for undecided in ((21, 50), (18, 50)):
        assert not said.surely_foreground[undecided]
        assert not said.surely_background[undecided]
