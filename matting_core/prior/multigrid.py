"""Conjugate gradients with a multigrid preconditioner, for systems over a set of pixels.

Each level halves the grid. A coarser system is the finer one seen through bilinear interpolation P, that is
P^T A P (Galerkin), so it knows about every hole of the region and every colour edge. Couplings of the 5x5
neighbourhood stay within 5x5 on every level, which is why each P^T A P is sixteen small matrix products: one for
each place that a fine pixel can have around a coarse one. Trottenberg, Oosterlee & Schueller, "Multigrid"
(2001), chapters 2 and 7.
"""

from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from matting_core.cancelling import checkpoint
from matting_core.prior.pixel_set import REACH, SELF, SPAN, PixelSet, sparse

COARSEST = 100
"""Systems up to this size are inverted as a whole."""
DAMPING = 0.8
CHILDREN = 4
"""A coarse pixel is interpolated to 4 x 4 fine ones, from 2c - 1 to 2c + 2 in each direction."""
SHARES = (0.25, 0.75, 0.75, 0.25)


@dataclass(frozen=True, slots=True)
class _Level:
    matrix: Tensor
    inverse_diagonal: Tensor
    restriction: Tensor
    interpolation: Tensor


class Multigrid:
    """A symmetric positive definite system over N pixels, with its coarser levels."""

    def __init__(self, pixels: PixelSet, neighbours: Tensor, couplings: Tensor) -> None:
        """neighbours: int32, 25 x N, as of `pixels`. couplings: float32, 25 x N, 0 where there is no neighbour, above 0
        towards the pixel itself. Raises Cancelled."""
        self._levels: list[_Level] = []
        while len(pixels) > COARSEST:
            checkpoint()
            coarser = pixels.coarser()
            children = _children(pixels, coarser)
            shares = _outer(SHARES, like=couplings)[:, None] * (children >= 0)
            parents, parts = _parents(pixels, coarser)
            self._levels.append(
                _Level(
                    matrix=sparse(neighbours, couplings, columns=len(pixels)),
                    inverse_diagonal=1 / couplings[SELF],
                    restriction=sparse(children, shares, columns=len(pixels)),
                    interpolation=sparse(parents, parts, columns=len(coarser)),
                )
            )
            near = coarser.neighbours()
            couplings = _galerkin(couplings, children) * (near >= 0)
            pixels, neighbours = coarser, near
        self._coarsest = sparse(neighbours, couplings, columns=len(pixels)).to_dense()
        self._inverse = torch.linalg.inv(self._coarsest.double()).float()

    def solve(
        self,
        right: Tensor,
        start: Tensor,
        *,
        tolerance: float,
        iterations: int = 400,
        heavier: Tensor | None = None,
    ) -> Tensor:
        """x with A x = right, or (A + diag(heavier)) x = right, from the guess `start`: float32, N.

        Stops where the residual's norm is `tolerance` of that of `right`, or after so many iterations: an
        unconverged answer is still the best there is. Raises Cancelled.
        """

        def apply(x: Tensor) -> Tensor:
            product: Tensor = (self._levels[0].matrix if self._levels else self._coarsest) @ x
            return product if heavier is None else product + heavier * x

        x = start
        residual = right - apply(x)
        enough = tolerance * float(torch.linalg.vector_norm(right))
        direction, energy = torch.zeros_like(x), torch.ones((), device=x.device)
        for _ in range(iterations):
            if float(torch.linalg.vector_norm(residual)) <= enough:
                break
            checkpoint()
            better = self._cycle(residual, 0)
            previous, energy = energy, residual @ better
            direction = better + energy / previous * direction
            image = apply(direction)
            length = energy / (direction @ image)
            x = x + length * direction
            residual = residual - length * image
        return x

    def _cycle(self, right: Tensor, depth: int) -> Tensor:
        """One V-cycle from zero: smooth, correct from the coarser level, smooth again."""
        if depth == len(self._levels):
            exact: Tensor = self._inverse @ right
            return exact
        level = self._levels[depth]
        damped = DAMPING * level.inverse_diagonal
        x = damped * right
        correction = self._cycle(level.restriction @ (right - level.matrix @ x), depth + 1)
        x = x + level.interpolation @ correction
        return x + damped * (right - level.matrix @ x)


