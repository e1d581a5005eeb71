"""Narrow refining networks and a scene for them: fast, and neither numb nor saturated."""

from typing import TypeVar

import torch
from torch import Tensor, nn

from matting_core.networks.refining.matteformer import MatteFormer
from matting_core.networks.refining.progressive_refinement import RefiningNetwork
from matting_core.networks.refining.resnet_matting import ResNetMatting

T = TypeVar("T", bound=RefiningNetwork)

HEAD_GAIN = 0.4
PRIOR_ATTENTION = 3.0


def small_matteformer() -> MatteFormer:
    """Every stage has a shifted block, and the windows attend to prior tokens so much that these matter."""
    torch.manual_seed(5)
    network = MatteFormer(width=8, depths=(2, 2, 2, 2), heads=(1, 1, 2, 2), base=4, decoder_depths=(1, 1, 1, 1))
    for name, parameter in network.named_parameters():
        if name.endswith("relative_position_bias_table"):
            parameter.data[169:] += PRIOR_ATTENTION
    return _settled(network)


def small_resnet() -> ResNetMatting:
    torch.manual_seed(6)
    return _settled(ResNetMatting(width=8, depths=(1, 1, 1, 1), base=4, decoder_depths=(1, 1, 1, 1)))


def classes_of(labels: Tensor) -> Tensor:
    """One-hot, N x 3 x H x W, of labels 0 (background), 1 (unknown), 2 (foreground), N x H x W."""
    return nn.functional.one_hot(labels, 3).permute(0, 3, 1, 2).float()


def random_scene(*, count: int = 1, height: int = 64, width: int = 96) -> tuple[Tensor, Tensor]:
    """Normalised colours and classes in blocks of 8x8 pixels."""
    generator = torch.Generator().manual_seed(7)
    labels = torch.randint(0, 3, (count, height // 8, width // 8), generator=generator)
    labels = labels.repeat_interleave(8, 1).repeat_interleave(8, 2)
    return torch.randn(count, 3, height, width, generator=generator), classes_of(labels)


def _settled(network: T) -> T:
    """Batch norms awake and with statistics of their own, alphas between the extremes."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.ones_(module.weight)
            module.momentum = None
    with torch.no_grad():
        network.train()(*random_scene(count=2, height=128, width=128))
    for head in (network.decoder.refine_OS1, network.decoder.refine_OS4, network.decoder.refine_OS8):
        head[3].weight.data *= HEAD_GAIN
    return network.eval()
