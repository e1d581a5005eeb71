"""A convolutional encoder-decoder for matting: ResNet-50 before the decoder of MatteFormer.

The encoder is that of He et al., "Deep Residual Learning for Image Recognition" (2016), with the stride in the 3x3
convolution; its weights have the names and, but for the three trimap channels of the stem, the shapes of
torchvision's ``resnet50``, so that weights learnt on ImageNet fit. Nothing in it looks at the whole photo, so tiles
need no context.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from matting_core.networks.refining.prior_tokens import TileContext
from matting_core.networks.refining.progressive_refinement import MultiscaleAlpha, RefiningNetwork
from matting_core.networks.refining.refinement_decoder import DEPTHS, RefinementDecoder, shortcut, shortcut_widths

EXPANSION = 4
"""Channels that a bottleneck puts out, in units of those that its 3x3 convolution works on."""


class ResNetMatting(RefiningNetwork):
    """48.6 million parameters with the default sizes.

    width: channels of the stem. depths: bottlenecks of the four stages. base, decoder_depths: see
    `RefinementDecoder`.
    """

    def __init__(
        self,
        *,
        width: int = 64,
        depths: Sequence[int] = (3, 4, 6, 3),
        base: int = 32,
        decoder_depths: Sequence[int] = DEPTHS,
    ) -> None:
        super().__init__()
        self.encoder = ResNetEncoder(width=width, depths=depths)
        planes = (6, *self.encoder.widths)
        self.shortcut = nn.ModuleList(
            shortcut(inputs, outputs) for inputs, outputs in zip(planes, shortcut_widths(base), strict=True)
        )
        self.decoder = RefinementDecoder(base=base, depths=decoder_depths)

    def forward(self, rgb: Tensor, classes: Tensor, context: TileContext | None = None) -> MultiscaleAlpha:
        """See `RefiningNetwork.forward`; a context is not looked at."""
        x = torch.cat([rgb, classes], 1)
        planes = (x, *self.encoder(x))
        alphas: MultiscaleAlpha = self.decoder(
            [branch(plane) for branch, plane in zip(self.shortcut, planes, strict=True)]
        )
        return alphas


class ResNetEncoder(nn.Module):
    """Stem and four stages of bottlenecks."""

    def __init__(self, *, width: int, depths: Sequence[int]) -> None:
        super().__init__()
        self.widths = (width, *(width * EXPANSION * 2**stage for stage in range(len(depths))))
        self.conv1 = nn.Conv2d(6, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        for index, depth in enumerate(depths):
            inner, stride = width * 2**index, 2 if index else 1
            blocks = [Bottleneck(self.widths[index], inner, stride=stride)]
            blocks += [Bottleneck(inner * EXPANSION, inner) for _ in range(depth - 1)]
            self.add_module(f"layer{index + 1}", nn.Sequential(*blocks))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        """N x 6 x H x W to the planes at 1/2, 1/4, 1/8, 1/16 and 1/32, of `widths` channels."""
        planes = [F.relu(self.bn1(self.conv1(x)))]
        x = F.max_pool2d(planes[0], 3, stride=2, padding=1)
        for index in range(1, len(self.widths)):
            x = self.get_submodule(f"layer{index}")(x)
            planes.append(x)
        return tuple(planes)


class Bottleneck(nn.Module):
    """Convolutions of 1x1, 3x3 and 1x1 around a shortcut, which is projected where the shape changes."""

    def __init__(self, inputs: int, inner: int, *, stride: int = 1) -> None:
        super().__init__()
        outputs = inner * EXPANSION
        self.conv1 = nn.Conv2d(inputs, inner, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = nn.Conv2d(inner, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample = (
            nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False), nn.BatchNorm2d(outputs))
            if stride > 1 or inputs != outputs
            else nn.Identity()
        )

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)))
        out = F.relu(self.bn2(self.conv2(out)))
        return F.relu(self.bn3(self.conv3(out)) + self.downsample(x))
