import numpy as np
import pytest
from edit_samples import HEIGHT, WIDTH, marks_of
from hypothesis import given
from hypothesis import strategies as st

from matting_core.box import Box
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Retouch
from matting_core.errors import InvalidArrayError, InvalidEditError


def layer(seed: int) -> Retouch:
    rng = np.random.default_rng(seed)
    coverage = rng.choice(np.array([0, 1, 3000, 40_000, 65_534, 65_535], np.uint16), (HEIGHT, WIDTH))
    return Retouch(coverage, (coverage * rng.random(coverage.shape)).astype(np.uint16))


@given(st.integers(0, 999))
def test_what_lies_below_shows_again_as_it_was_to_a_step_of_sixteen_bits(seed: int) -> None:
    retouch = layer(seed)
    model = np.random.default_rng(seed + 1).random((HEIGHT, WIDTH), np.float32)
    shown = np.rint(retouch.over(model) * 65535) / np.float32(65535)
    again = retouch.over(retouch.below(shown.astype(np.float32)))
    assert np.abs(again - shown).max() <= 1.5 / 65535


def test_a_layer_survives_its_file() -> None:
    retouch = layer(0)
    again = Retouch.from_png(retouch.to_png())
    assert np.array_equal(again.coverage, retouch.coverage)
    assert np.array_equal(again.value, retouch.value)


@pytest.mark.parametrize("png", [b"", b"nothing of the kind"])
def test_what_is_no_layer_is_refused(png: bytes) -> None:
    with pytest.raises(InvalidArrayError):
        Retouch.from_png(png)


def test_a_label_ends_what_was_painted_by_hand() -> None:
    marks = marks_of(np.full((HEIGHT, WIDTH), 128, np.uint8))
    whole, everywhere = marks.whole, np.ones((HEIGHT, WIDTH), bool)
    marks.paint_alpha(whole, weight=np.full((HEIGHT, WIDTH), 200, np.uint8), value=90)
    assert marks.is_retouched
    marks.lay(Ink.UNKNOWN, whole, everywhere)
    assert not marks.is_retouched
    model = np.full((HEIGHT, WIDTH), 0.3, np.float32)
    assert np.array_equal(marks.shown(model, whole), model)


def test_a_draft_of_another_size_is_refused() -> None:
    marks = marks_of(np.zeros((HEIGHT, WIDTH), np.uint8), draft=np.zeros((2, 2), np.uint8))
    with pytest.raises(InvalidEditError, match="size"):
        marks.lay(Ink.DRAFT, Box(0, 0, 1, 1), np.ones((1, 1), bool))
