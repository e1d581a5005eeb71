"""The matting Laplacian of the unknown region: the rows that the formula gives, whatever region and colours."""

import numpy as np
import pytest
import torch

from matting_core.prior import matting_laplacian
from matting_core.prior.matting_laplacian import EPSILON, unknown_rows
from matting_core.prior.pixel_set import sparse

SIZE = (23, 31)


def photos() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(4)
    noise = rng.random((*SIZE, 3))
    return {
        "noise": noise,
        "grey": np.repeat(noise[..., :1], 3, 2),
        "line in colour space": noise[..., :1] * [0.9, 0.4, 0.1],
        "eight bits, nearly flat": np.round(120 + 2 * noise) / 255,
        "flat": np.full((*SIZE, 3), 0.4),
    }


def by_the_formula(photo: np.ndarray) -> np.ndarray:
    """The whole Laplacian, window by window, with a general solver."""
    height, width = photo.shape[:2]
    laplacian = np.zeros((height * width, height * width))
    for row in range(height - 2):
        for column in range(width - 2):
            colours = photo[row : row + 3, column : column + 3].reshape(9, 3).astype(np.float64)
            offsets = colours - colours.mean(0)
            covariance = offsets.T @ offsets / 9 + EPSILON / 9 * np.eye(3)
            affinity = (1 + offsets @ np.linalg.solve(covariance, offsets.T)) / 9
            places = ((row + np.arange(3))[:, None] * width + column + np.arange(3)).ravel()
            laplacian[np.ix_(places, places)] += np.eye(9) - affinity
    return laplacian


@pytest.mark.parametrize("name", list(photos()))
@pytest.mark.parametrize("part", [5, 1 << 13])
def test_rows_are_those_of_the_photos_laplacian(name: str, part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matting_laplacian, "PIXELS_AT_ONCE", part)
    photo = photos()[name].astype(np.float32)
    trimap = np.random.default_rng(1).choice(np.array([0, 128, 255], np.uint8), SIZE)
    trimap[5:15, 8:20] = 128
    unknown, foreground = trimap == 128, trimap == 255
    whole = by_the_formula(photo)[np.flatnonzero(unknown)]
    rows = unknown_rows(
        torch.from_numpy(photo.transpose(2, 0, 1).copy()), torch.from_numpy(unknown), torch.from_numpy(foreground)
    )
    matrix = sparse(rows.neighbours, rows.couplings, columns=len(rows.pixels)).to_dense().numpy()
    expected = whole[:, np.flatnonzero(unknown)]
    np.testing.assert_allclose(matrix, expected, atol=2e-5)
    np.testing.assert_allclose(rows.pull.numpy(), -(whole @ foreground.ravel()), atol=2e-5)


def test_a_constant_alpha_costs_nothing() -> None:
    photo = torch.rand(3, *SIZE, generator=torch.Generator().manual_seed(0))
    everything = torch.ones(SIZE, dtype=torch.bool)
    rows = unknown_rows(photo, everything, ~everything)
    assert rows.couplings.sum(0).abs().max() < 1e-5
    assert rows.pull.abs().max() == 0
