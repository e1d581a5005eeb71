"""The three terms at three scales: values worked out by hand, and who answers for which pixel."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from matting_core.errors import InvalidArrayError
from matting_core.networks.refining.progressive_refinement import MultiscaleAlpha
from training.losses.multiscale_loss import (
    composition,
    laplacian_bands,
    multiscale_loss,
    pyramid,
    reconstruction,
    refinement_masks,
    single_scale_loss,
)
from training.pretext.composed_photos import ComposedPhotos
from training.pretext.patches import PatchSettings, compose_patches

DEVIATIONS = (0.229, 0.224, 0.225)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def photos() -> ComposedPhotos:
    foreground, background = torch.rand(2, 2, 3, 64, 64, generator=seeded(4))
    return compose_patches(seeded(), foreground, background, settings=PatchSettings(size=64, grid=16))


def everywhere(alpha: torch.Tensor) -> MultiscaleAlpha:
    return MultiscaleAlpha(alpha, alpha, alpha)


def loss(alphas: MultiscaleAlpha, photos: ComposedPhotos, **masks: torch.Tensor) -> float:
    return float(
        multiscale_loss(
            alphas,
            photos.alpha,
            photos.unknown,
            image=photos.rgb,
            foreground=photos.foreground,
            background=photos.background,
            **masks,
        )
    )


def single_loss(alpha: torch.Tensor, photos: ComposedPhotos) -> float:
    return float(
        single_scale_loss(
            alpha,
            photos.alpha,
            photos.unknown,
            image=photos.rgb,
            foreground=photos.foreground,
            background=photos.background,
        )
    )


def a_known_pixel(photos: ComposedPhotos) -> tuple[int, ...]:
    """Index of the first one."""
    return tuple(np.argwhere(photos.unknown.numpy() == 0)[0].tolist())


def test_the_true_alpha_costs_nothing_in_any_term(photos: ComposedPhotos) -> None:
    colours = {"image": photos.rgb, "foreground": photos.foreground, "background": photos.background}
    assert float(reconstruction(photos.alpha, photos.alpha, photos.unknown)) == 0
    assert float(composition(photos.alpha, photos.unknown, **colours)) == pytest.approx(0, abs=1e-6)
    assert float(pyramid(photos.alpha, photos.alpha, photos.unknown)) == 0
    assert loss(everywhere(photos.alpha), photos) == pytest.approx(0, abs=1e-6)
    assert single_loss(photos.alpha, photos) == pytest.approx(0, abs=1e-6)


def test_reconstruction_is_the_mean_error_over_its_weight() -> None:
    alpha = torch.tensor([[0.5, 0.2], [0.9, 0.4]])[None, None]
    truth = torch.tensor([[0.1, 0.2], [0.0, 1.0]])[None, None]
    weight = torch.tensor([[1.0, 0], [0, 1]])[None, None]
    assert float(reconstruction(alpha, truth, weight)) == pytest.approx((0.4 + 0.6) / 2)


def test_composition_adds_the_channels_up_in_imagenets_deviations() -> None:
    """Foreground (1, .5, 0) on background (0, .5, 1): an alpha wrong by .1 is wrong by .1 in red and in blue."""
    foreground = torch.tensor([1.0, 0.5, 0])[None, :, None, None]
    background = torch.tensor([0, 0.5, 1.0])[None, :, None, None]
    image = 0.3 * foreground + 0.7 * background
    error = composition(
        torch.full((1, 1, 1, 1), 0.4), torch.ones(1, 1, 1, 1), image=image, foreground=foreground, background=background
    )
    assert float(error) == pytest.approx(0.1 / 0.229 + 0.1 / 0.225, rel=1e-5)


def test_the_pyramid_of_one_wrong_pixel_is_what_the_binomial_kernel_says() -> None:
    """One pixel of 128 x 128 is wrong by 1 and the only one that counts; it stays on the grid of every level.

    The kernel is separable, so a level's value at that pixel is a product of two lines: a(level)^2 - b(level)^2,
    where a is the signal along a line and b the same once blurred, halved and spread again.
    """
    taps = np.array([Fraction(n, 16) for n in (1, 4, 6, 4, 1)])
    line = np.array([Fraction(0)] * 128)
    line[64] = Fraction(1)
    wanted = Fraction(0)
    for level in range(5):
        centre = 64 // 2**level
        coarse = np.convolve(line, taps, mode="same")[::2]
        spread = np.zeros_like(line)
        spread[::2] = 2 * coarse
        again = np.convolve(spread, taps, mode="same")[centre]
        if level == 0:  # by hand: 2 * (6 * 6 + 1 * 1 + 1 * 1) / 16^2
            assert again == Fraction(76, 256)
        wanted += 2**level * abs(line[centre] ** 2 - again**2)
        line = coarse
    truth = torch.zeros(1, 1, 128, 128)
    alpha = truth.clone()
    alpha[..., 64, 64] = 1
    assert float(wanted) == pytest.approx(1.324790, rel=1e-6)
    assert float(pyramid(alpha, truth, alpha)) == pytest.approx(float(wanted), rel=1e-5)


def test_each_level_of_the_pyramid_is_averaged_over_its_own_weight() -> None:
    """A weight on odd rows only vanishes from the second level on; the first level's mean is over those rows."""
    alpha = torch.rand(1, 1, 64, 64, generator=seeded())
    weight = torch.zeros_like(alpha)
    weight[:, :, 1::2] = 1
    finest = laplacian_bands(alpha)[0].abs()
    assert float(pyramid(alpha, torch.zeros_like(alpha), weight)) == pytest.approx(float(finest[:, :, 1::2].mean()))


