"""Building blocks: shapes kept, shortcuts in place."""

import torch

from matting_core.networks.layers import Context, Residual, conv_norm, double


def test_a_stride_of_two_halves_and_doubling_restores_the_size() -> None:
    x = torch.rand(1, 3, 8, 12)
    half = conv_norm(3, 5, stride=2).eval()(x)
    assert half.shape == (1, 5, 4, 6)
    assert double(half).shape == (1, 5, 8, 12)


def test_only_an_activated_convolution_clips_at_zero() -> None:
    torch.manual_seed(0)
    x = torch.randn(1, 3, 16, 16)
    assert conv_norm(3, 4)(x).min() == 0
    assert conv_norm(3, 4, activate=False)(x).min() < 0


def test_a_residual_block_without_a_correction_is_its_shortcut() -> None:
    block = Residual(4).eval()
    torch.nn.init.zeros_(block.second[0].weight)
    x = torch.rand(1, 4, 6, 6)
    torch.testing.assert_close(block(x), x)


def test_context_sees_far_but_keeps_the_shape() -> None:
    torch.manual_seed(0)
    context = Context(4).eval()
    torch.nn.init.ones_(context.whole.weight)
    x = torch.rand(1, 4, 32, 32)
    moved = x.clone()
    moved[..., 0, 0] += 1
    changed = (context(moved) - context(x)).abs().amax(1)[0]
    assert changed.shape == (32, 32)
    assert changed[8, 8] > 1e-3  # the widest dilation
    assert 0 < changed[31, 31] < changed[8, 8]  # the mean of the whole
