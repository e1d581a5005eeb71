"""What every drafter owes, and what each one is for."""

import tracemalloc

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenes import meadow, studio

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Mask, Trimap, check_trimap
from matting_core.box import Box
from matting_core.drafting import (
    AutomaticDrafter,
    BackdropDrafter,
    Click,
    Drafter,
    GrabCutDrafter,
    Hints,
    MaskDrafter,
    backdrop_fit,
)
from matting_core.drafting.drafters import DRAFTERS as NAMED
from matting_core.drafting.drafters import build_drafter
from matting_core.errors import InvalidArrayError, UnknownDrafterError
from matting_core.trimap import Label

DRAFTERS = [AutomaticDrafter(), BackdropDrafter(), GrabCutDrafter()]


def assert_fits(trimap: Trimap, subject: Mask, *, wrong: float = 0.01) -> None:
    """The known pixels tell the truth about the subject, and most pixels are known."""
    known = trimap != UNKNOWN
    assert known.mean() > 0.7
    assert (trimap == FOREGROUND)[subject].mean() > 0.7
    assert ((trimap == FOREGROUND) != subject)[known].mean() <= wrong


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
@pytest.mark.parametrize(
    "rgb",
    [
        np.full((40, 50, 3), 128, np.uint8),
        np.random.default_rng(0).integers(0, 256, (48, 40, 3), np.uint8),
        np.random.default_rng(0).integers(0, 65536, (30, 90, 3), np.uint16),
        np.zeros((8, 8, 3), np.uint8),
        np.full((600, 20, 3), 255, np.uint8),
    ],
    ids=["plain", "noise", "deep noise", "tiny", "tall"],
)
def test_every_photo_gets_all_three_classes_and_a_confidence(drafter: Drafter, rgb: np.ndarray) -> None:
    before = rgb.copy()
    draft = drafter.draft(rgb)
    assert set(np.unique(check_trimap(draft.trimap, like=rgb))) == {BACKGROUND, UNKNOWN, FOREGROUND}
    np.testing.assert_array_equal(rgb, before)
    assert (draft.confidence.dtype, draft.confidence.shape) == (np.float32, rgb.shape[:2])
    assert 0 <= draft.confidence.min() <= draft.confidence.max() <= 1


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
def test_drafts_are_reproducible(drafter: Drafter) -> None:
    rgb, _ = meadow()
    hints = Hints(clicks=(Click(96, 86, Label.FOREGROUND), Click(10, 20, Label.BACKGROUND)))
    first, again = drafter.draft(rgb, hints), drafter.draft(rgb, hints)
    np.testing.assert_array_equal(first.trimap, again.trimap)
    np.testing.assert_array_equal(first.certainty, again.certainty)


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_subject_before_a_studio_backdrop_is_found(drafter: Drafter, depth: type) -> None:
    rgb, subject = studio()
    assert_fits(drafter.draft(rgb if depth == np.uint8 else rgb.astype(np.uint16) * 257).trimap, subject)


@pytest.mark.parametrize("drafter", [AutomaticDrafter(), GrabCutDrafter()], ids=lambda drafter: drafter.name)
def test_subject_on_rough_ground_is_found(drafter: Drafter) -> None:
    assert_fits(drafter.draft(meadow()[0]).trimap, meadow()[1])


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
def test_drafters_stand_behind_the_protocol(drafter: Drafter) -> None:
    assert isinstance(drafter, Drafter)


def test_every_name_builds_its_drafter_and_another_is_refused_with_the_list() -> None:
    assert all(build_drafter(name).name == name for name in NAMED)
    with pytest.raises(UnknownDrafterError, match="no drafter named 'grabcup'; choose one of: automatic, backdrop"):
        build_drafter("grabcup")


def test_frame_tells_a_studio_from_a_meadow() -> None:
    assert backdrop_fit(studio()[0]) > 0.95
    assert backdrop_fit(meadow()[0]) < 0.75


