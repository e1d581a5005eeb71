"""A pasted subject is where its alpha says, is cut where it was cut, and keeps its own colours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_images import disc

from training.drafter.cut_and_paste import Cutout, cut_out, ground_of, lit, paste

SIDE = 96
seeds = st.integers(0, 2**31)


def subject() -> Cutout:
    rgb, _, alpha = disc()
    return cut_out(rgb, np.rint(alpha * 255).astype(np.uint8))


def blue_ground() -> np.ndarray:
    return np.broadcast_to(np.array([20, 40, 200], np.uint8), (80, 120, 3)).copy()


def rectangle(rows: slice, columns: slice) -> Cutout:
    """A red subject that the frame cuts where `rows` and `columns` reach it."""
    alpha = np.zeros((64, 96), np.uint8)
    alpha[rows, columns] = 255
    return Cutout(np.broadcast_to(np.float32([200, 30, 30]), (64, 96, 3)).copy(), alpha)


def test_colours_of_a_subject_reach_beyond_its_edge() -> None:
    rgb, _, alpha = disc()
    colours = subject().colours
    edge = (alpha > 0.3) & (alpha < 0.7)
    assert np.abs(colours[edge] - (220, 200, 60)).mean() < 5
    assert np.abs(rgb[edge] - np.array([220, 200, 60])).mean() > 50


def test_the_ground_behind_a_subject_is_guessed() -> None:
    rgb, _, alpha = disc()
    ground = ground_of(rgb, np.rint(alpha * 255).astype(np.uint8))
    assert ground[alpha > 0.9].mean() < 70  # the disc was bright, what lies around it is dark
    untouched = alpha == 0
    assert np.abs(ground[untouched].astype(int) - rgb[untouched]).mean() < 10


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_a_pasted_photo_has_the_format_of_its_ground_and_its_subject_where_alpha_says(seed: int) -> None:
    made = paste(np.random.default_rng(seed), subject(), blue_ground(), side=SIDE)
    assert made is not None
    rgb, alpha = made
    assert rgb.shape == (64, SIDE, 3)
    assert (alpha.shape, alpha.dtype) == ((64, SIDE), np.uint8)
    yellow = rgb[..., :2].mean(axis=2) - rgb[..., 2]
    assert yellow[alpha > 250].mean() > yellow[alpha < 5].mean() - 1  # a photo may be without any colour


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from(["bottom", "top", "left and right"]))
def test_a_subject_that_its_frame_cuts_is_cut_on_the_same_sides(seed: int, cut: str) -> None:
    cutout = {
        "bottom": rectangle(slice(30, 64), slice(40, 60)),
        "top": rectangle(slice(0, 30), slice(40, 60)),
        "left and right": rectangle(slice(20, 40), slice(0, 96)),
    }[cut]
    made = paste(np.random.default_rng(seed), cutout, blue_ground(), side=SIDE)
    assert made is not None
    _, alpha = made
    solid = alpha > 128
    edges = {"bottom": [solid[-1]], "top": [solid[0]], "left and right": [solid[:, 0], solid[:, -1]]}
    assert all(edge.any() for edge in edges[cut])


def test_no_subject_cannot_be_pasted() -> None:
    nothing = Cutout(np.zeros((64, 96, 3), np.float32), np.zeros((64, 96), np.uint8))
    assert paste(np.random.default_rng(0), nothing, blue_ground(), side=SIDE) is None


@pytest.mark.parametrize("strength", [0.0, 0.6])
def test_another_light_stays_within_the_colours_there_are(strength: float) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    changed = lit(np.random.default_rng(1), colours, strength)
    assert changed.dtype == np.float32
    assert changed.min() >= 0
    assert changed.max() <= 255


def test_the_same_seed_pastes_the_same() -> None:
    first, again = (paste(np.random.default_rng(5), subject(), blue_ground(), side=SIDE) for _ in range(2))
    assert first is not None
    assert again is not None
    np.testing.assert_array_equal(first[0], again[0])
