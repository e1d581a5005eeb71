"""Closed form with a data term: exact on plain colours, bound to the known pixels, never at a loss."""

import numpy as np
import pytest
import torch

from matting_core.prior import closed_form as module
from matting_core.prior.closed_form import closed_form

ORANGE, NAVY = np.array([0.9, 0.5, 0.1], np.float32), np.array([0.1, 0.15, 0.4], np.float32)


def soft_disc(*, power: float = module.TOWARDS_LIGHT) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Photo, trimap and truth of an orange disc with a soft edge before navy, mixed in values to this power."""
    y, x = np.mgrid[:44, :52]
    truth = np.clip((16 - np.hypot(x - 26, y - 22)) / 6, 0, 1).astype(np.float32)
    photo = (truth[..., None] * ORANGE**power + (1 - truth[..., None]) * NAVY**power) ** (1 / power)
    trimap = np.full(truth.shape, 128, np.uint8)
    trimap[np.hypot(x - 26, y - 22) < 8] = 255
    trimap[np.hypot(x - 26, y - 22) > 18] = 0
    return photo, trimap, truth


def solved(
    photo: np.ndarray, trimap: np.ndarray, *, samples: np.ndarray | float = 0.0, trust: np.ndarray | float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Weak and strong alpha as NumPy arrays."""
    planes = [torch.from_numpy(np.broadcast_to(plane, trimap.shape).astype(np.float32)) for plane in (samples, trust)]
    labels = torch.from_numpy(trimap)
    colours = torch.from_numpy(photo.transpose(2, 0, 1).astype(np.float32))
    alphas = closed_form(colours, labels, samples=planes[0], confidence=planes[1], tolerance=1e-5)
    return alphas[0].numpy(), alphas[1].numpy()


def test_a_soft_edge_between_plain_colours_is_recovered_without_any_data_term() -> None:
    photo, trimap, truth = soft_disc()
    for alpha in solved(photo, trimap):
        assert alpha.dtype == np.float32
        assert np.abs(alpha - truth).max() < 0.02
        np.testing.assert_array_equal(alpha[trimap == 0], 0)
        np.testing.assert_array_equal(alpha[trimap == 255], 1)


def test_what_a_lens_mixed_is_recovered_better_than_in_srgb_values(monkeypatch: pytest.MonkeyPatch) -> None:
    photo, trimap, truth = soft_disc(power=2.2)
    towards_light, _ = solved(photo, trimap)
    monkeypatch.setattr(module, "TOWARDS_LIGHT", 1.0)
    in_srgb, _ = solved(photo, trimap)
    assert np.abs(towards_light - truth).mean() < 0.85 * np.abs(in_srgb - truth).mean()
    assert (in_srgb - truth)[trimap == 128].mean() > 0.01, "the brighter foreground seems larger than it is"


def test_a_heavy_data_term_pulls_alpha_to_the_samples_where_they_are_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WEAK", 1e4)
    photo, trimap, truth = soft_disc()
    trust = np.zeros_like(truth)
    trust[:, :26] = 1
    alpha, _ = solved(photo, trimap, samples=0.3, trust=trust)
    unknown = trimap == 128
    left, right = unknown.copy(), unknown.copy()
    left[:, 26:], right[:, :32] = False, False
    assert np.abs(alpha[left] - 0.3).max() < 0.01
    assert np.abs(alpha[right] - truth[right]).mean() < 0.5 * np.abs(alpha[right] - 0.3).mean()


def test_the_strong_solution_lies_nearer_to_the_samples_than_the_weak_one() -> None:
    photo, trimap, _ = soft_disc()
    photo = np.clip(photo + np.random.default_rng(0).normal(0, 0.05, photo.shape), 0, 1)
    weak, strong = solved(photo, trimap, samples=0.5, trust=1.0)
    unknown = trimap == 128
    assert np.abs(strong - 0.5)[unknown].mean() < np.abs(weak - 0.5)[unknown].mean() - 0.005


def test_an_unknown_region_that_nothing_pulls_at_is_what_the_samples_say() -> None:
    """A white thing before white, the unknown pixels far from the known foreground: only sampling has an opinion."""
    photo = np.full((12, 40, 3), 1, np.float32)
    trimap = np.zeros((12, 40), np.uint8)
    trimap[:, :4], trimap[:, 30:36] = 255, 128
    alpha, _ = solved(photo, trimap)
    np.testing.assert_array_equal(alpha, trimap == 255)


@pytest.mark.parametrize("size", [(1, 9), (9, 1), (2, 9), (2, 2)])
def test_a_photo_without_a_single_whole_window_takes_its_samples(size: tuple[int, int]) -> None:
    photo = np.full((*size, 3), 0.5, np.float32)
    trimap = np.full(size, 128, np.uint8)
    trimap.flat[0], trimap.flat[-1] = 0, 255
    for alpha in solved(photo, trimap, samples=0.25, trust=1.0):
        np.testing.assert_allclose(alpha[trimap == 128], 0.25, atol=1e-4)


def test_without_unknown_pixels_there_is_nothing_to_solve() -> None:
    photo, trimap, _ = soft_disc()
    trimap[trimap == 128] = 0
    for alpha in solved(photo, trimap):
        np.testing.assert_array_equal(alpha, trimap == 255)
