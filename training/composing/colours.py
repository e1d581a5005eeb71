"""What colours a foreground and a background have: pieces of photos, hair and yarn, and, on purpose, the same ones."""

import torch
from torch import Tensor

from training.composing.blur import blurred, drawn_out, smooth_noise
from training.composing.chance import Chance
from training.composing.views import bent, photo_views, turned

PALETTE = 3


def foreground_colours(chance: Chance, photos: Tensor, matte: Tensor) -> Tensor:
    """Straight foreground colours: float32, N x 3 x S x S, [0, 1].

    photos: uint8, M x 3 x side x side. matte: float32, N x 1 x S x S, [0, 1]. A quarter is a piece of a photo as it
    is, the others are blurred, or have few colours in streaks, as hair, fur, yarn and grain have. Light drifts across
    them, and half have a rim of another colour: what is known of a thing is seldom what its edge looks like.
    """
    size = matte.shape[-1]
    colours = photo_views(chance, photos, size)
    kind = chance.unit()
    soft = torch.nonzero(kind < 0.4)[:, 0]
    colours[soft] = blurred(colours[soft], chance.of(len(soft)).log_between(1, 10))
    plain = torch.nonzero((kind >= 0.4) & (kind < 0.75))[:, 0]
    colours[plain] = few_colours(chance.of(len(plain)), colours[plain])
    colours = drifting(chance, colours)
    rimmed = chance.rows(0.5)
    some = chance.of(len(rimmed))
    depth = blurred(matte[rimmed], some.log_between(3, 16))
    rim = (1 - depth) * some.between(0, 1)
    tone = some.between(0, 1.6) * (1 + 0.15 * some.normal(3, 1, 1))
    colours[rimmed] *= 1 + rim * (tone - 1)
    return colours.clamp(0, 1)


def drifting(chance: Chance, colours: Tensor) -> Tensor:
    """Lit unevenly: brightness, and a little the hue, change slowly across the picture; N x 3 x S x S."""
    size = colours.shape[-1]
    light = smooth_noise(chance, size, cells=3) - 0.5
    hue = smooth_noise(chance, size, cells=3, channels=3) - 0.5
    return colours * torch.exp(light * chance.between(0, 1.6) + hue * chance.between(0, 0.4))


def few_colours(chance: Chance, colours: Tensor) -> Tensor:
    """One to three of the colours in soft or crisp regions, streaked in one direction: N x 3 x S x S.

    colours: float32, N x 3 x S x S, from whose pixels the palette is taken.
    """
    count, _, size, _ = colours.shape
    pixels = torch.randint(size * size, (count, 1, PALETTE), generator=chance.generator, device=colours.device)
    palette = colours.flatten(2).gather(2, pixels.expand(-1, 3, -1))
    streaks = _streaks(chance, size, channels=PALETTE + 1)
    regions = smooth_noise(chance, size, cells=4, channels=PALETTE, octaves=3) * chance.between(2, 14)
    # strands that lie side by side may differ in colour: then the regions follow the streaks
    regions = regions + torch.where(chance.happens(0.4), 2.0, 0.0) * streaks[:, 1:]
    unused = torch.arange(PALETTE, device=colours.device).view(1, -1, 1, 1) > chance.which(PALETTE).view(-1, 1, 1, 1)
    shares = regions.masked_fill(unused, -1e4).softmax(1)
    base = torch.einsum("ncp,nphw->nchw", palette, shares)
    shade = 1 + chance.between(0, 0.2) * streaks[:, :1]
    light = 0.6 + 0.8 * smooth_noise(chance, size, cells=3, octaves=3)
    shade = shade * torch.where(chance.happens(0.6), light, 1.0)
    return (base * shade + 0.004 * chance.normal(1, size, size)).clamp(0, 1)


def matched(chance: Chance, foreground: Tensor, background: Tensor, *, share: float) -> Tensor:
    """The hard case on purpose: the foregrounds of about `share` of the samples moved towards their background's
    mean colour; N x 3 x S x S."""
    apart = background.mean((2, 3), keepdim=True) - foreground.mean((2, 3), keepdim=True)
    nearness = torch.where(chance.happens(share), chance.between(0.3, 0.85), 0.0)
    return (foreground + apart * nearness).clamp(0, 1)


def _streaks(chance: Chance, size: int, *, channels: int) -> Tensor:
    """Noise drawn out along one way per sample, and bent as locks are, mean 0, deviation 1: N x channels x S x S."""
    along = drawn_out(chance.normal(channels, size, size), chance.log_between(2, 40))
    tilted = turned(along, chance.between(-torch.pi, torch.pi))
    tilted = bent(tilted, (smooth_noise(chance, size, cells=3, channels=2) - 0.5) * chance.between(0, 0.5))
    # not std(), which warns when there are no samples
    deviation = (tilted - tilted.mean((2, 3), keepdim=True)).square().mean((2, 3), keepdim=True).sqrt()
    return tilted / (deviation + 1e-6)
