"""Any mask becomes a trimap whose band follows the size of the photo and the softness of the mask."""

import numpy as np
import pytest
from scenes import disc, studio

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from matting_core.box import Box
from matting_core.drafting import Click, Hints, MaskDrafter, draft_from_mask
from matting_core.errors import InvalidArrayError
from matting_core.trimap import Label


def half(size: int) -> np.ndarray:
    mask = np.zeros((size, size), np.bool_)
    mask[:, size // 2 :] = True
    return mask


@pytest.mark.parametrize("size", [320, 640, 1280])
@pytest.mark.parametrize("radius", [8.0, 12.0, 20.0])
def test_band_is_the_radius_at_640_pixels_and_grows_with_the_photo(size: int, radius: float) -> None:
    trimap = draft_from_mask(half(size), height=size, width=size, radius=radius).trimap
    band = radius * size / 640
    unknown = np.count_nonzero(trimap[size // 2] == UNKNOWN)
    assert unknown == pytest.approx(2 * band, abs=2)


def test_a_mask_of_another_size_gives_about_the_same_draft() -> None:
    large = disc(height=900, width=1200, row=400, column=500, radius=250)
    own = draft_from_mask(large, height=900, width=1200).trimap
    for shape in ((300, 400), (1800, 2400), (150, 600)):
        rows = np.linspace(0, 899, shape[0]).round().astype(int)
        columns = np.linspace(0, 1199, shape[1]).round().astype(int)
        other = draft_from_mask(large[rows][:, columns], height=900, width=1200).trimap
        assert np.count_nonzero(other != own) < 0.02 * own.size


def test_soft_pixels_are_unknown_however_far_from_the_edge() -> None:
    soft = half(640).astype(np.float32)
    soft[100:140, 500:560], soft[100:140, 40:80] = 0.9, 0.1
    trimap = draft_from_mask(soft, height=640, width=640).trimap
    assert (trimap[100:140, 500:560] == UNKNOWN).all()
    assert (trimap[100:140, 40:80] == UNKNOWN).all()
    assert trimap[300, 600] == FOREGROUND
    assert trimap[300, 40] == BACKGROUND


def test_thin_subject_keeps_some_foreground() -> None:
    mask = np.zeros((640, 640), np.bool_)
    mask[100:500, 300:306] = True
    trimap = draft_from_mask(mask, height=640, width=640).trimap
    assert mask[trimap == FOREGROUND].all()
    assert (trimap == FOREGROUND).any()


@pytest.mark.parametrize("mask", [np.zeros((30, 40), np.bool_), np.ones((30, 40), np.float32)])
def test_a_mask_that_says_nothing_gives_a_draft_without_certainty(mask: np.ndarray) -> None:
    draft = draft_from_mask(mask, height=300, width=400)
    assert set(np.unique(draft.trimap)) == {BACKGROUND, UNKNOWN, FOREGROUND}
    assert draft.doubtful_share == 1


def test_confidence_follows_the_score() -> None:
    soft = np.full((640, 640), 0.02, np.float32)
    soft[:, 320:] = 0.98
    soft[:200, 320:] = 0.7
    draft = draft_from_mask(soft, height=640, width=640)
    assert draft.confidence[500, 600] > 0.9
    assert draft.confidence[100, 600] == pytest.approx(0.4, abs=0.02)
    assert draft.confidence[500, 322] < 0.2


def test_box_and_clicks_are_heeded() -> None:
    hints = Hints(mask=half(200), box=Box(0, 0, 200, 100), clicks=(Click(150, 150, Label.FOREGROUND),))
    trimap = MaskDrafter().draft(np.zeros((200, 200, 3), np.uint8), hints).trimap
    assert trimap[50, 150] == FOREGROUND
    assert trimap[180, 180] == BACKGROUND
    assert trimap[150, 150] == FOREGROUND


def test_without_a_mask_the_drafter_says_what_it_needs() -> None:
    with pytest.raises(InvalidArrayError, match="none was given: add one"):
        MaskDrafter().draft(studio()[0])


def test_a_mask_of_bytes_is_refused() -> None:
    with pytest.raises(InvalidArrayError, match="convert it first"):
        draft_from_mask(np.zeros((30, 40), np.uint8), height=30, width=40)  # type: ignore[arg-type]
