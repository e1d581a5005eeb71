"""Multigrid: the right answer in few steps, whatever the shape of the region."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from matting_core.cancelling import Cancellation, Cancelled, cancellable
from matting_core.prior import multigrid
from matting_core.prior.matting_laplacian import unknown_rows
from matting_core.prior.multigrid import Multigrid
from matting_core.prior.pixel_set import SELF, PixelSet, sparse


def region(height: int = 57, width: int = 71) -> torch.Tensor:
    """A ring with a hole and some loose specks: odd sides, thin parts, separate pieces."""
    y, x = np.mgrid[:height, :width]
    distance = np.hypot(y - height / 2, x - width / 2)
    mask = np.abs(distance - 19) < 7
    mask[np.random.default_rng(0).random(mask.shape) < 0.02] = True
    mask[0, 0] = mask[-1, -1] = mask[0, -1] = True
    return torch.from_numpy(mask)


def system(mask: torch.Tensor, *, weight: float = 1e-2) -> tuple[PixelSet, torch.Tensor, torch.Tensor]:
    """A matting Laplacian with a light data term over the region: pixels, neighbours, couplings."""
    photo = torch.rand(3, *mask.shape, generator=torch.Generator().manual_seed(3))
    photo = torch.nn.functional.avg_pool2d(photo[None], 5, 1, 2)[0]
    rows = unknown_rows(photo, mask, torch.zeros_like(mask))
    couplings = rows.couplings.clone()
    couplings[SELF] += weight
    return rows.pixels, rows.neighbours, couplings


def dense(pixels: PixelSet, neighbours: torch.Tensor, couplings: torch.Tensor) -> np.ndarray:
    return sparse(neighbours, couplings, columns=len(pixels)).to_dense().double().numpy()


@pytest.mark.parametrize("coarsest", [2000, 60])
def test_the_answer_is_that_of_a_direct_solver(coarsest: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multigrid, "COARSEST", coarsest)
    parts = system(region())
    right = torch.rand(len(parts[0]), generator=torch.Generator().manual_seed(1))
    found = Multigrid(*parts).solve(right, torch.zeros_like(right), tolerance=1e-6)
    expected = np.linalg.solve(dense(*parts), right.double().numpy())
    assert np.abs(found.numpy() - expected).max() < 1e-3 * np.abs(expected).max()


def test_a_heavier_diagonal_is_solved_on_the_same_levels() -> None:
    parts = system(region())
    right = torch.ones(len(parts[0]))
    heavier = torch.linspace(0, 0.3, len(right))
    found = Multigrid(*parts).solve(right, right, tolerance=1e-6, heavier=heavier)
    expected = np.linalg.solve(dense(*parts) + np.diag(heavier.double().numpy()), right.double().numpy())
    assert np.abs(found.numpy() - expected).max() < 1e-3 * np.abs(expected).max()


def test_coarser_levels_are_the_finer_system_between_interpolations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multigrid, "COARSEST", 20)
    levels = Multigrid(*system(region()))._levels
    assert len(levels) >= 3
    for finer, coarser in pairwise(levels):
        a, p = finer.matrix.to_dense(), finer.interpolation.to_dense()
        torch.testing.assert_close(finer.restriction.to_dense(), p.T)
        torch.testing.assert_close(coarser.matrix.to_dense(), p.T @ a @ p, atol=1e-5, rtol=1e-4)


def test_levels_save_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same number of steps, the residual is far smaller than without coarser levels."""
    parts = system(region(), weight=1e-4)
    right = torch.ones(len(parts[0]))

    def residual() -> float:
        found = Multigrid(*parts).solve(right, torch.zeros_like(right), tolerance=0, iterations=12)
        return float(np.linalg.norm(right.double().numpy() - dense(*parts) @ found.double().numpy()))

    monkeypatch.setattr(multigrid, "COARSEST", 40)
    with_levels = residual()
    jacobi = multigrid.DAMPING / parts[2][SELF]
    monkeypatch.setattr(Multigrid, "_cycle", lambda self, right, depth: jacobi * right)
    assert with_levels < 0.05 * residual()


def test_a_good_guess_is_left_alone() -> None:
    parts = system(region())
    answer = torch.rand(len(parts[0]), generator=torch.Generator().manual_seed(2))
    right = sparse(parts[1], parts[2], columns=len(answer)) @ answer
    torch.testing.assert_close(Multigrid(*parts).solve(right, answer, tolerance=1e-4), answer)


def test_running_out_of_iterations_still_gives_an_answer() -> None:
    parts = system(region())
    right = torch.ones(len(parts[0]))
    assert torch.isfinite(Multigrid(*parts).solve(right, right, tolerance=0, iterations=1)).all()


def test_solving_can_be_cancelled() -> None:
    parts, cancellation = system(region()), Cancellation()
    solver, right = Multigrid(*parts), torch.ones(len(parts[0]))
    with cancellable(cancellation):
        cancellation.cancel()
        with pytest.raises(Cancelled):
            solver.solve(right, torch.zeros_like(right), tolerance=1e-9)