def test_bands_halve_and_are_silent_on_a_constant() -> None:
    bands = laplacian_bands(torch.full((1, 1, 64, 96), 0.3))
    assert [tuple(band.shape[2:]) for band in bands] == [(64, 96), (32, 48), (16, 24), (8, 12), (4, 6)]
    assert max(float(band.abs().max()) for band in bands) < 1e-6


@pytest.mark.parametrize("size", [(32, 64), (64, 80)])
def test_a_size_that_does_not_halve_five_times_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(InvalidArrayError, match="multiples of 32 and at least 64"):
        laplacian_bands(torch.zeros(1, 1, *size))


def test_a_flat_wrong_prediction_costs_its_error_in_four_of_five_shares() -> None:
    """Wrong by .2 everywhere, white on black: .2 in alpha, .2 / deviation in each channel, nothing in the pyramid."""
    plane = torch.ones(1, 1, 64, 64)
    white, black = torch.ones(1, 3, 64, 64), torch.zeros(1, 3, 64, 64)
    alphas, truth = everywhere(0.7 * plane), 0.5 * plane
    colours = {"image": 0.5 * white, "foreground": white, "background": black}
    one_scale = 0.2 + sum(0.2 / deviation for deviation in DEVIATIONS)
    assert float(multiscale_loss(alphas, truth, plane, **colours)) == pytest.approx(0.8 * one_scale, rel=1e-4)
    assert float(single_scale_loss(0.7 * plane, truth, plane, **colours)) == pytest.approx(one_scale, rel=1e-4)


@pytest.mark.parametrize(("name", "share"), [("alpha_os1", 2 / 5), ("alpha_os4", 1 / 5), ("alpha_os8", 1 / 5)])
def test_each_scale_has_its_share(name: str, share: float) -> None:
    plane = torch.ones(1, 1, 64, 64)
    grey = torch.full((1, 3, 64, 64), 0.5)  # foreground like background: no alpha composes a wrong photo
    alphas = replace(everywhere(0.5 * plane), **{name: 0.7 * plane})
    cost = multiscale_loss(alphas, 0.5 * plane, plane, image=grey, foreground=grey, background=grey)
    assert float(cost) == pytest.approx(0.2 * share, rel=1e-4)


def test_only_the_coarsest_alpha_answers_for_known_pixels(photos: ComposedPhotos) -> None:
    wrong = photos.alpha.clone()
    pixel = a_known_pixel(photos)
    wrong[pixel] = 1 - wrong[pixel]
    right = everywhere(photos.alpha)
    assert loss(replace(right, alpha_os8=wrong), photos) > 1e-4
    for name in ("alpha_os1", "alpha_os4"):
        assert loss(replace(right, **{name: wrong}), photos) == pytest.approx(0, abs=1e-6)
    assert single_loss(wrong, photos) == pytest.approx(0, abs=1e-6)
    colours = {"image": photos.rgb, "foreground": photos.foreground, "background": photos.background}
    assert float(reconstruction(wrong, photos.alpha, photos.unknown)) == 0
    assert float(composition(wrong, photos.unknown, **colours)) == pytest.approx(0, abs=1e-6)
    assert float(pyramid(wrong, photos.alpha, photos.unknown)) > 1e-4


