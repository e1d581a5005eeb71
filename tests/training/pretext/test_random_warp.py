"""Scale, shear and flip about the centre, each within its range."""

import pytest
import torch

from training.pretext.random_warp import SCALE, Interpolation, draw_interpolations, draw_transforms, warp


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_transforms_fill_their_ranges_and_leave_the_centre_where_it_is() -> None:
    transforms = draw_transforms(seeded(), 500)
    assert (transforms[:, :, 2] == 0).all()
    assert (transforms[:, 1, 0] == 0).all()
    x, y = transforms[:, 0, 0], transforms[:, 1, 1]
    for reading in (x, y):  # a transform reads: to enlarge, it reads at smaller steps
        scale = 1 / reading.abs()
        assert SCALE[0] <= scale.min() + 1e-6 < 0.81
        assert 1.24 < scale.max() <= SCALE[1] + 1e-6
        assert 0.4 < float((reading < 0).float().mean()) < 0.6
    assert abs(float(torch.corrcoef(torch.stack([x.abs(), y.abs()]))[0, 1])) < 0.15
    slope = (transforms[:, 0, 1] / x).abs()
    assert 0.17 < slope.max() <= 0.1764  # the tangent of ten degrees


@pytest.mark.parametrize("interpolation", Interpolation)
def test_a_mirrored_picture_is_mirrored(interpolation: Interpolation) -> None:
    picture = torch.rand(1, 2, 9, 9, generator=seeded())
    mirror = torch.tensor([[[-1.0, 0, 0], [0, 1, 0]]])
    torch.testing.assert_close(warp(picture, mirror, interpolations=[interpolation]), picture.flip(3))


@pytest.mark.parametrize("interpolation", Interpolation)
def test_outside_is_zero(interpolation: Interpolation) -> None:
    half = torch.tensor([[[2.0, 0, 0], [0, 2, 0]]])
    small = warp(torch.ones(1, 1, 32, 32), half, interpolations=[interpolation])[0, 0]
    assert (small[:6] == 0).all()
    assert (small[:, -6:] == 0).all()
    torch.testing.assert_close(small[10:22, 10:22], torch.ones(12, 12))


def test_planes_of_a_batch_are_read_each_in_its_own_way() -> None:
    pictures = torch.rand(3, 1, 16, 16, generator=seeded())
    transforms = draw_transforms(seeded(1), 3)
    together = warp(pictures, transforms, interpolations=list(Interpolation))
    for row, interpolation in enumerate(Interpolation):
        alone = warp(pictures[row : row + 1], transforms[row : row + 1], interpolations=[interpolation])
        torch.testing.assert_close(together[row : row + 1], alone)


def test_interpolations_are_equally_likely() -> None:
    drawn = draw_interpolations(seeded(), 600)
    assert all(150 < drawn.count(interpolation) < 250 for interpolation in Interpolation)
