"""Prior tokens: what an image region looks like as a whole, in one vector, and windows that attend to them.

After Park et al., "MatteFormer: Transformer-Based Image Matting via Prior-Tokens" (2022), section 3. Every block adds
the means of the three trimap classes to a memory that its stage keeps, and every window sees that memory beside its
own tokens. The order inside each set is that of the released weights: unknown, background, foreground. (Their code
names the second foreground and the third background, but reads the opposite classes.)
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from matting_core.box import Box

WINDOW = 7
"""Side of a window in tokens. The released position tables are for this side only."""
SHIFT = WINDOW // 2
CLASSES = 3
APART = -100.0
"""Added to the attention between tokens that only the cyclic shift has made neighbours."""
PRIOR_ORDER = (1, 0, 2)
"""Channels of a one-hot trimap (background, unknown, foreground) in the order of prior tokens."""


@dataclass(frozen=True, slots=True)
class PriorTokens:
    """The class means of a photo that every block of every stage began with; they are all that a tile needs to see
    the same priors as the whole photo.

    stages: for each stage, for each of its blocks, N x 3 x C in the order unknown, background, foreground.
    """

    stages: tuple[tuple[Tensor, ...], ...]


@dataclass(frozen=True, slots=True)
class TileContext:
    """What a tile must know of the photo that it is cut from.

    tokens: of a pass over the whole photo at low resolution. box: of the tile in the photo; left and top are
    multiples of 224, so that the windows of all stages are those of the whole photo. height, width: of the photo.
    """

    tokens: PriorTokens
    box: Box
    height: int
    width: int


def class_means(tokens: Tensor, classes: Tensor) -> Tensor:
    """Mean token of each trimap class: N x 3 x C, in the order unknown, background, foreground.

    tokens: N x h x w x C. classes: N x 3 x h x w, one-hot in the order background, unknown, foreground. A class
    without a token has the mean 0.
    """
    # half precision could hold neither the sum over a large photo nor the 1e-9
    areas = classes[:, PRIOR_ORDER].flatten(2).float()
    summed = torch.bmm(areas, tokens.flatten(1, 2).float())
    return (summed / (areas.sum(2, keepdim=True) + 1e-9)).to(tokens.dtype)


class PriorAttention(nn.Module):
    """Attention inside windows of 7x7 tokens, which also see the prior tokens of the whole photo.

    priors: how many prior tokens there are; each has one learnt bias per head, beside the 169 relative positions.
    """

    def __init__(self, width: int, *, heads: int, priors: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        positions = (2 * WINDOW - 1) ** 2
        self.relative_position_bias_table = nn.Parameter(torch.empty(positions + priors, heads))
        nn.init.trunc_normal_(self.relative_position_bias_table, std=0.02)
        prior_rows = torch.arange(positions, positions + priors).expand(WINDOW * WINDOW, -1)
        self.register_buffer("relative_position_index", torch.cat([_relative_positions(), prior_rows], 1))
        self.relative_position_index: Tensor

    def forward(self, windows: Tensor, priors: Tensor, *, apart: Tensor | None) -> tuple[Tensor, Tensor]:
        """Attended windows and priors, of the shapes of `windows` and `priors`.

        windows: N x K x 49 x C. priors: N x P x C; they do not attend to each other, their values only pass the
        projection. apart: K x 49 x 49, added to the scores of spatial tokens; None: all neighbours are real.
        """
        query, key, value = self._split(windows)
        _, prior_key, prior_value = self._split(priors)
        everywhere = (-1, windows.shape[1], -1, -1, -1)
        bias = self.relative_position_bias_table[self.relative_position_index].permute(2, 0, 1)
        if apart is not None:
            bias = bias + F.pad(apart, (0, priors.shape[1]))[:, None]
        attended = F.scaled_dot_product_attention(
            query,
            torch.cat([key, prior_key[:, None].expand(everywhere)], -2),
            torch.cat([value, prior_value[:, None].expand(everywhere)], -2),
            attn_mask=bias.to(query.dtype),
        )
        return self._joined(attended), self._joined(prior_value)

    def _split(self, tokens: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values: ... x T x C to three of ... x heads x T x C / heads."""
        parts = self.qkv(tokens).unflatten(-1, (3, self.heads, -1)).movedim(-3, 0).transpose(-3, -2)
        return parts[0], parts[1], parts[2]

    def _joined(self, heads: Tensor) -> Tensor:
        projected: Tensor = self.proj(heads.transpose(-3, -2).flatten(-2))
        return projected


