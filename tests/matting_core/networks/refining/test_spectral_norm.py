"""Spectral norm as released checkpoints store it: by the first axis, with vectors that only training moves."""

import pytest
import torch
from small_networks import random_scene, small_matteformer

from matting_core.networks.refining.spectral_norm import SpectralConv2d, SpectralWeight, fold_spectral_norm


@pytest.fixture(params=[False, True], ids=["plain", "transposed"])
def convolution(request: pytest.FixtureRequest) -> SpectralConv2d:
    torch.manual_seed(0)
    return SpectralConv2d(6, 10, transposed=request.param)


def test_power_iteration_ends_at_a_largest_singular_value_of_one(convolution: SpectralConv2d) -> None:
    for _ in range(200):
        weight = convolution.train().module()
    norm = torch.linalg.matrix_norm(weight.flatten(1), ord=2)
    torch.testing.assert_close(norm, torch.tensor(1.0), atol=1e-4, rtol=0)


def test_a_transposed_weight_is_a_matrix_by_its_first_axis_too() -> None:
    weight = SpectralConv2d(6, 10, transposed=True).module
    assert weight.weight_bar.shape == (6, 10, 4, 4)
    assert weight.weight_u.shape == (6,)
    assert weight.weight_v.shape == (160,)


def test_the_weight_is_divided_by_what_the_vectors_say(convolution: SpectralConv2d) -> None:
    weight = convolution.eval().module
    matrix = weight.weight_bar.flatten(1)
    expected = weight.weight_bar / (weight.weight_u @ matrix @ weight.weight_v)
    torch.testing.assert_close(weight(), expected)


def test_vectors_move_while_training_and_at_no_other_time() -> None:
    torch.manual_seed(0)
    weight = SpectralWeight(torch.randn(5, 7, 3, 3))
    before = weight.weight_u.clone()
    weight.eval()()
    assert torch.equal(weight.weight_u, before)
    weight.train()()
    assert not torch.equal(weight.weight_u, before)


def test_two_passes_can_be_learnt_from_together(convolution: SpectralConv2d) -> None:
    x = torch.randn(1, 6, 8, 8)
    (convolution.train()(x).sum() + convolution(2 * x).sum()).backward()
    gradient = convolution.module.weight_bar.grad
    assert gradient is not None
    assert gradient.abs().max() > 0


def test_a_fresh_network_does_not_overflow() -> None:
    torch.manual_seed(1)
    weight = SpectralConv2d(64, 64).eval().module()
    assert torch.linalg.matrix_norm(weight.flatten(1), ord=2) < 1.5


def test_a_folded_convolution_computes_the_same(convolution: SpectralConv2d) -> None:
    x = torch.randn(2, 6, 9, 7)
    assert convolution.eval()(x).shape[-2:] == ((18, 14) if convolution.transposed else (9, 7))
    torch.testing.assert_close(convolution.folded()(x), convolution(x))


def test_a_folded_network_computes_the_same_and_leaves_the_original_alone() -> None:
    network = small_matteformer()
    names = list(network.state_dict())
    folded = fold_spectral_norm(network)
    assert list(network.state_dict()) == names
    assert not any(isinstance(module, SpectralConv2d) for module in folded.modules())
    with torch.inference_mode():
        expected, alphas = network(*random_scene()), folded(*random_scene())
    torch.testing.assert_close(alphas.alpha_os1, expected.alpha_os1, atol=1e-5, rtol=0)
