"""Candidates for mixing: the nearest known colour, and the nearest of every kind of known colour."""

import numpy as np

from matting_core.prior.colour_candidates import find_candidates


def test_the_first_candidate_is_the_nearest_known_pixel() -> None:
    colours = np.zeros((9, 30, 3), np.float32)
    colours[:, :5], colours[:, 25:] = (1, 0, 0), (0, 0, 1)
    known, wanted = np.zeros((9, 30), bool), np.zeros((9, 30), bool)
    known[:, :5] = known[:, 25:] = True
    wanted[4, 8] = wanted[4, 20] = True
    found = find_candidates(colours, known, wanted=wanted)
    np.testing.assert_allclose(found.colours[:, 0].numpy().T, [(1, 0, 0), (0, 0, 1)], atol=1e-6)
    np.testing.assert_allclose(found.distances[0].numpy(), [4, 5], atol=0.1)


def test_every_kind_of_colour_near_the_unknown_region_is_a_candidate() -> None:
    palette = np.random.default_rng(2).random((4, 3)).astype(np.float32)
    colours = palette[np.arange(24) // 6][None].repeat(20, 0)
    known, wanted = np.ones((20, 24), bool), np.zeros((20, 24), bool)
    known[:, [5, 6, 11, 12, 17, 18]], wanted[10, 12] = False, True
    found = find_candidates(colours, known, wanted=wanted).colours[:, :, 0].numpy().T
    nearest = np.abs(found[:, None] - palette[None]).sum(-1).min(0)
    assert nearest.max() < 1e-4


def test_few_known_pixels_make_no_clusters() -> None:
    known, wanted = np.zeros((8, 8), bool), np.zeros((8, 8), bool)
    known[0, 0], wanted[4:, 4:] = True, True
    found = find_candidates(np.full((8, 8, 3), 0.3, np.float32), known, wanted=wanted)
    assert found.colours.shape == (3, 1, 16)
    assert found.of(slice(3, 5)).distances.shape == (1, 2)
