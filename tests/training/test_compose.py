"""Synthetic photographs: composed by the matting equation, with a trimap and an alpha that agree."""

import numpy as np
import pytest

from training import compose as compose_module
from training.compose import SyntheticPhoto, compose
from training.pretext.alphas import PHENOMENA, draw_alpha

ALPHAS = np.stack([draw_alpha(np.random.default_rng(1), 160, name) for name in PHENOMENA])


def photos() -> list[np.ndarray]:
    y, x = np.mgrid[:180, :200]
    stripes = np.stack([128 + 100 * np.sin(x / 9), 128 + 100 * np.cos(y / 13), 90 + 0 * x], -1)
    return [stripes.astype(np.uint8), 255 - stripes.astype(np.uint8)[::-1]]


def composed(seed: int, size: int = 96) -> SyntheticPhoto:
    return compose(np.random.default_rng(seed), photos=photos(), alphas=ALPHAS, size=size)


def test_a_sample_keeps_the_contracts_and_its_alpha_is_exact_where_known() -> None:
    for seed in range(10):
        made = composed(seed)
        assert made.rgb.shape == (96, 96, 3)
        assert made.rgb.dtype == made.trimap.dtype == made.alpha.dtype == np.uint8
        assert set(np.unique(made.trimap)) <= {0, 128, 255}
        assert (made.alpha[made.trimap == 255] == 255).all()
        assert (made.alpha[made.trimap == 0] == 0).all()


def test_nearly_every_sample_has_room_for_all_three_classes() -> None:
    complete = 0
    for seed in range(20):
        trimap = composed(seed).trimap
        complete += all((trimap == label).mean() > 0.03 for label in (0, 128, 255))
    assert complete >= 17


def test_without_a_camera_the_picture_is_the_matting_equation(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one plain colour on each side, every pixel follows from alpha alone."""
    red, blue = np.array([0.8, 0.3, 0.1], np.float32), np.array([0.1, 0.2, 0.7], np.float32)

    def plain(colour: np.ndarray, size: int) -> np.ndarray:
        return np.broadcast_to(colour, (size, size, 3)).copy()

    monkeypatch.setattr(compose_module, "random_view", lambda rng, photo, size: plain(blue, size))
    monkeypatch.setattr(compose_module, "_foreground", lambda rng, photo, matte: plain(red, len(matte)))
    monkeypatch.setattr(compose_module, "_camera", lambda rng, picture: np.round(picture * 255).astype(np.uint8))
    for seed in range(8):
        made = composed(seed)
        fore = made.rgb[made.trimap == 255].mean(0)
        back = made.rgb[made.trimap == 0].mean(0)
        np.testing.assert_allclose(back, blue * 255, atol=0.6)
        alpha = made.alpha[..., None] / 255
        assert np.abs(made.rgb - (alpha * fore + (1 - alpha) * back)).max() <= 1.6


def test_the_same_seed_makes_the_same_sample_and_others_differ() -> None:
    one, two, other = composed(3), composed(3), composed(4)
    np.testing.assert_array_equal(one.rgb, two.rgb)
    np.testing.assert_array_equal(one.trimap, two.trimap)
    np.testing.assert_array_equal(one.alpha, two.alpha)
    assert (one.rgb != other.rgb).any()


def test_the_camera_spoils_the_picture_only_a_little() -> None:
    picture = np.broadcast_to(np.linspace(0.1, 0.9, 64, dtype=np.float32)[:, None, None], (64, 64, 3)).copy()
    shots = [compose_module._camera(np.random.default_rng(seed), picture) for seed in range(20)]
    errors = [np.abs(shot / 255 - picture).mean() for shot in shots]
    assert max(errors) < 0.03
    assert max(errors) > 2 * min(errors)
