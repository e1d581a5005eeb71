"""MatteFormer: its size, its three alphas, and that every part of it learns."""

import pytest
import torch
from small_networks import classes_of, random_scene, small_matteformer

from matting_core.networks.refining.matteformer import MatteFormer


def test_the_default_network_has_the_size_of_the_released_one() -> None:
    network = MatteFormer()
    shortcuts = sum(parameter.numel() for parameter in network.encoder.shortcut.parameters())
    encoder = sum(parameter.numel() for parameter in network.encoder.parameters()) - shortcuts
    decoder = sum(parameter.numel() for parameter in network.decoder.parameters())
    assert (encoder, shortcuts, decoder) == (27_526_359, 7_885_504, 9_335_267)  # 27.53, 7.89 and 9.34 million
    assert sum(parameter.numel() for parameter in network.parameters()) == 44_747_130


def test_three_alphas_of_the_size_of_the_photo_and_between_zero_and_one() -> None:
    with torch.inference_mode():
        alphas = small_matteformer()(*random_scene(count=2, height=64, width=96))
    for alpha in (alphas.alpha_os1, alphas.alpha_os4, alphas.alpha_os8):
        assert alpha.shape == (2, 1, 64, 96)
        assert alpha.min() >= 0
        assert alpha.max() <= 1
        assert alpha.std() > 0.01


def test_a_photo_is_seen_alike_alone_and_in_a_batch() -> None:
    network, (rgb, classes) = small_matteformer(), random_scene(count=2)
    with torch.inference_mode():
        together, alone = network(rgb, classes).alpha_os1, network(rgb[1:], classes[1:]).alpha_os1
    torch.testing.assert_close(together[1:], alone, atol=1e-5, rtol=0)


@pytest.mark.parametrize("label", [0, 1, 2])
def test_a_trimap_of_one_class_gives_finite_alphas(label: int) -> None:
    rgb, _ = random_scene()
    with torch.inference_mode():
        alphas = small_matteformer()(rgb, classes_of(torch.full((1, 64, 96), label)))
    assert torch.isfinite(alphas.alpha_os1).all()


def test_every_parameter_learns() -> None:
    network = small_matteformer().train()
    alphas = network(*random_scene(count=2))
    (alphas.alpha_os1 + alphas.alpha_os4 + alphas.alpha_os8).square().sum().backward()
    idle = [name for name, parameter in network.named_parameters() if parameter.grad is None]
    assert idle == []
    assert all(torch.isfinite(parameter.grad).all() for parameter in network.parameters())
