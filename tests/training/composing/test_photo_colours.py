"""Colours of things and backgrounds: from the photos, in range, and nearer to each other on purpose."""

import pytest
import torch
from tiny_material import chance, discs, smooth_pictures, tiny_material

from training.composing.colours import drifting, few_colours, foreground_colours, matched


def distances(foreground: torch.Tensor, background: torch.Tensor) -> torch.Tensor:
    return (foreground.mean((2, 3)) - background.mean((2, 3))).norm(dim=1)


def test_colours_of_things_are_in_range_and_differ_among_samples() -> None:
    colours = foreground_colours(chance(12), tiny_material().photos, discs(12))
    assert colours.shape == (12, 3, 64, 64)
    assert colours.min() >= 0
    assert colours.max() <= 1
    assert len({round(float(mean), 5) for mean in colours.mean((1, 2, 3))}) == 12


def test_some_things_are_smooth_and_some_are_streaked_or_grained() -> None:
    colours = foreground_colours(chance(40), tiny_material().photos, discs(40))
    roughness = colours.diff(dim=3).abs().mean((1, 2, 3))
    assert roughness.max() > 5 * roughness.min()


def test_of_one_colour_only_shades_come() -> None:
    plain = torch.tensor([0.6, 0.3, 0.0]).view(1, 3, 1, 1).expand(10, -1, 32, 32)
    made = few_colours(chance(10), plain)
    red, green, blue = made.unbind(1)
    assert blue.max() < 0.03, "nothing but the grain"
    bright = red > 0.3
    assert ((red - 2 * green).abs() < 0.05)[bright & (red < 0.99)].all()
    assert red.std() > 0.02, "unevenly lit"


def test_of_many_colours_one_to_three_are_taken() -> None:
    """Of a picture in red, green and blue stripes, a third of the samples keep one hue, others mix two or three."""
    stripes = torch.eye(3).repeat(1, 16)[None, :, None].expand(60, -1, 48, -1) * 0.8
    made = few_colours(chance(60), stripes).mean((2, 3))
    hues = (made > 0.02).sum(1)
    assert set(hues.tolist()) == {1, 2, 3}
    assert 20 <= int((hues == 1).sum()) <= 40


def test_no_samples_are_coloured_without_a_warning(recwarn: pytest.WarningsRecorder) -> None:
    assert few_colours(chance(0), torch.zeros(0, 3, 16, 16)).shape == (0, 3, 16, 16)
    assert foreground_colours(chance(0), tiny_material().photos, torch.zeros(0, 1, 16, 16)).shape == (0, 3, 16, 16)
    assert list(recwarn) == []


def test_light_drifts_slowly_and_by_a_limited_factor() -> None:
    flat = torch.full((20, 3, 64, 64), 0.4)
    factors = drifting(chance(20), flat) / flat
    assert factors.min() > 0.3
    assert factors.max() < 3
    assert factors.diff(dim=2).abs().max() < 0.2
    assert (factors[:, 0] - factors[:, 2]).abs().max() > 0.01
    assert (drifting(chance(2), torch.zeros(2, 3, 16, 16)) == 0).all()


def test_matching_brings_things_nearer_to_their_background() -> None:
    foreground, background = smooth_pictures(30, 16, seed=1) * 0.5, smooth_pictures(30, 16, seed=2) * 0.5 + 0.4
    before = distances(foreground, background)
    share_left = distances(matched(chance(30), foreground, background, share=1), background) / before
    assert share_left.min() > 0.14
    assert share_left.max() < 0.71


def test_only_a_share_is_matched() -> None:
    foreground, background = smooth_pictures(60, 16, seed=1), smooth_pictures(60, 16, seed=2)
    assert torch.equal(matched(chance(60), foreground, background, share=0), foreground)
    changed = (matched(chance(60), foreground, background, share=0.3) != foreground).flatten(1).any(1)
    assert 8 <= int(changed.sum()) <= 30