def test_band_grows_with_the_photo() -> None:
    unknown = {
        scale: np.count_nonzero(
            AutomaticDrafter().draft(studio(height=144 * scale, width=192 * scale)[0]).trimap == UNKNOWN
        )
        for scale in (1, 3)
    }
    assert unknown[3] / unknown[1] == pytest.approx(9, rel=0.35)


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
def test_nothing_far_outside_the_hinted_box_is_foreground(drafter: Drafter) -> None:
    rgb, subject = studio()
    rgb[10:40, 160:190] = (30, 60, 160)  # something else in the photo
    rows, columns = np.flatnonzero(subject.any(axis=1)), np.flatnonzero(subject.any(axis=0))
    box = Box(int(columns[0]) - 8, int(rows[0]) - 8, int(columns[-1]) + 9, int(rows[-1]) + 9)
    trimap = drafter.draft(rgb, Hints(box=box)).trimap
    assert_fits(trimap, subject)
    assert (trimap[10:40, 160:190] == BACKGROUND).all()


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
@pytest.mark.parametrize("box", [Box(-50, -50, -10, -10), Box(10, 10, 10, 40), Box(-9, -9, 999, 999)])
def test_box_that_says_nothing_is_ignored(drafter: Drafter, box: Box) -> None:
    rgb, subject = studio()
    assert_fits(drafter.draft(rgb, Hints(box=box)).trimap, subject)


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
def test_a_click_removes_what_is_not_the_subject(drafter: Drafter) -> None:
    rgb, subject = studio()
    rgb[10:50, 140:188] = (160, 40, 50)  # something else, as red as the subject
    without = drafter.draft(rgb).trimap
    assert (without[14:46, 146:182] == FOREGROUND).all()
    clicks = (Click(164, 30, Label.BACKGROUND), Click(77, 79, Label.FOREGROUND))
    trimap = drafter.draft(rgb, Hints(clicks=clicks)).trimap
    assert (trimap[14:46, 146:182] == BACKGROUND).all()
    assert (trimap == FOREGROUND)[subject].mean() > 0.7


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
def test_a_hinted_mask_chooses_between_two_subjects(drafter: Drafter) -> None:
    rgb, subject = studio()
    rgb[10:50, 140:188] = (160, 40, 50)
    rough = np.zeros((36, 48), np.float32)  # of another size than the photo
    rough[10:30, 8:30] = 0.9
    trimap = drafter.draft(rgb, Hints(mask=rough)).trimap
    assert (trimap[14:46, 146:182] == BACKGROUND).all()
    assert_fits(trimap, subject, wrong=0.03)


@st.composite
def hints_with_clicks(draw: st.DrawFn) -> Hints:
    click = st.builds(Click, st.integers(0, 95), st.integers(0, 71), st.sampled_from(Label))
    box = st.sampled_from([None, Box(10, 10, 80, 60)])
    mask = st.sampled_from([None, meadow(height=72, width=96)[1]])
    return Hints(box=draw(box), clicks=tuple(draw(st.lists(click, min_size=1, max_size=5))), mask=draw(mask))


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
@settings(max_examples=12, deadline=None)
@given(hints=hints_with_clicks())
def test_a_clicked_pixel_has_its_label_and_full_confidence(drafter: Drafter, hints: Hints) -> None:
    draft = drafter.draft(meadow(height=72, width=96)[0], hints)
    last_of_each_pixel = {(click.x, click.y): click.label for click in hints.clicks}
    for (x, y), label in last_of_each_pixel.items():
        assert draft.trimap[y, x] == label.value_in_trimap
        assert draft.confidence[y, x] == 1


@pytest.mark.parametrize("drafter", [*DRAFTERS, MaskDrafter()], ids=lambda drafter: drafter.name)
@pytest.mark.parametrize(("x", "y"), [(-1, 5), (192, 5), (5, 144)])
def test_a_click_outside_the_photo_is_refused_in_words(drafter: Drafter, x: int, y: int) -> None:
    with pytest.raises(InvalidArrayError, match=f"column {x}, row {y} lies outside its photo of 192x144"):
        drafter.draft(studio()[0], Hints(clicks=(Click(x, y, Label.FOREGROUND),)))


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
def test_confidence_is_low_at_the_edge_and_high_far_from_it(drafter: Drafter) -> None:
    draft = drafter.draft(studio()[0])
    sure, band = draft.confidence, draft.trimap == UNKNOWN
    assert sure[band].mean() < 0.4
    assert sure[2, 2] > 0.8
    assert sure[79, 77] > 0.8
    assert 0 < draft.doubtful_share < 0.5


def test_a_photo_without_a_subject_is_all_doubt() -> None:
    draft = BackdropDrafter().draft(np.full((60, 80, 3), 200, np.uint8))
    assert draft.doubtful_share == 1
    assert draft.confidence.max() == 0


@pytest.mark.parametrize("drafter", DRAFTERS, ids=lambda drafter: drafter.name)
def test_a_draft_takes_a_few_bytes_for_each_pixel_of_a_large_photo(drafter: Drafter) -> None:
    sizes, peaks = (6, 24), []
    for scale in sizes:
        rgb = cv2.resize(studio()[0], (192 * scale, 144 * scale))
        tracemalloc.start()
        drafter.draft(rgb, Hints(clicks=(Click(77 * scale, 79 * scale, Label.FOREGROUND),)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    more_pixels = 192 * 144 * (sizes[1] ** 2 - sizes[0] ** 2)
    assert (peaks[1] - peaks[0]) / more_pixels < 5
