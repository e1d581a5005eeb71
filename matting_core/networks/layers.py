"""Building blocks of the convolutional networks."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def conv_norm(inputs: int, outputs: int, *, kernel: int = 3, stride: int = 1, activate: bool = True) -> nn.Sequential:
    """Convolution without bias, batch norm and, unless told otherwise, ReLU."""
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    if activate:
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


def double(x: Tensor) -> Tensor:
    """Bilinear enlargement by two: N x C x H x W to N x C x 2H x 2W."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class Residual(nn.Module):
    """Two dense 3x3 convolutions around a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = conv_norm(channels, channels)
        self.second = conv_norm(channels, channels, activate=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)))


class Context(nn.Module):
    """Cheap wide context: depthwise 3x3 convolutions at four dilations and the mean of the whole image."""

    DILATIONS = (1, 2, 4, 8)

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.dilated = nn.ModuleList(
            nn.Conv2d(channels, channels, 3, 1, rate, rate, groups=channels, bias=False) for rate in self.DILATIONS
        )
        self.whole = nn.Conv2d(channels, channels, 1)
        self.project = conv_norm(channels * (len(self.DILATIONS) + 1), channels, kernel=1)

    def forward(self, x: Tensor, mean: Tensor | None = None) -> Tensor:
        """mean: N x C x 1 x 1, of the whole image, where `x` is only a part of it."""
        if mean is None:
            mean = x.mean((2, 3), keepdim=True)
        mean = F.relu(self.whole(mean)).expand_as(x)
        mixed: Tensor = self.project(torch.cat([branch(x) for branch in self.dilated] + [mean], 1))
        return x + mixed
