"""What a camera does to a picture: lens blur, chromatic aberration, noise, 8 bits and JPEG, each sometimes."""

from torch import Tensor

from training.composing.blur import slightly_blurred
from training.composing.chance import Chance
from training.composing.jpeg import compressed
from training.composing.views import scaled_channels


def photographed(chance: Chance, picture: Tensor) -> Tensor:
    """The picture as a file would hold it: float32, N x 3 x S x S, multiples of 1 / 255 in [0, 1].

    picture: float32, N x 3 x S x S, sRGB.
    """
    picture = picture.clone()
    rows = chance.rows(0.25)
    picture[rows] = slightly_blurred(picture[rows], chance.of(len(rows)).between(0.1, 0.6))
    rows = chance.rows(0.15)
    picture[rows] = scaled_channels(picture[rows], 1 + 0.004 * chance.of(len(rows)).normal(3))
    rows = chance.rows(0.6)
    picture[rows] += _noise(chance.of(len(rows)), picture[rows])
    rows = chance.rows(0.3)
    picture[rows] = compressed(_rounded(picture[rows]), quality=chance.of(len(rows)).between(80, 98))
    return _rounded(picture)


def _noise(chance: Chance, picture: Tensor) -> Tensor:
    """Read noise and shot noise, a little correlated as demosaicing leaves it."""
    grain = slightly_blurred(chance.normal(*picture.shape[1:]), chance.between(0.1, 0.6))
    read, shot = chance.between(0, 0.004), chance.between(0, 0.008)
    return grain * (read + shot * picture.clamp(0, 1).sqrt())


def _rounded(picture: Tensor) -> Tensor:
    return (picture.clamp(0, 1) * 255).round() / 255
