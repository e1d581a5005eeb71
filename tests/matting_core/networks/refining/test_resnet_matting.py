"""ResNet-50 matting: torchvision's names, so that its weights fit, before the decoder of MatteFormer."""

import torch
from small_networks import random_scene, small_resnet

from matting_core.networks.refining.resnet_matting import ResNetMatting


def torchvision_shapes() -> dict[str, tuple[int, ...]]:
    """Names and shapes of torchvision's ``resnet50`` without its classifier, written down from the paper's table 1."""

    def norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
        vectors = {f"{name}.{kind}": (width,) for kind in ("weight", "bias", "running_mean", "running_var")}
        return {**vectors, f"{name}.num_batches_tracked": ()}

    shapes = {"conv1.weight": (64, 3, 7, 7), **norm("bn1", 64)}
    inputs = 64
    for stage, depth in enumerate((3, 4, 6, 3)):
        inner = 64 * 2**stage
        for block in range(depth):
            at = f"layer{stage + 1}.{block}"
            kernels = {"conv1": (inner, inputs, 1, 1), "conv2": (inner, inner, 3, 3), "conv3": (4 * inner, inner, 1, 1)}
            shapes |= {f"{at}.{name}.weight": shape for name, shape in kernels.items()}
            shapes |= norm(f"{at}.bn1", inner) | norm(f"{at}.bn2", inner) | norm(f"{at}.bn3", 4 * inner)
            if block == 0:
                shapes[f"{at}.downsample.0.weight"] = (4 * inner, inputs, 1, 1)
                shapes |= norm(f"{at}.downsample.1", 4 * inner)
            inputs = 4 * inner
    return shapes


def test_the_encoder_has_the_names_and_but_for_the_trimap_the_shapes_of_torchvision() -> None:
    expected = torchvision_shapes() | {"conv1.weight": (64, 6, 7, 7)}
    found = {name: tuple(tensor.shape) for name, tensor in ResNetMatting().encoder.state_dict().items()}
    assert found == expected


def test_the_default_network_has_the_size_that_its_card_says() -> None:
    assert sum(parameter.numel() for parameter in ResNetMatting().parameters()) == 48_562_595


def test_three_alphas_of_the_size_of_the_photo() -> None:
    with torch.inference_mode():
        alphas = small_resnet()(*random_scene(count=2, height=64, width=96))
    for alpha in (alphas.alpha_os1, alphas.alpha_os4, alphas.alpha_os8):
        assert alpha.shape == (2, 1, 64, 96)
        assert alpha.std() > 0.01


def test_it_looks_at_nothing_that_a_tile_lacks() -> None:
    assert small_resnet().prior_tokens(*random_scene()) is None


def test_every_parameter_learns() -> None:
    network = small_resnet().train()
    alphas = network(*random_scene(count=2))
    (alphas.alpha_os1 + alphas.alpha_os4 + alphas.alpha_os8).square().sum().backward()
    idle = [name for name, parameter in network.named_parameters() if parameter.grad is None]
    assert idle == []