def _outer(values: tuple[float, ...], *, like: Tensor) -> Tensor:
    row = torch.tensor(values, dtype=like.dtype, device=like.device)
    return (row[:, None] * row[None]).flatten()


def _children(fine: PixelSet, coarse: PixelSet) -> Tensor:
    """Numbers of the 4 x 4 fine pixels around every coarse one, -1 where there is none: int32, 16 x C."""
    steps = torch.arange(-1, CHILDREN - 1, device=fine.rows.device)
    rows, columns = (2 * coarse.rows + steps[:, None] + REACH), (2 * coarse.columns + steps[:, None] + REACH)
    # the grid may have an odd side: its last cell then reaches beyond the padding
    rows, columns = rows.clamp(max=fine.height + 2 * REACH - 1), columns.clamp(max=fine.width + 2 * REACH - 1)
    places = rows[:, None] * (fine.width + 2 * REACH) + columns[None]
    return fine.numbers.view(-1)[places.flatten(0, 1)]


def _parents(fine: PixelSet, coarse: PixelSet) -> tuple[Tensor, Tensor]:
    """Numbers (int32) and shares (float32) of the four coarse pixels around every fine one: 4 x N each."""

    def axis(places: Tensor) -> tuple[Tensor, Tensor]:
        cell = places // 2
        beside = cell + torch.where(places % 2 == 0, -1, 1)
        both = torch.stack([torch.minimum(cell, beside), torch.maximum(cell, beside)])
        return both + REACH, torch.where(both == cell, 0.75, 0.25)

    (rows, down), (columns, across) = axis(fine.rows), axis(fine.columns)
    places = rows[:, None] * (coarse.width + 2 * REACH) + columns[None]
    numbers = coarse.numbers.view(-1)[places.flatten(0, 1)]
    return numbers, (down[:, None] * across[None]).flatten(0, 1) * (numbers >= 0)


def _galerkin(couplings: Tensor, children: Tensor) -> Tensor:
    """P^T A P: float32, 25 x C, of couplings 25 x N. Entries towards cells without pixels are left to the caller."""
    padded = torch.cat([couplings, torch.zeros_like(couplings[:, :1])], 1)
    missing = couplings.shape[1]
    coarse = torch.zeros((SPAN * SPAN, children.shape[1]), dtype=couplings.dtype, device=couplings.device)
    numbers = torch.where(children >= 0, children, missing)
    for matrix, child in zip(_views_of_children().to(couplings), numbers, strict=True):
        coarse.addmm_(matrix, padded.index_select(1, child))
    return coarse


@cache
def _views_of_children() -> Tensor:
    """How the fine couplings of each of the 4 x 4 children turn into coarse ones: 16 x 25 coarse x 25 fine."""
    axis = [_seen_from_child(child) for child in range(CHILDREN)]
    return torch.stack([torch.kron(down, across) for down in axis for across in axis])


def _seen_from_child(child: int) -> Tensor:
    """How the fine couplings of a child turn into coarse ones along one axis: float32, 5 coarse x 5 fine.

    The child lies at 2c + child - 1; its fine neighbours at -2 ... 2 of it are interpolated from coarse pixels at
    c - 2 ... c + 2.
    """
    matrix = torch.zeros((SPAN, SPAN))
    for step in range(-REACH, REACH + 1):
        place = child - 1 + step
        for coarse in range(-REACH, REACH + 1):
            among = place - 2 * coarse + 1
            if 0 <= among < CHILDREN:
                matrix[coarse + REACH, step + REACH] = SHARES[child] * SHARES[among]
    return matrix
