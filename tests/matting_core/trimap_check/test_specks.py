"""Specks: tiny islands, unless the matte says that they are meant."""

import numpy as np
import pytest

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Trimap
from matting_core.box import Box
from matting_core.trimap_check.slips import SlipKind
from matting_core.trimap_check.specks import find_specks

ISLAND = Box(200, 100, 203, 103)


def _island(label: int, *, ground: int, alpha: float, inside: float) -> tuple[Trimap, Alpha]:
    trimap, matte = np.full((300, 400), ground, np.uint8), np.full((300, 400), alpha, np.float32)
    trimap[ISLAND.slices], matte[ISLAND.slices] = label, inside
    return trimap, matte


@pytest.mark.parametrize(("label", "ground"), [(FOREGROUND, BACKGROUND), (BACKGROUND, FOREGROUND)])
def test_an_island_of_the_opposite_label_is_a_speck(label: int, ground: int) -> None:
    (speck,) = find_specks(*_island(label, ground=ground, alpha=ground / 255, inside=label / 255))
    assert speck.kind is SlipKind.SPECK
    assert speck.box == ISLAND
    assert speck.centre == (201, 101)


def test_a_known_island_in_unknown_ground_is_a_speck_where_the_matte_says_the_opposite() -> None:
    assert find_specks(*_island(FOREGROUND, ground=UNKNOWN, alpha=0.1, inside=1))


def test_a_known_island_in_unknown_ground_is_meant_where_the_matte_agrees() -> None:
    assert not find_specks(*_island(FOREGROUND, ground=UNKNOWN, alpha=0.8, inside=1))


def test_an_unknown_island_is_a_speck_where_the_matte_sees_nothing_in_it() -> None:
    assert find_specks(*_island(UNKNOWN, ground=BACKGROUND, alpha=0, inside=0.01))


def test_an_unknown_island_is_meant_where_the_matte_sees_something_in_it() -> None:
    assert not find_specks(*_island(UNKNOWN, ground=BACKGROUND, alpha=0, inside=0.4))


def test_a_large_island_is_no_speck() -> None:
    trimap = np.full((300, 400), BACKGROUND, np.uint8)
    trimap[100:110, 200:210] = FOREGROUND
    assert not find_specks(trimap, (trimap / 255).astype(np.float32))


def test_an_island_that_the_frame_cuts_is_no_speck() -> None:
    trimap = np.full((300, 400), BACKGROUND, np.uint8)
    trimap[:3, 200:203] = FOREGROUND
    assert not find_specks(trimap, (trimap / 255).astype(np.float32))


def test_specks_beside_each_other_are_one_mark() -> None:
    trimap = np.full((300, 400), BACKGROUND, np.uint8)
    trimap[100, 200:206:2] = FOREGROUND
    assert [speck.box for speck in find_specks(trimap, (trimap / 255).astype(np.float32))] == [Box(200, 100, 205, 101)]


def test_a_single_pixel_of_a_large_photo_is_found_with_a_box_in_the_photo_s_pixels() -> None:
    trimap = np.full((900, 2500), BACKGROUND, np.uint8)
    trimap[500, 1500] = FOREGROUND
    (speck,) = find_specks(trimap, (trimap / 255).astype(np.float32))
    assert speck.box == Box(1500, 498, 1503, 501)
