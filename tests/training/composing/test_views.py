"""Views: the piece, turn and mirroring that were asked for, of the picture that was asked for."""

import torch
from tiny_material import chance, discs, per_sample, smooth_pictures

from training.composing.views import alpha_views, photo_views, scaled_channels, turned

QUARTER = torch.pi / 2


def ramps(side: int = 64) -> torch.Tensor:
    """A photo whose red is the column and whose green is the row, from 0 to 1: uint8, 1 x 3 x side x side."""
    ramp = torch.linspace(0, 1, side)
    planes = torch.stack([ramp.expand(side, side), ramp[:, None].expand(side, side), torch.zeros(side, side)])
    return (planes[None] * 255).round().to(torch.uint8)


def test_without_a_turn_the_picture_comes_back() -> None:
    pictures = smooth_pictures(2)
    torch.testing.assert_close(turned(pictures, per_sample(0, 0)), pictures, atol=1e-5, rtol=0)


def test_quarter_turns_are_exact_and_each_sample_has_its_own() -> None:
    pictures = smooth_pictures(3)
    views = turned(pictures, per_sample(QUARTER, -QUARTER, 2 * QUARTER))
    for picture, view, turns in zip(pictures, views, (1, -1, 2), strict=True):
        torch.testing.assert_close(view, torch.rot90(picture, turns, (1, 2)), atol=1e-4, rtol=0)


def test_an_oblique_turn_reflects_at_the_edges_instead_of_leaving_them_empty() -> None:
    flat = torch.full((1, 3, 32, 32), 0.6)
    torch.testing.assert_close(turned(flat, per_sample(0.7)), flat)
    torch.testing.assert_close(turned(discs(1), per_sample(0.7)), discs(1), atol=0.05, rtol=0)


def test_photos_seen_whole_are_the_photos_or_their_mirror_images() -> None:
    photo = ramps()
    whole = photo.float() / 255
    views = photo_views(chance(24), photo, 64, nearest=1, relit=False)
    plain = [bool(torch.allclose(view, whole[0], atol=1e-4)) for view in views]
    mirrored = [bool(torch.allclose(view, whole[0].flip(2), atol=1e-4)) for view in views]
    assert all(one != other for one, other in zip(plain, mirrored, strict=True))
    assert 6 <= sum(mirrored) <= 18


def test_pieces_are_square_inside_the_photo_and_enlarged_by_two_at_most() -> None:
    views = photo_views(chance(40), ramps(), 64, relit=False)
    across, down = views[:, 0, 0], views[:, 1, :, 0]
    widths, heights = (across[:, -1] - across[:, 0]).abs(), down[:, -1] - down[:, 0]
    torch.testing.assert_close(widths, heights, atol=0.02, rtol=0)
    assert 0.48 < widths.min() < 0.6
    assert widths.max() > 0.9
    steps = across.diff(dim=1) * torch.sign(across[:, -1:] - across[:, :1])
    assert (steps > 0).all(), "a reflected piece would run back"
    assert across.mean(1).std() > 0.03, "pieces lie in different places"


def test_the_smallest_piece_can_be_named() -> None:
    views = photo_views(chance(40), ramps(), 64, nearest=0.8, relit=False)
    widths = (views[:, 0, 0, -1] - views[:, 0, 0, 0]).abs()
    assert 0.77 < widths.min() < 0.84


def test_the_photos_that_were_asked_for_are_shown_in_another_light() -> None:
    pool = torch.tensor([40, 120, 200], dtype=torch.uint8).view(3, 1, 1, 1).expand(-1, 3, 32, 32)
    which = torch.tensor([2, 0, 1, 0, 2])
    plain = photo_views(chance(5), pool, 16, which=which, relit=False)
    torch.testing.assert_close(plain[:, 0, 0, 0], pool[which, 0, 0, 0] / 255)
    relit = photo_views(chance(40), pool, 16, which=torch.ones(40, dtype=torch.int64))
    assert relit.min() >= 0
    assert relit.max() <= 1
    assert relit.mean((1, 2, 3)).std() > 0.05
    assert (relit.amax((2, 3)) - relit.amin((2, 3)) < 1e-4).all(), "a plain photo stays plain"
    assert (relit[:, 0] - relit[:, 2]).abs().max() > 0.01, "the light has a tint"


def test_alphas_are_shown_with_their_numbers_in_the_pool() -> None:
    pool = (torch.arange(5, dtype=torch.uint8) * 50).view(5, 1, 1).expand(-1, 48, 48)
    which = torch.arange(60) % len(pool)
    views = alpha_views(chance(60), pool, 32, which=which)
    assert views.shape == (60, 1, 32, 32)
    assert set(which.tolist()) == set(range(5))
    torch.testing.assert_close(views, (which.view(-1, 1, 1, 1) * 50 / 255).expand_as(views))


def test_alphas_are_seen_from_near_and_far_and_off_their_middle() -> None:
    pool = (discs(1)[0] * 255).to(torch.uint8)
    views = alpha_views(chance(60), pool, 64)
    assert views.min() >= 0
    assert views.max() <= 1
    areas = views.mean((1, 2, 3))
    assert areas.max() > 2 * areas.min()
    place = torch.linspace(-1, 1, 64)
    centres = (views[:, 0].sum(1) * place).sum(1) / views[:, 0].sum((1, 2))
    assert centres.min() < -0.2
    assert centres.max() > 0.2


def test_channels_are_scaled_about_the_middle_each_by_its_own_factor() -> None:
    picture = ramps()[:, [0, 0, 1]].float() / 255
    scaled = scaled_channels(picture, torch.tensor([[1.0, 1.1, 0.95]]))
    torch.testing.assert_close(scaled[:, 0], picture[:, 0], atol=1e-5, rtol=0)
    inner = slice(8, 56)
    around = picture - 0.5
    torch.testing.assert_close(scaled[0, 1, :, inner] - 0.5, around[0, 1, :, inner] / 1.1, atol=5e-3, rtol=0)
    torch.testing.assert_close(scaled[0, 2, inner] - 0.5, around[0, 2, inner] / 0.95, atol=5e-3, rtol=0)
