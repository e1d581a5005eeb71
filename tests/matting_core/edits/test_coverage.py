"""What an edit covers is what it changes where everything is another class before."""

import numpy as np
from edit_samples import HEIGHT, WIDTH, areas, bands, fills, marks_of, patches, soft_strokes, strokes
from hypothesis import given
from hypothesis import strategies as st

from matting_core.arrays import BACKGROUND, FOREGROUND
from matting_core.box import Box
from matting_core.edits.area import Area
from matting_core.edits.band import Band
from matting_core.edits.coverage import covered, covered_pixels
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke

WHOLE = Box(0, 0, WIDTH, HEIGHT)


def changed_pixels(edit) -> int:
    """Of a trimap that has nowhere the class that is laid down."""
    before = np.full((HEIGHT, WIDTH), BACKGROUND if edit.ink is Ink.FOREGROUND else FOREGROUND, np.uint8)
    marks = marks_of(before, draft=np.full_like(before, BACKGROUND))
    edit.apply(marks)
    return int(np.count_nonzero(marks.trimap != before))


@given(st.one_of(strokes, areas))
def test_a_brush_and_a_lasso_cover_what_they_change(edit):
    assert covered_pixels(edit, WHOLE) == changed_pixels(edit)


@given(st.lists(st.integers(1, 24), min_size=3, max_size=3).map(tuple))
def test_a_pen_covers_as_much_as_it_was_pressed(radii):
    edit = Stroke(Ink.FOREGROUND, 24, ((8, 8), (20, 30), (44, 20)), radii)
    assert covered_pixels(edit, WHOLE) == changed_pixels(edit)


@given(soft_strokes)
def test_a_soft_brush_covers_what_it_opens(edit):
    marks = marks_of(np.full((HEIGHT, WIDTH), FOREGROUND, np.uint8))
    edit.apply(marks)
    assert covered_pixels(edit, WHOLE) == np.count_nonzero(marks.trimap != FOREGROUND)


@given(st.one_of(strokes, soft_strokes, areas, fills, bands, patches))
def test_nothing_is_covered_beyond_what_an_edit_reaches(edit):
    box = edit.reach(WHOLE)
    assert covered(edit, WHOLE).shape == (box.height, box.width)
    assert 0 <= covered_pixels(edit, WHOLE) <= box.width * box.height


@given(st.one_of(fills, patches))
def test_what_one_gesture_does_by_itself_is_not_painted(edit):
    assert covered_pixels(edit, WHOLE) == 0


def test_a_band_is_painted_where_somebody_drew_an_outline_around_it():
    outline = ((4, 4), (40, 4), (40, 36), (4, 36))
    assert covered_pixels(Band(3), WHOLE) == 0
    assert covered_pixels(Band(3, outline), WHOLE) == covered_pixels(Area(Ink.UNKNOWN, outline), WHOLE) == 9 * 8


def test_a_stroke_beside_the_image_covers_nothing():
    assert covered_pixels(Stroke(Ink.FOREGROUND, 8, ((-400, -400),)), WHOLE) == 0


def test_a_long_stroke_of_a_wide_brush_counts_each_pixel_once():
    """It is worked on in parts, which cover some pixels twice."""
    there_and_back = tuple((x, 1000) for x in (*range(0, 4000, 40), *range(4000, 0, -40)))
    edit = Stroke(Ink.FOREGROUND, 1600, there_and_back)
    whole = Box(0, 0, 1000, 900)
    before = np.zeros((900, 1000), np.uint8)
    marks = marks_of(before)
    edit.apply(marks)
    assert covered_pixels(edit, whole) == np.count_nonzero(marks.trimap)