class PriorBlock(nn.Module):
    """Attention and a perceptron, for spatial tokens and prior tokens alike.

    index: of the block in its stage; odd blocks shift their windows. drop: share of samples that skip a branch while
    training.
    """

    def __init__(self, width: int, *, heads: int, index: int, drop: float) -> None:
        super().__init__()
        self.shift = SHIFT if index % 2 else 0
        self.drop = drop
        self.norm1 = nn.LayerNorm(width)
        self.attn = PriorAttention(width, heads=heads, priors=CLASSES * (index + 1))
        self.norm2 = nn.LayerNorm(width)
        self.mlp = Perceptron(width)

    def forward(self, x: Tensor, priors: Tensor) -> tuple[Tensor, Tensor]:
        """x: N x h x w x C. priors: N x P x C. Returns both, of the same shapes."""
        height, width = x.shape[1:3]
        padded = F.pad(self.norm1(x), (0, 0, 0, -width % WINDOW, 0, -height % WINDOW))
        size = (padded.shape[1], padded.shape[2])
        if self.shift:
            padded = padded.roll((-self.shift, -self.shift), (1, 2))
        apart = shift_mask(*size).to(x) if self.shift else None
        attended, attended_priors = self.attn(to_windows(padded), self.norm1(priors), apart=apart)
        whole = from_windows(attended, size)
        if self.shift:
            whole = whole.roll((self.shift, self.shift), (1, 2))
        return self._finished(x, whole[:, :height, :width]), self._finished(priors, attended_priors)

    def _finished(self, tokens: Tensor, attended: Tensor) -> Tensor:
        tokens = tokens + self._dropped(attended)
        return tokens + self._dropped(self.mlp(self.norm2(tokens)))

    def _dropped(self, branch: Tensor) -> Tensor:
        if not self.training or self.drop == 0:
            return branch
        kept = torch.rand(branch.shape[0], *[1] * (branch.dim() - 1), device=branch.device) >= self.drop
        return branch * kept / (1 - self.drop)


class Perceptron(nn.Module):
    """Two layers, the hidden one four times as wide."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.fc2(F.gelu(self.fc1(x)))
        return out


def to_windows(x: Tensor) -> Tensor:
    """N x h x w x C to N x K x 49 x C, windows row by row; h and w are multiples of 7."""
    count, height, width, channels = x.shape
    rows = x.reshape(count, height // WINDOW, WINDOW, width // WINDOW, WINDOW, channels)
    return rows.transpose(2, 3).reshape(count, -1, WINDOW * WINDOW, channels)


def from_windows(windows: Tensor, size: tuple[int, int]) -> Tensor:
    """The inverse of `to_windows`; size: h and w."""
    rows = windows.reshape(windows.shape[0], size[0] // WINDOW, size[1] // WINDOW, WINDOW, WINDOW, -1)
    return rows.transpose(2, 3).reshape(windows.shape[0], *size, -1)


def shift_mask(height: int, width: int) -> Tensor:
    """What keeps tokens apart that the cyclic shift brought into one window: K x 49 x 49, 0 or -100.

    height, width: in tokens, multiples of 7. After Liu et al., "Swin Transformer" (2021), section 3.2.
    """

    def regions(length: int) -> Tensor:
        """0 where no window meets the wrapped end, 1 before it in the last window, 2 in the wrapped end itself."""
        at = torch.arange(length)
        return (at >= length - WINDOW).long() + (at >= length - SHIFT).long()

    region = 3 * regions(height)[:, None] + regions(width)[None]
    labels = to_windows(region[None, :, :, None])[0, :, :, 0]
    return (labels[:, :, None] != labels[:, None]) * APART


def _relative_positions() -> Tensor:
    """Row of the bias table for each pair of tokens in a window: int64, 49 x 49."""
    axis = torch.arange(WINDOW)
    offset = axis[:, None] - axis[None] + WINDOW - 1
    down, across = offset[:, None, :, None], offset[None, :, None, :]
    return (down * (2 * WINDOW - 1) + across).reshape(WINDOW * WINDOW, WINDOW * WINDOW)
