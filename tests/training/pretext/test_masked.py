"""Masked photos: blocks of them hidden, and the lightness of all of it to be found."""

import torch
from tiny_material import seeded, smooth_pictures

from training.pretext.masked import BLOCK, HIDDEN_SHARE, hide_blocks


def test_about_the_share_is_hidden_in_whole_blocks() -> None:
    photos = smooth_pictures(10, 128)
    made = hide_blocks(seeded(), photos)
    hidden = (made.rgb == 0.5).all(1).unfold(1, BLOCK, BLOCK).unfold(2, BLOCK, BLOCK).flatten(3).float().mean(3)
    assert ((hidden == 1) | (hidden < 0.1)).all()
    assert abs(float((hidden == 1).float().mean()) - HIDDEN_SHARE) < 0.06
    assert (hidden[0] != hidden[1]).any()


def test_what_is_not_hidden_is_the_photo() -> None:
    photos = smooth_pictures(3)
    shown = hide_blocks(seeded(), photos).rgb
    assert ((shown == photos) | (shown == 0.5)).all()
    assert 0.2 < float((shown == photos).float().mean()) < 0.6


def test_the_lightness_is_to_be_found_everywhere() -> None:
    photos = torch.eye(3).view(3, 3, 1, 1).expand(-1, -1, 32, 32)
    made = hide_blocks(seeded(), photos)
    assert (made.trimap == 128).all()
    assert made.alpha.shape == (3, 1, 32, 32)
    torch.testing.assert_close(made.alpha.mean((1, 2, 3)), torch.tensor([0.299, 0.587, 0.114]))
    white = hide_blocks(seeded(), torch.ones(1, 3, 16, 16)).alpha
    assert white.max() <= 1
    torch.testing.assert_close(white, torch.ones(1, 1, 16, 16))


def test_both_colours_are_the_photos() -> None:
    photos = smooth_pictures(2)
    made = hide_blocks(seeded(), photos)
    assert torch.equal(made.foreground, photos)
    assert torch.equal(made.background, photos)


def test_the_same_seed_hides_the_same_blocks() -> None:
    photos = smooth_pictures(2)
    one, two, other = (hide_blocks(seeded(seed), photos).rgb for seed in (1, 1, 2))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
