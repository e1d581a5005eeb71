"""The matting Laplacian of the unknown region, row by row, without ever building that of the photo.

Levin, Lischinski & Weiss, "A Closed-Form Solution to Natural Image Matting", PAMI 2008, eq. 12: over all 3x3
windows w that hold both pixels,

    L_ij = sum_w  d_ij - (1 + (I_i - m_w)^T (S_w + eps/9)^-1 (I_j - m_w)) / 9

with m_w and S_w the mean and the covariance of the colours in w.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from matting_core.cancelling import checkpoint
from matting_core.prior.pixel_set import REACH, SELF, SPAN, PixelSet

EPSILON = 1e-7
PIXELS_AT_ONCE = 1 << 13
"""Bounds memory at about 2 kB a pixel of a part, and keeps the part in the processor's cache."""


@dataclass(frozen=True, slots=True)
class UnknownRows:
    """The Laplacian's rows of the unknown pixels.

    neighbours: int32, 25 x N, see `PixelSet.neighbours`. couplings: float32, 25 x N, 0 towards pixels outside the
    set. pull: float32, N, minus the summed couplings to known foreground, which moves to the right-hand side.
    """

    pixels: PixelSet
    neighbours: Tensor
    couplings: Tensor
    pull: Tensor


def unknown_rows(colours: Tensor, unknown: Tensor, foreground: Tensor) -> UnknownRows:
    """Assemble the rows of all unknown pixels.

    colours: float32, 3 x H x W, sRGB in [0, 1]. unknown, foreground: bool, H x W. Works on any device. Raises
    Cancelled.
    """
    pixels = PixelSet.of(unknown)
    flat = F.pad(colours, (REACH,) * 4).flatten(1)
    centres = torch.zeros_like(unknown)
    centres[1:-1, 1:-1] = True  # of windows that lie wholly inside
    is_centre = F.pad(centres, (REACH,) * 4).flatten()
    of_foreground = F.pad(foreground, (REACH,) * 4).flatten()
    neighbours = pixels.neighbours()
    couplings = torch.empty(neighbours.shape, dtype=torch.float32, device=colours.device)
    pull = torch.empty(len(pixels), dtype=torch.float32, device=colours.device)
    places, around, near = pixels.padded_places, pixels.neighbourhood(REACH)[:, None], pixels.neighbourhood(1)
    for start in range(0, len(pixels), PIXELS_AT_ONCE):
        checkpoint()
        part = slice(start, start + PIXELS_AT_ONCE)
        rows = _rows(flat, is_centre, places[part], near)
        pull[part] = -(rows * of_foreground[places[part] + around]).sum(0)
        torch.mul(rows, neighbours[:, part] >= 0, out=couplings[:, part])
    return UnknownRows(pixels, neighbours, couplings, pull)


def _rows(colours: Tensor, is_centre: Tensor, places: Tensor, near: Tensor) -> Tensor:
    """Whole rows of the Laplacian for the pixels at `places` (ascending): float32, 25 x n."""
    first = int(places[0] + near[0])  # everything below is numbered from here, so that it is as small as the part
    last = int(places[-1] + near[-1])
    centres = places - first + near[:, None]
    touched = torch.zeros(last - first + 1, dtype=torch.bool, device=places.device)
    touched[centres.flatten()] = True
    here = touched & is_centre[first : last + 1]
    windows = here.nonzero()[:, 0]
    number = torch.full(here.shape, len(windows), dtype=torch.int64, device=places.device)
    number[windows] = torch.arange(len(windows), device=places.device)
    affinities = _affinities(colours, windows + first, near)
    rows = torch.zeros((SPAN, SPAN, len(places)), dtype=torch.float32, device=places.device)
    for place in range(9):
        # the window centred at this neighbour sees the pixel itself at the opposite place
        row, column = divmod(place, 3)
        shares = affinities[8 - place].index_select(1, number[centres[place]])
        rows[row : row + 3, column : column + 3] -= shares.view(3, 3, -1)
    rows = rows.view(SPAN * SPAN, -1)
    rows[SELF] += here[centres].sum(0)
    return rows


def _affinities(colours: Tensor, windows: Tensor, near: Tensor) -> Tensor:
    """(1 + (I_i - m)^T (S + eps/9)^-1 (I_j - m)) / 9 of every window: float32, 9 x 9 x (K + 1), the last all 0."""
    # double precision and a factorisation, S + eps/9 = L D L^T: where the colours of a window lie on a line, an
    # inverse by cofactors would lose all its digits
    red, green, blue = colours[:, windows + near[:, None]].double()
    red, green, blue = (plane - plane.mean(0) for plane in (red, green, blue))
    ridge = EPSILON / 9
    first = (red * red).mean(0) + ridge
    green_red, blue_red = (red * green).mean(0) / first, (red * blue).mean(0) / first
    clean_green = green - green_red * red
    # a row w of L^-1 turns the ridge into |w|^2 of it
    second = clean_green.square().mean(0) + ridge * (1 + green_red.square())
    blue_green = (clean_green * blue).mean(0) / second
    clean_blue = blue - blue_red * red - blue_green * clean_green
    third = clean_blue.square().mean(0) + ridge * (
        1 + blue_green.square() + (blue_green * green_red - blue_red).square()
    )
    affinities = torch.full((9, 9, len(windows) + 1), 1 / 9, dtype=torch.float32, device=colours.device)
    affinities[..., -1] = 0
    for plane, spread in ((red, first), (clean_green, second), (clean_blue, third)):
        lifted = (plane / (9 * spread).sqrt()).float()
        affinities[..., :-1].addcmul_(lifted[:, None], lifted[None])
    return affinities
