"""Progressive refinement: the coarse alpha where it is certain, finer ones where and around where it is not."""

import torch

from matting_core.networks.refining.progressive_refinement import MultiscaleAlpha, fuse, uncertain


def plane(value: float, size: tuple[int, int] = (64, 64)) -> torch.Tensor:
    return torch.full((1, 1, *size), value)


def test_a_certain_coarse_alpha_is_kept_whatever_the_finer_ones_say() -> None:
    for settled in (0.0, 0.001, 0.999, 1.0):
        fused = fuse(MultiscaleAlpha(plane(0.3), plane(0.6), plane(settled)))
        assert torch.equal(fused, plane(settled))


def test_an_uncertain_coarse_alpha_gives_way_to_the_middle_one_and_that_to_the_fine_one() -> None:
    middle_settles = fuse(MultiscaleAlpha(plane(0.3), plane(1.0), plane(0.5)))
    assert torch.equal(middle_settles, plane(1.0))
    nothing_settles = fuse(MultiscaleAlpha(plane(0.3), plane(0.6), plane(0.5)))
    assert torch.equal(nothing_settles, plane(0.3))


def test_finer_alphas_reach_a_little_around_what_is_uncertain() -> None:
    coarse = plane(0.0, (640, 640))
    coarse[..., 320, 320] = 0.5
    fused = fuse(MultiscaleAlpha(plane(0.2, (640, 640)), plane(1.0, (640, 640)), coarse))[0, 0]
    assert fused[320, 320 - 7] == 1
    assert fused[320, 320 - 8] == 0
    assert fused[320 + 7, 320] == 1
    assert fused[320 + 7, 320 + 7] == 0  # the dilation is an ellipse, not a square


def test_the_reach_grows_with_the_photo() -> None:
    for factor in (1, 2):
        alpha = torch.zeros(1, 1, 640 * factor, 640 * factor)
        alpha[..., 300 * factor : 300 * factor + factor, 300 * factor : 300 * factor + factor] = 0.5
        assert uncertain(alpha, width=7)[0, 0, 300 * factor].sum() == 7 * factor


def test_every_photo_of_a_batch_is_refined_for_itself() -> None:
    coarse = torch.cat([plane(0.5), plane(1.0)])
    fused = fuse(MultiscaleAlpha(plane(0.3).repeat(2, 1, 1, 1), plane(0.6).repeat(2, 1, 1, 1), coarse))
    assert torch.equal(fused, torch.cat([plane(0.3), plane(1.0)]))
