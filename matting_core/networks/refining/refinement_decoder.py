"""Decoder of the refining networks: a mirrored ResNet with a head for alpha at 1/8, 1/4 and 1/1.

After Yu et al., "Mask Guided Matting via Progressive Refinement Network" (2021), and Li and Lu, "Natural Image Matting
via Guided Contextual Attention" (2020). Names of weights are those of the released MatteFormer checkpoints.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from matting_core.networks.refining.progressive_refinement import MultiscaleAlpha
from matting_core.networks.refining.spectral_norm import SpectralConv2d

DEPTHS = (2, 3, 3, 2)
SLOPE = 0.2
"""Of the leaky rectifiers below zero."""


def shortcut_widths(base: int) -> tuple[int, ...]:
    """Channels of the six planes that the decoder reads, at 1/1, 1/2, 1/4, 1/8, 1/16 and 1/32."""
    return base, base, 2 * base, 4 * base, 8 * base, 16 * base


def shortcut(inputs: int, outputs: int) -> nn.Sequential:
    """Two convolutions between a plane of the encoder and the decoder."""
    return nn.Sequential(
        SpectralConv2d(inputs, outputs),
        nn.ReLU(inplace=True),
        nn.BatchNorm2d(outputs),
        SpectralConv2d(outputs, outputs),
        nn.ReLU(inplace=True),
        nn.BatchNorm2d(outputs),
    )


class RefinementDecoder(nn.Module):
    """9.34 million parameters with the default width.

    base: channels at full resolution; the deepest level has 16 times as many.
    """

    def __init__(self, *, base: int = 32, depths: Sequence[int] = DEPTHS) -> None:
        super().__init__()
        self.layer1 = _stage(16 * base, 8 * base, depths[0])
        self.layer2 = _stage(8 * base, 4 * base, depths[1])
        self.layer3 = _stage(4 * base, 2 * base, depths[2])
        self.layer4 = _stage(2 * base, base, depths[3])
        self.conv1 = SpectralConv2d(base, base, transposed=True)
        self.bn1 = nn.BatchNorm2d(base)
        self.refine_OS8 = _head(4 * base, base)
        self.refine_OS4 = _head(2 * base, base)
        self.refine_OS1 = _head(base, base)

    def forward(self, planes: Sequence[Tensor]) -> MultiscaleAlpha:
        """planes: the six shortcuts, N x C x h x w, from 1/1 to 1/32, C as in `shortcut_widths`."""
        full, half, quarter, eighth, sixteenth, deepest = planes
        x = self.layer1(deepest) + sixteenth
        x = self.layer2(x) + eighth
        alpha_os8 = _alpha(self.refine_OS8(x), enlarge=8)
        x = self.layer3(x) + quarter
        alpha_os4 = _alpha(self.refine_OS4(x), enlarge=4)
        x = self.layer4(x) + half
        x = F.leaky_relu(self.bn1(self.conv1(x)), SLOPE) + full
        return MultiscaleAlpha(_alpha(self.refine_OS1(x), enlarge=1), alpha_os4, alpha_os8)


class DecoderBlock(nn.Module):
    """Two normalised convolutions around a shortcut; with `enlarge`, height and width are doubled.

    The last batch norm starts at zero, so that an untrained block is its shortcut.
    """

    def __init__(self, inputs: int, outputs: int, *, enlarge: bool) -> None:
        super().__init__()
        self.conv1 = SpectralConv2d(inputs, inputs, transposed=enlarge)
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv2 = SpectralConv2d(inputs, outputs)
        self.bn2 = nn.BatchNorm2d(outputs)
        nn.init.zeros_(self.bn2.weight)
        self.upsample = (
            nn.Sequential(
                nn.UpsamplingNearest2d(scale_factor=2),
                SpectralConv2d(inputs, outputs, kernel=1),
                nn.BatchNorm2d(outputs),
            )
            if enlarge
            else nn.Identity()
        )

    def forward(self, x: Tensor) -> Tensor:
        corrected = F.leaky_relu(self.bn1(self.conv1(x)), SLOPE)
        corrected = self.bn2(self.conv2(corrected))
        return F.leaky_relu(corrected + self.upsample(x), SLOPE)


def _stage(inputs: int, outputs: int, depth: int) -> nn.Sequential:
    rest = (DecoderBlock(outputs, outputs, enlarge=False) for _ in range(depth - 1))
    return nn.Sequential(DecoderBlock(inputs, outputs, enlarge=True), *rest)


def _head(inputs: int, hidden: int) -> nn.Sequential:
    mix, read = nn.Conv2d(inputs, hidden, 3, padding=1, bias=False), nn.Conv2d(hidden, 1, 3, padding=1)
    for convolution in (mix, read):
        nn.init.xavier_uniform_(convolution.weight)
    return nn.Sequential(mix, nn.BatchNorm2d(hidden), nn.LeakyReLU(SLOPE, inplace=True), read)


def _alpha(score: Tensor, *, enlarge: int) -> Tensor:
    score = score.float()  # 16 bits would round alpha to steps that losses and eyes see
    if enlarge > 1:
        score = F.interpolate(score, scale_factor=float(enlarge), mode="bilinear", align_corners=False)
    return (torch.tanh(score) + 1) / 2
