"""Colours there and back, and shifts that stay within what was promised."""

import colorsys

import pytest
import torch

from training.pretext.colour_jitter import FAR, LARGEST_TURN, hsv_to_rgb, jitter_colours, rgb_to_hsv


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def plain(red: float, green: float, blue: float, *, count: int = 1) -> torch.Tensor:
    return torch.tensor([red, green, blue])[None, :, None, None].repeat(count, 1, 4, 4)


def everywhere(rgb: torch.Tensor) -> torch.Tensor:
    return torch.ones_like(rgb[:, :1], dtype=torch.bool)


def test_hsv_is_that_of_the_standard_library() -> None:
    rgb = torch.rand(1, 3, 1, 200, generator=seeded())
    ours = rgb_to_hsv(rgb)[0, :, 0].T / torch.tensor([360, 1, 1])
    theirs = torch.tensor([colorsys.rgb_to_hsv(*colour) for colour in rgb[0, :, 0].T.tolist()])
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


@pytest.mark.parametrize("corner", [(r, g, b) for r in (0.0, 1.0) for g in (0.0, 1.0) for b in (0.0, 1.0)])
def test_pure_colours_and_greys_come_back(corner: tuple[float, float, float]) -> None:
    torch.testing.assert_close(hsv_to_rgb(rgb_to_hsv(plain(*corner))), plain(*corner))


def test_random_colours_come_back() -> None:
    rgb = torch.rand(2, 3, 50, 50, generator=seeded())
    torch.testing.assert_close(hsv_to_rgb(rgb_to_hsv(rgb)), rgb, atol=1e-5, rtol=0)


def test_each_shift_stays_within_its_bound_and_uses_most_of_it() -> None:
    """A dark red, whose saturation and value are far from both ends."""
    rgb = plain(0.5, 0.1, 0.1, count=400)
    jittered = rgb_to_hsv(jitter_colours(seeded(), rgb, where=everywhere(rgb)))[:, :, 0, 0]
    turn = (jittered[:, 0] + 180) % 360 - 180
    assert 0.95 * LARGEST_TURN < turn.max() <= LARGEST_TURN + 1e-3
    assert -LARGEST_TURN - 1e-3 <= turn.min() < -0.95 * LARGEST_TURN
    for channel, mean in ((1, 0.8), (2, 0.5)):
        shift = jittered[:, channel] - mean
        bound = (FAR - mean) / 10
        assert 0.95 * bound < shift.max() <= bound + 1e-5
        assert -bound - 1e-5 <= shift.min() < -0.95 * bound


def test_what_would_leave_the_range_is_reflected_at_its_ends() -> None:
    black_and_white = torch.cat([plain(0, 0, 0, count=50), plain(1, 1, 1, count=50)])
    value = rgb_to_hsv(jitter_colours(seeded(), black_and_white, where=everywhere(black_and_white)))[:, 2, 0, 0]
    assert 0.05 < value[:50].max() <= 0.11 + 1e-5
    assert (value[:50] >= 0).all()
    assert 0.99 - 1e-5 <= value[50:].min() < 0.998
    assert (value[50:] <= 1).all()


def test_only_the_pixels_asked_for_set_the_size_of_the_shift() -> None:
    """The left half is bright, the right half black: what is measured on the left alone moves value by 0.01 at most."""
    rgb = plain(1, 0.5, 0.5, count=200)
    rgb[..., 2:] = 0
    left = torch.zeros(200, 1, 4, 4, dtype=torch.bool)
    left[..., :2] = True
    assert rgb_to_hsv(jitter_colours(seeded(), rgb, where=left))[:, 2, :, 2:].max() <= 0.01 + 1e-5
    assert rgb_to_hsv(jitter_colours(seeded(), rgb, where=~left))[:, 2, :, 2:].max() > 0.05


def test_photos_of_a_batch_are_shifted_apart_and_a_seed_repeats_itself() -> None:
    rgb = plain(0.6, 0.3, 0.2, count=2)
    first = jitter_colours(seeded(3), rgb, where=everywhere(rgb))
    assert not torch.equal(first[0], first[1])
    torch.testing.assert_close(first, jitter_colours(seeded(3), rgb, where=everywhere(rgb)), atol=0, rtol=0)


def test_without_a_pixel_to_measure_colours_stay_finite() -> None:
    rgb = plain(0.6, 0.3, 0.2)
    jittered = jitter_colours(seeded(), rgb, where=~everywhere(rgb))
    assert ((jittered >= 0) & (jittered <= 1)).all()
