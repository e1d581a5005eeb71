"""The pretext sample: the paper's shares, crisp where it says so, and a composite that is what it claims to be."""

from functools import cache

import pytest
import torch

from matting_core.errors import InvalidArrayError
from training.pretext.composed_photos import ComposedPhotos
from training.pretext.patches import (
    PatchNoise,
    PatchOrder,
    PatchSettings,
    compose_patches,
    draw_patches,
    settled,
    trimap_of,
)
from training.pretext.random_warp import Interpolation, draw_transforms, warp

DPT = PatchSettings()
SMALL = PatchSettings(size=64, grid=16)
LABELS = (0, 128, 255)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def photos(count: int, size: int, *, seed: int = 9) -> tuple[torch.Tensor, torch.Tensor]:
    foreground, background = torch.rand(2, count, 3, size, size, generator=seeded(seed))
    return foreground, background


def composed(settings: PatchSettings, *, count: int = 4, seed: int = 0) -> ComposedPhotos:
    return compose_patches(seeded(seed), *photos(count, settings.size), settings=settings)


def percentages(trimap: torch.Tensor) -> list[float]:
    return [100 * float((trimap == label).float().mean()) for label in LABELS]


@cache
def drawn() -> tuple[torch.Tensor, torch.Tensor]:
    """300 samples of DPT's settings before the warp."""
    return draw_patches(seeded(), 300, settings=DPT, device="cpu")


def test_every_sample_has_exactly_the_papers_number_of_patches_and_they_are_crisp() -> None:
    labels, alpha = drawn()
    assert (labels.dtype, alpha.dtype) == (torch.uint8, torch.float32)
    assert labels.shape == alpha.shape == (300, 1, 224, 224)
    cells = labels[:, :, ::7, ::7]
    assert torch.equal(cells.repeat_interleave(7, 2).repeat_interleave(7, 3), labels)
    counts = torch.stack([(cells == label).sum((1, 2, 3)) for label in LABELS], 1)
    assert (counts == torch.tensor([128, 768, 128])).all()


def test_known_patches_lie_anywhere() -> None:
    """Over 300 samples each of the 1024 places is foreground 37.5 times on average, with a deviation of about 6."""
    labels, _ = drawn()
    times = (labels[:, 0, ::7, ::7] == 255).sum(0)
    assert times.min() > 37.5 - 5 * 6
    assert times.max() < 37.5 + 5 * 6


def test_alpha_is_settled_in_known_patches_and_white_noise_in_unknown_ones() -> None:
    labels, alpha = drawn()
    assert (alpha[labels == 0] == 0).all()
    assert (alpha[labels == 255] == 1).all()
    noise = alpha[labels == 128]
    levels = (noise * 255).round()
    torch.testing.assert_close(noise, levels / 255, atol=0, rtol=0)
    assert (levels.min(), levels.max()) == (0, 254)
    assert float(noise.mean()) == pytest.approx(127 / 255, abs=1e-3)
    assert float(noise.std()) == pytest.approx(0.288, abs=1e-3)
    assert abs(neighbour_correlation(labels, alpha)) < 0.01


def test_smooth_noise_is_smooth() -> None:
    labels, alpha = draw_patches(seeded(), 20, settings=PatchSettings(noise=PatchNoise.SMOOTH), device="cpu")
    assert neighbour_correlation(labels, alpha) > 0.9
    noise = alpha[labels == 128]
    assert 0 <= noise.min() < 0.1
    assert 0.9 < noise.max() < 1


def neighbour_correlation(labels: torch.Tensor, alpha: torch.Tensor) -> float:
    both = (labels[..., 1:] == 128) & (labels[..., :-1] == 128)
    pair = torch.stack([alpha[..., 1:][both], alpha[..., :-1][both]])
    return float(torch.corrcoef(pair)[0, 1])


@pytest.mark.parametrize(
    ("interpolation", "published"),
    [
        (Interpolation.NEAREST, (21.0, 67.7, 11.3)),
        (Interpolation.BILINEAR, (18.3, 73.0, 8.7)),
        (Interpolation.BICUBIC, (19.3, 72.8, 7.9)),
    ],
)
def test_warped_alphas_have_the_class_shares_of_the_authors_code(
    interpolation: Interpolation, published: tuple[float, float, float]
) -> None:
    """Over 300 samples. Bicubic foreground is 9.6 here: the authors' 7.9 has lost what rounding keeps below 1."""
    _, alpha = drawn()
    warped = warp(alpha, draw_transforms(seeded(1), 300), interpolations=[interpolation] * 300)
    assert percentages(trimap_of(settled(warped))) == pytest.approx(published, abs=2)


def test_samples_in_the_codes_order_have_its_class_shares() -> None:
    foreground, background = photos(1, 224)
    samples = compose_patches(
        seeded(2),
        foreground.expand(300, -1, -1, -1),
        background.expand(300, -1, -1, -1),
        settings=PatchSettings(jitter=False),
    )
    assert percentages(samples.trimap) == pytest.approx((18.5, 72.7, 8.8), abs=2)