def test_the_pyramid_of_a_finer_alpha_sees_what_it_was_handed(photos: ComposedPhotos) -> None:
    """A wrong known pixel of the coarsest alpha costs more than in its own terms alone."""
    wrong = photos.alpha.clone()
    pixel = a_known_pixel(photos)
    wrong[pixel] = 1 - wrong[pixel]
    cost = loss(replace(everywhere(photos.alpha), alpha_os8=wrong), photos)
    colours = {"image": photos.rgb, "foreground": photos.foreground, "background": photos.background}
    all_pixels = torch.ones_like(photos.unknown)
    own = (
        reconstruction(wrong, photos.alpha, all_pixels)
        + composition(wrong, all_pixels, **colours)
        + pyramid(wrong, photos.alpha, all_pixels)
    )
    handed = 3 * pyramid(wrong, photos.alpha, photos.unknown)
    assert cost == pytest.approx(float(own + handed) / 5, rel=1e-4)


def test_masks_decide_where_finer_alphas_count(photos: ComposedPhotos) -> None:
    """Within an empty mask even an alpha that is wrong everywhere costs nothing."""
    alphas = replace(everywhere(photos.alpha), alpha_os1=1 - photos.alpha)
    assert loss(alphas, photos) > 0.1
    assert loss(alphas, photos, mask_os1=torch.zeros_like(photos.unknown)) == pytest.approx(0, abs=1e-6)
    alphas = replace(everywhere(photos.alpha), alpha_os4=1 - photos.alpha)
    assert loss(alphas, photos, mask_os4=torch.zeros_like(photos.unknown)) == pytest.approx(0, abs=1e-6)


def test_every_scale_learns(photos: ComposedPhotos) -> None:
    scales = [torch.full_like(photos.alpha, 0.5).requires_grad_() for _ in range(3)]
    multiscale_loss(
        MultiscaleAlpha(*scales),
        photos.alpha,
        photos.unknown,
        image=photos.rgb,
        foreground=photos.foreground,
        background=photos.background,
    ).backward()
    known = photos.unknown == 0
    for scale, learns_there in zip(scales, (False, False, True), strict=True):
        assert scale.grad is not None
        assert torch.isfinite(scale.grad).all()
        assert (scale.grad[~known] != 0).any()
        assert bool((scale.grad[known] != 0).any()) is learns_there


def test_a_batch_without_any_unknown_pixel_costs_what_is_finite(photos: ComposedPhotos) -> None:
    known = replace(photos, trimap=torch.zeros_like(photos.trimap))
    assert np.isfinite(loss(everywhere(1 - photos.alpha), known))


def edge(*, at: int) -> torch.Tensor:
    """Two photos of 640 pixels, background on the left, foreground on the right, one column of 0.5 between."""
    alpha = torch.zeros(2, 1, 640, 640)
    alpha[..., at] = 0.5
    alpha[..., at + 1 :] = 1
    return alpha


def test_masks_come_from_the_trimap_first_from_a_coin_then_and_from_the_prediction_at_last() -> None:
    alphas, unknown = everywhere(edge(at=300)), torch.zeros(2, 1, 640, 640)
    unknown[..., 100:500] = 1

    def from_trimap(step: int, seed: int) -> bool:
        masks = refinement_masks(alphas, unknown, step=step, warm_up=10, generator=seeded(seed))
        assert all(mask.shape == unknown.shape and mask.dtype == torch.float32 for mask in masks)
        same = [torch.equal(mask, unknown) for mask in masks]
        assert same[0] == same[1]
        return same[0]

    assert all(from_trimap(step, seed) for step in (0, 9) for seed in range(3))
    assert {from_trimap(step, seed) for step in (10, 29) for seed in range(5)} == {True, False}
    assert not any(from_trimap(step, seed) for step in (30, 500) for seed in range(3))


def test_predicted_masks_lie_around_what_is_uncertain_at_widths_of_their_own() -> None:
    alphas = everywhere(edge(at=300))
    widths: list[set[int]] = [set(), set()]
    for seed in range(30):
        masks = refinement_masks(alphas, torch.ones(2, 1, 640, 640), step=99, warm_up=1, generator=seeded(seed))
        for seen, mask in zip(widths, masks, strict=True):
            assert (mask[..., 300] == 1).all()
            seen.update(mask[:, 0, 320].sum(1).int().tolist())
    for seen, widest in zip(widths, (29, 14), strict=True):
        assert seen <= set(range(1, widest + 1))
        assert max(seen) > 0.8 * widest
        assert len(seen) > widest // 2


def test_the_second_mask_goes_by_what_the_first_has_let_in() -> None:
    """Where the alpha at 1/4 has settled the coarsest one's doubt, nothing is left for the finest."""
    alphas = replace(everywhere(edge(at=300)), alpha_os4=(edge(at=300) == 1).float())
    mask_os4, mask_os1 = refinement_masks(alphas, torch.ones(2, 1, 640, 640), step=99, warm_up=1, generator=seeded())
    assert mask_os4.any()
    assert not mask_os1.any()
