"""Of all images only the worst and the best are drawn, each where the models differ."""

import random

import numpy as np
import pytest

from matting_core.image_io import decode_photo
from training.gate import gallery
from training.gate.bootstrap import PairedSums
from training.gate.comparison import Errors, ImageComparison, JudgedExample
from training.gate.gallery import Gallery, draw_comparison, worst_and_best


def compared(image_id: int, change: float) -> ImageComparison:
    nothing = PairedSums(np.zeros((0, 3)), np.zeros((0, 3)), np.ones(3))
    live, candidate = Errors(1.0, 0, 0), Errors(1.0 + change, 0, 0)
    return ImageComparison(image_id, 1, "", False, live, candidate, nothing)


def example(image_id: int = 1, *, height: int = 40, width: int = 60, dtype: type = np.uint8) -> JudgedExample:
    rgb = np.full((height, width, 3), np.iinfo(dtype).max, dtype)
    trimap = np.full((height, width), 128, np.uint8)
    return JudgedExample(image_id, 1, "", False, rgb, trimap, np.full((height, width), 1.0, np.float32))


def alphas(seen: JudgedExample) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros_like(seen.alpha), np.full_like(seen.alpha, 0.2)


def numbers(images) -> list[int]:
    return [image.image_id for image in images]


def test_the_largest_changes_come_first_and_no_change_is_neither() -> None:
    images = [
        compared(1, 0.1),
        compared(2, -0.3),
        compared(3, 0.0),
        compared(4, 0.4),
        compared(5, -0.1),
        compared(6, 0.2),
    ]
    regressions, gains = worst_and_best(images, 2)
    assert (numbers(regressions), numbers(gains)) == ([4, 6], [2, 5])
    assert numbers(worst_and_best(images)[0]) == [4, 6, 1]
    assert worst_and_best([]) == ((), ())


@pytest.mark.parametrize("seed", range(5))
def test_the_gallery_keeps_the_extremes_in_whatever_order_they_come(monkeypatch, seed: int) -> None:
    monkeypatch.setattr(gallery, "draw_comparison", lambda seen, **_: b"%d" % seen.image_id)
    images = [compared(number, change) for number, change in enumerate((0.3, -0.2, 0.1, 0.5, -0.4, -0.1, 0.0))]
    random.Random(seed).shuffle(images)
    shown = Gallery(2)
    for image in images:
        shown.show(image, example(image.image_id), *alphas(example()))
    assert [exhibit.picture for exhibit in shown.regressions] == [b"3", b"0"]
    assert [exhibit.picture for exhibit in shown.gains] == [b"4", b"1"]


def test_only_what_belongs_there_is_drawn(monkeypatch) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(gallery, "draw_comparison", lambda seen, **_: drawn.append(seen.image_id) or b"")
    shown = Gallery(1)
    for number, change in enumerate((0.3, 0.2, 0.4, -0.1)):
        shown.show(compared(number, change), example(number), *alphas(example()))
    assert drawn == [0, 2, 3]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_photo_live_candidate_and_approved_stand_side_by_side(dtype: type) -> None:
    seen = example(dtype=dtype)
    picture = decode_photo(draw_comparison(seen, live=alphas(seen)[0], candidate=alphas(seen)[1])).rgb
    assert (picture.shape, picture.dtype) == ((40, 4 * 60 + 3 * 4, 3), np.uint8)
    assert [int(picture[20, 64 * panel + 30, 0]) for panel in range(4)] == [255, 0, 51, 255]
    assert (picture[:, 60:64] == 128).all()


@pytest.mark.parametrize(("height", "width"), [(1000, 3000), (3000, 500), (297, 297), (1, 2000)])
def test_a_picture_of_a_large_photo_shows_where_the_models_differ(height: int, width: int) -> None:
    seen = example(height=height, width=width)
    live, candidate = np.zeros_like(seen.alpha), np.zeros_like(seen.alpha)
    row, column = int(0.9 * height), int(0.7 * width)
    candidate[row : row + 12, column : column + 12] = 1
    picture = decode_photo(draw_comparison(seen, live=live, candidate=candidate)).rgb
    assert picture.shape[1] <= 1200
    panel = (picture.shape[1] - 12) // 4
    assert picture[:, 2 * panel + 8 : 3 * panel + 8].max() > 200
    assert picture[:, panel + 4 : 2 * panel + 4].max() == 0


def test_drafts_are_drawn_beside_the_approved_trimap() -> None:
    seen = example()
    live, candidate = np.zeros_like(seen.trimap), np.full_like(seen.trimap, 255)
    picture = decode_photo(draw_comparison(seen, live=live, candidate=candidate)).rgb
    assert [int(picture[20, 64 * panel + 30, 0]) for panel in range(4)] == [255, 0, 255, 128]
