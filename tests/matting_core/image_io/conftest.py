"""A small photo for the tests of files."""

import numpy as np
import pytest


@pytest.fixture
def rgb() -> np.ndarray:
    """Smooth, so that lossy formats keep it, and different in every corner and channel."""
    y, x = np.mgrid[:48, :64]
    return np.dstack([x * 3, y * 4, 255 - x * 2 - y]).astype(np.uint8)
