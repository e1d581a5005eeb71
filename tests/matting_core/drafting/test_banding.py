"""The band lies on the edge, is wider where the edge is soft, and is never all there is."""

import numpy as np
import pytest
from scenes import disc

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Floats, Rgb, Trimap
from matting_core.drafting.banding import (
    DRAWING_SIDE,
    central_ellipse,
    enlarged,
    has_all_classes,
    subject_of_score,
    tidied,
    trimap_of_subject,
)


def grey_photo(mask: np.ndarray) -> np.ndarray:
    return np.where(mask[..., None], 200, 50).astype(np.uint8).repeat(3, axis=2)


def trimap_of_score(score: Floats, rgb: Rgb, *, height: int, width: int) -> Trimap | None:
    return trimap_of_subject(subject_of_score(score, rgb), height=height, width=width)


def test_band_lies_on_the_edge() -> None:
    mask = disc(height=200, width=200, row=100, column=100, radius=60)
    trimap = trimap_of_score(mask.astype(np.float32), grey_photo(mask), height=200, width=200)
    y, x = np.mgrid[:200, :200]
    distance = np.hypot(y - 100, x - 100)
    assert (trimap[np.abs(distance - 60) < 1.5] == UNKNOWN).all()
    assert (trimap[distance < 45] == FOREGROUND).all()
    assert (trimap[distance > 75] == BACKGROUND).all()


def test_band_is_wider_where_the_edge_is_soft() -> None:
    score = np.tile(np.clip((np.arange(200) - 92) / 16, 0, 1), (100, 1)).astype(np.float32)
    hard = (score > 0.5).astype(np.float32)
    photo = np.rint(score * 255).astype(np.uint8)[..., None].repeat(3, axis=2)
    soft_band, hard_band = (
        np.count_nonzero(trimap_of_score(s, p, height=100, width=200) == UNKNOWN)
        for s, p in ((score, photo), (hard, grey_photo(hard > 0)))
    )
    assert soft_band > 1.5 * hard_band


def test_thin_subject_keeps_some_foreground() -> None:
    mask = np.zeros((400, 400), np.bool_)
    mask[100:300, 199:204] = True  # thinner than the band of a photo this large
    trimap = trimap_of_score(mask.astype(np.float32), grey_photo(mask), height=400, width=400)
    assert has_all_classes(trimap)
    assert mask[trimap == FOREGROUND].all()


def test_score_without_a_subject_gives_no_trimap() -> None:
    photo = np.zeros((50, 60, 3), np.uint8)
    for score in (np.zeros, np.ones):
        assert trimap_of_score(score((50, 60), np.float32), photo, height=500, width=600) is None


@pytest.mark.parametrize(("height", "width"), [(8, 8), (500, 600), (3000, 90)])
def test_ellipse_in_the_middle_has_all_classes(height: int, width: int) -> None:
    ellipse = central_ellipse(height=height, width=width)
    assert ellipse.shape == (height, width)
    assert has_all_classes(ellipse)


def test_contours_of_a_large_photo_are_smooth() -> None:
    height, width = DRAWING_SIDE * 2, DRAWING_SIDE * 3 // 2
    mask = disc(height=height // 2, width=width // 2, row=height / 4, column=width / 4, radius=200)
    small = np.where(mask, FOREGROUND, BACKGROUND).astype(np.uint8)
    y, x = np.mgrid[:height, :width]
    true = np.hypot(y - height / 2 - 0.5, x - width / 2 - 0.5) <= 401
    assert np.count_nonzero((enlarged(small, height=height, width=width) == FOREGROUND) != true) < 0.01 * true.sum()


def test_specks_and_pinholes_go_and_real_holes_stay() -> None:
    clean = disc(height=200, width=200, row=100, column=100, radius=70)
    clean[90:110, 90:110] = False  # the hole of a handle
    dirty = clean.copy()
    dirty[5:8, 5:8], dirty[60:63, 100:103] = True, False
    np.testing.assert_array_equal(tidied(dirty), clean)
