"""Encoder of MatteFormer: a Swin transformer whose windows see prior tokens of the whole photo.

After Park et al., "MatteFormer: Transformer-Based Image Matting via Prior-Tokens" (2022), on Liu et al., "Swin
Transformer" (2021). Names of weights are those of the released checkpoints.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from matting_core.networks.refining.prior_tokens import PriorBlock, PriorTokens, TileContext, class_means
from matting_core.networks.refining.refinement_decoder import shortcut, shortcut_widths

PATCH = 4
"""Side of the patch that becomes a token, in pixels."""
DROP_PATH = 0.3
"""Share of samples that skip the last block while training; falling linearly to 0 at the first."""


@dataclass(frozen=True, slots=True)
class EncodedPhoto:
    """What the stages of the encoder see, before the shortcuts.

    embedded: N x C x H/4 x W/4, the embedded patches. levels: normalised output of each stage, N x C x h x w with C
    doubled and h, w halved from one to the next. tokens: the prior tokens that the blocks began with.
    """

    embedded: Tensor
    levels: tuple[Tensor, ...]
    tokens: PriorTokens


class PriorSwinEncoder(nn.Module):
    """35.42 million parameters with the default sizes, 7.89 million of them in the shortcuts.

    width: channels of the first stage. depths, heads: blocks and attention heads of the four stages. base: as of the
    decoder that reads the shortcuts.
    """

    def __init__(
        self,
        *,
        width: int = 96,
        depths: Sequence[int] = (2, 2, 6, 2),
        heads: Sequence[int] = (3, 6, 12, 24),
        base: int = 32,
    ) -> None:
        super().__init__()
        widths = [width * 2**stage for stage in range(len(depths))]
        drops = iter(torch.linspace(0, DROP_PATH, sum(depths)).tolist())
        last = len(depths) - 1
        self.patch_embed = PatchEmbedding(width)
        self.layers = nn.ModuleList(
            Stage(widths[index], heads=heads[index], drops=list(islice(drops, depth)), merge=index < last)
            for index, depth in enumerate(depths)
        )
        for index, channels in enumerate(widths):
            self.add_module(f"norm{index}", nn.LayerNorm(channels))
        planes = (6, width, *widths)
        self.shortcut = nn.ModuleList(
            shortcut(inputs, outputs) for inputs, outputs in zip(planes, shortcut_widths(base), strict=True)
        )

    def forward(self, rgb: Tensor, classes: Tensor, context: TileContext | None = None) -> tuple[Tensor, ...]:
        """The six planes that the decoder reads, from 1/1 to 1/32. Arguments as of `RefiningNetwork.forward`."""
        encoded = self.encode(rgb, classes, None if context is None else context.tokens)
        planes = (torch.cat([rgb, classes], 1), doubled_between_corners(encoded.embedded, context), *encoded.levels)
        return tuple(branch(plane) for branch, plane in zip(self.shortcut, planes, strict=True))

    def encode(self, rgb: Tensor, classes: Tensor, given: PriorTokens | None = None) -> EncodedPhoto:
        """The stages alone. Tokens that are given stand for the class means of this part of the photo."""
        x = self.patch_embed(torch.cat([rgb, classes], 1))
        embedded = x.permute(0, 3, 1, 2)
        levels, tokens = [], []
        for index, stage in enumerate(self.layers):
            step = PATCH * 2**index
            means_given = None if given is None else given.stages[index]
            x, out, means = stage(x, classes[..., ::step, ::step], means_given)
            levels.append(self.get_submodule(f"norm{index}")(out).permute(0, 3, 1, 2).contiguous())
            tokens.append(means)
        return EncodedPhoto(embedded, tuple(levels), PriorTokens(tuple(tokens)))


class PatchEmbedding(nn.Module):
    """N x 6 x H x W to one normalised token per patch, N x H/4 x W/4 x C."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(6, width, PATCH, stride=PATCH)
        self.norm = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        tokens: Tensor = self.norm(self.proj(x).permute(0, 2, 3, 1))
        return tokens


class Stage(nn.Module):
    """Blocks at one resolution, with a memory of prior tokens that starts empty.

    merge: whether 2x2 tokens become one of twice the width at the end.
    """

    def __init__(self, width: int, *, heads: int, drops: Sequence[float], merge: bool) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(
            PriorBlock(width, heads=heads, index=index, drop=drop) for index, drop in enumerate(drops)
        )
        self.downsample = PatchMerging(width) if merge else nn.Identity()

    def forward(
        self, x: Tensor, classes: Tensor, given: tuple[Tensor, ...] | None
    ) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
        """Tokens for the next stage, tokens of this one, and the class means that each block began with.

        x: N x h x w x C. classes: N x 3 x h x w, one-hot. given: class means to begin with instead of those of `x`.
        """
        means: list[Tensor] = []
        memory = x.new_empty(x.shape[0], 0, x.shape[3])
        for index, block in enumerate(self.blocks):
            mean = class_means(x, classes) if given is None else given[index].expand(x.shape[0], -1, -1)
            means.append(mean)
            x, memory = block(x, torch.cat([memory, mean], 1))
        return self.downsample(x), x, tuple(means)


class PatchMerging(nn.Module):
    """N x h x w x C to N x h/2 x w/2 x 2C."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(4 * width)
        self.reduction = nn.Linear(4 * width, 2 * width, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        # down before across: the order in which the released weights expect the four tokens
        corners = [x[:, down::2, across::2] for across in (0, 1) for down in (0, 1)]
        merged: Tensor = self.reduction(self.norm(torch.cat(corners, -1)))
        return merged


def doubled_between_corners(x: Tensor, context: TileContext | None = None) -> Tensor:
    """Bilinear enlargement by two that puts the corners of the whole photo on its corners.

    x: N x C x h x w at a quarter of the resolution. The released weights learnt with this enlargement, alone among
    all. It shifts by up to half a pixel of the result, by another amount at every place of the photo; so a tile can
    only do the same with its place known.
    """
    if context is None:
        return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=True)
    rows = _doubled_axis(x, 2, start=context.box.top // PATCH, whole=context.height // PATCH)
    return _doubled_axis(rows, 3, start=context.box.left // PATCH, whole=context.width // PATCH)


def _doubled_axis(x: Tensor, axis: int, *, start: int, whole: int) -> Tensor:
    """Lines [2 start, 2 start + 2 length) of what doubling all `whole` lines would give, from those in `x`."""
    length = x.shape[axis]
    wanted = torch.arange(2 * start, 2 * (start + length), dtype=torch.float64, device=x.device)
    source = (wanted * (whole - 1) / (2 * whole - 1) - start).clamp(0, length - 1)
    low = source.long()
    share = (source - low).to(x.dtype).reshape([-1 if index == axis else 1 for index in range(x.dim())])
    return torch.lerp(x.index_select(axis, low), x.index_select(axis, (low + 1).clamp_max(length - 1)), share)
