"""The compact network: a small residual U-Net that corrects the classical prior where it is wrong.

Its output is the prior plus three corrections, all zero before training, so that it can never start below its
prior:

    alpha = clamp(prior + r + tanh(u) (line - prior) + tanh(v) (strong - weak))

with r a free residual, ``line`` the pixel's place on its sampled colour line and ``strong - weak`` what a
heavier data term would change. Most of the work is done at half resolution; full-resolution detail is folded
into channels.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from matting_core.networks.compact.compact_context import CompactContext
from matting_core.networks.compact.compact_features import (
    HIGH_CHANNELS,
    LOW_CHANNELS,
    CompactFeatures,
    CompactInput,
    compact_features,
)
from matting_core.networks.layers import Context, Residual, conv_norm, double

STRIDE = 64
"""Height and width must be multiples of this: the deepest level works at 1/64."""


class CompactNetwork(nn.Module):
    """1.6 million parameters with the default widths.

    widths, depths: channels and residual blocks of the levels at 1/4, 1/8, ... of the photo. detail: channels
    of the last full-resolution stage.
    """

    def __init__(
        self,
        *,
        widths: tuple[int, ...] = (28, 48, 72, 104, 112),
        depths: tuple[int, ...] = (1, 1, 2, 2, 1),
        detail: int = 24,
    ) -> None:
        super().__init__()
        self.widths = widths
        self.stem = conv_norm(LOW_CHANNELS, widths[0])
        self.enter = conv_norm(widths[0], widths[0], stride=2)
        self.down = nn.ModuleList([nn.Identity()])
        self.down.extend(conv_norm(above, here, stride=2) for above, here in pairwise(widths))
        self.encoder = nn.ModuleList(
            nn.Sequential(*(Residual(width) for _ in range(depth))) for width, depth in zip(widths, depths, strict=True)
        )
        self.context = Context(widths[-1])
        self.lateral = nn.ModuleList(nn.Conv2d(below, here, 1) for here, below in pairwise(widths))
        self.decoder = nn.ModuleList(Residual(width) for width in widths[:-1])
        self.lateral_half = nn.Conv2d(widths[0], widths[0], 1)
        self.merge = conv_norm(HIGH_CHANNELS + widths[0], detail * 2)
        self.refine = conv_norm(detail * 2, detail * 2)
        self.narrow = conv_norm(detail * 2, detail)
        self.corrections = nn.Conv2d(detail, 12, 3, 1, 1)
        nn.init.zeros_(self.corrections.weight)
        if self.corrections.bias is not None:
            nn.init.zeros_(self.corrections.bias)

    def forward(self, x: CompactInput, context: CompactContext | None = None) -> Tensor:
        """Unclamped alpha, N x 1 x H x W: exact where the trimap is known, prior plus corrections elsewhere.

        Training needs it unclamped (a clamped pixel has no gradient); `clamp(0, 1)` gives the matte. context: of
        the whole photo, where `x` is only a part of it.
        """
        features = compact_features(x, None if context is None else context.surroundings)
        corrections = self.corrections_of(features.low, features.high, None if context is None else context.mean)
        return corrected(x, features, corrections)

    def corrections_of(self, low: Tensor, high: Tensor, mean: Tensor | None = None) -> Tensor:
        """From features (see `CompactFeatures`) to the raw corrections: N x 12 x H / 2 x W / 2.

        mean: N x C x 1 x 1, the deepest level's mean over the whole photo; that of the input itself by default.
        """
        half, levels = self.encode(low)
        deep = self.context(levels[-1], mean)
        for index in range(len(self.decoder) - 1, -1, -1):
            deep = self.decoder[index](levels[index] + double(self.lateral[index](deep)))
        half = half + double(self.lateral_half(deep))
        detail = self.merge(torch.cat([half, high], 1))
        detail = self.narrow(detail + self.refine(detail))
        corrections: Tensor = self.corrections(detail)
        return corrections

    def encode(self, low: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The features of each level: at 1/2, and at 1/4, 1/8, ..."""
        half = self.stem(low)
        level, levels = self.enter(half), []
        for down, encode in zip(self.down, self.encoder, strict=True):
            level = encode(down(level))
            levels.append(level)
        return half, levels


def corrected(x: CompactInput, features: CompactFeatures, corrections: Tensor) -> Tensor:
    """The prior with its corrections: unclamped alpha, N x 1 x H x W, float32."""
    free, towards_line, towards_strong = F.pixel_shuffle(corrections.float(), 2).chunk(3, 1)
    alpha = (
        x.prior
        + free
        + torch.tanh(towards_line) * (features.line_alpha - x.prior)
        + torch.tanh(towards_strong) * features.swing
    )
    return alpha * x.unknown + x.foreground
