"""Sets of pixels: numbered row by row, every neighbour found, borders included."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from matting_core.prior.pixel_set import SELF, PixelSet, sparse

MASKS = hnp.arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9)))


@given(mask=MASKS)
@settings(deadline=None)
def test_every_pixel_finds_its_neighbours_and_nobody_else(mask: np.ndarray) -> None:
    pixels = PixelSet.of(torch.from_numpy(mask))
    places = list(zip(*np.nonzero(mask), strict=True))
    found = pixels.neighbours().numpy()
    assert found.shape == (25, len(places))
    for number, (row, column) in enumerate(places):
        expected = [
            places.index(place) if (place := (row + down, column + across)) in places else -1
            for down in range(-2, 3)
            for across in range(-2, 3)
        ]
        assert found[:, number].tolist() == expected
        assert found[SELF, number] == number


@given(mask=MASKS)
@settings(deadline=None)
def test_a_coarser_set_has_a_cell_wherever_the_finer_has_a_pixel(mask: np.ndarray) -> None:
    coarse = PixelSet.of(torch.from_numpy(mask)).coarser()
    even = np.pad(mask, [(0, side % 2) for side in mask.shape])
    cells = even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2).any((1, 3))
    assert (coarse.height, coarse.width) == cells.shape
    np.testing.assert_array_equal(np.stack([coarse.rows, coarse.columns]), np.nonzero(cells))


def test_a_sparse_matrix_holds_its_entries_and_zeros_for_the_missing() -> None:
    numbers = torch.tensor([[0, -1, 2], [3, 1, -1]], dtype=torch.int32)
    values = torch.tensor([[1.0, 0, 2], [3, 4, 0]])
    dense = sparse(numbers, values, columns=4).to_dense()
    torch.testing.assert_close(dense, torch.tensor([[1.0, 0, 0, 3], [0, 4, 0, 0], [0, 0, 2, 0]]))