def test_in_the_codes_order_the_trimap_is_what_the_alpha_says() -> None:
    samples = composed(SMALL)
    assert torch.equal(samples.trimap == 0, samples.alpha == 0)
    assert torch.equal(samples.trimap == 255, samples.alpha == 1)


def test_in_the_figures_order_patches_stay_crisp_and_their_shares_exact() -> None:
    """An unknown pixel whose alpha happens to be 0 stays unknown: the trimap is the drawn one."""
    samples = composed(PatchSettings(order=PatchOrder.FIGURE))
    assert percentages(samples.trimap) == [12.5, 75, 12.5]
    assert torch.equal(samples.trimap[:, :, ::7, ::7].repeat_interleave(7, 2).repeat_interleave(7, 3), samples.trimap)
    assert ((samples.alpha == 0) & (samples.trimap == 128)).any()
    assert (samples.alpha[samples.trimap == 0] == 0).all()
    assert (samples.alpha[samples.trimap == 255] == 1).all()


@pytest.mark.parametrize("order", PatchOrder)
@pytest.mark.parametrize("noise", PatchNoise)
def test_the_photo_is_composed_of_what_is_said_of_it(order: PatchOrder, noise: PatchNoise) -> None:
    samples = composed(PatchSettings(size=64, grid=16, order=order, noise=noise))
    for plane in (samples.rgb, samples.alpha, samples.foreground, samples.background):
        assert plane.dtype == torch.float32
        assert ((plane >= 0) & (plane <= 1)).all()
    mixed = samples.alpha * samples.foreground + (1 - samples.alpha) * samples.background
    torch.testing.assert_close(samples.rgb, mixed, atol=1e-6, rtol=0)


@pytest.mark.parametrize("order", PatchOrder)
def test_the_foreground_is_changed_and_the_background_is_not(order: PatchOrder) -> None:
    foreground, background = photos(4, 64)
    before = background.clone()
    samples = compose_patches(seeded(), foreground, background, settings=PatchSettings(size=64, grid=16, order=order))
    assert torch.equal(samples.background, before)
    assert all(not torch.equal(mine, its) for mine, its in zip(samples.foreground, foreground, strict=True))


def test_without_jitter_a_plain_foreground_keeps_its_colour_inside() -> None:
    grey = torch.full((8, 3, 64, 64), 0.5)
    kept, shifted = (
        compose_patches(seeded(), grey, grey, settings=PatchSettings(size=64, grid=16, jitter=jitter)).foreground[
            :, :, 32, 32
        ]
        for jitter in (False, True)
    )
    torch.testing.assert_close(kept, torch.full((8, 3), 0.5))
    assert (shifted != 0.5).any(1).all()


def test_classes_are_one_hot_in_the_networks_order() -> None:
    samples = composed(SMALL)
    assert samples.classes.dtype == torch.float32
    assert (samples.classes.sum(1) == 1).all()
    for channel, label in enumerate(LABELS):
        assert torch.equal(samples.classes[:, channel : channel + 1] == 1, samples.trimap == label)
    assert torch.equal(samples.unknown, samples.classes[:, 1:2])


def test_the_same_seed_makes_the_same_batch_and_another_one_another() -> None:
    first, again, other = (composed(SMALL, seed=seed) for seed in (5, 5, 6))
    for name in ComposedPhotos.__slots__:
        assert torch.equal(getattr(first, name), getattr(again, name))
    assert not torch.equal(first.trimap, other.trimap)
    assert not torch.equal(first.trimap[0], first.trimap[1])


def test_a_batch_moves_as_a_whole() -> None:
    moved = composed(SMALL).to("meta")
    assert {getattr(moved, name).device.type for name in ComposedPhotos.__slots__} == {"meta"}


def test_a_rounded_alpha_is_settled_and_a_low_one_is_not() -> None:
    alpha = torch.tensor([-0.1, 1e-7, 1 / 255, 254 / 255, 1 - 2e-7, 1.2])
    torch.testing.assert_close(settled(alpha), torch.tensor([0, 0, 1 / 255, 254 / 255, 1, 1]), atol=0, rtol=0)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"size": 225}, "multiple of the grid"),
        ({"grid": 0}, "multiple of the grid"),
        ({"known_share": 1.5}, "between 0 and 1"),
        ({"foreground_share": -0.1}, "between 0 and 1"),
        ({"order": "paper"}, "paper"),
        ({"noise": "pink"}, "pink"),
    ],
)
def test_settings_that_do_not_fit_are_refused(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        PatchSettings(**wrong)  # type: ignore[arg-type]


def test_photos_of_another_size_are_refused() -> None:
    with pytest.raises(InvalidArrayError, match="N x 3 x 64 x 64"):
        compose_patches(seeded(), *photos(1, 32), settings=SMALL)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_on_a_gpu_samples_keep_their_contract() -> None:
    generator = torch.Generator("cuda").manual_seed(0)
    foreground, background = (plane.cuda() for plane in photos(60, 224))
    samples = compose_patches(generator, foreground, background, settings=DPT)
    assert percentages(samples.trimap) == pytest.approx((18.5, 72.7, 8.8), abs=4)
