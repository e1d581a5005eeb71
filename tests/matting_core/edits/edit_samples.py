"""Small marks and hypothesis strategies of every edit."""

import numpy as np
from hypothesis import strategies as st

from matting_core.edits.area import Area
from matting_core.edits.band import Band
from matting_core.edits.fill import Fill
from matting_core.edits.ink import Ink
from matting_core.edits.marks import Marks
from matting_core.edits.patch import Patch
from matting_core.edits.soft_stroke import SoftStroke
from matting_core.edits.stroke import Stroke

WIDTH, HEIGHT = 13, 11

coordinates = st.integers(-40, 100)
points = st.tuples(coordinates, coordinates)
polylines = st.lists(points, min_size=1, max_size=4).map(tuple)
outlines = st.lists(points, min_size=3, max_size=6).map(tuple)
inks = st.sampled_from(Ink)
strokes = st.builds(Stroke, inks, st.integers(1, 40), polylines)
soft_strokes = st.builds(
    SoftStroke, st.integers(0, 255), st.integers(0, 100), st.integers(1, 100), st.integers(1, 40), polylines
)
areas = st.builds(Area, inks, outlines)
fills = st.builds(Fill, inks, st.integers(-2, WIDTH + 1), st.integers(-2, HEIGHT + 1))
bands = st.builds(Band, st.integers(-5, 5).filter(bool), st.one_of(st.just(()), outlines))
trimaps = st.integers(0, 2**32 - 1).map(lambda seed: random_trimap(seed))
patches = st.builds(
    lambda seed, left, top: Patch.of(random_trimap(seed)[:5, :6], left=left, top=top),
    st.integers(0, 99),
    st.integers(0, WIDTH + 2),
    st.integers(0, HEIGHT + 2),
)
edits = st.one_of(strokes, soft_strokes, areas, fills, bands, patches)


def random_trimap(seed: int) -> np.ndarray:
    """Patches of the three labels, not noise: uint8, HEIGHTxWIDTH."""
    rng = np.random.default_rng(seed)
    coarse = rng.choice(np.array([0, 128, 255], np.uint8), (4, 4))
    return np.kron(coarse, np.ones((3, 4), np.uint8))[:HEIGHT, :WIDTH].copy()


def marks_of(trimap: np.ndarray, *, draft: np.ndarray | None = None) -> Marks:
    return Marks(trimap.copy(), lambda: np.full_like(trimap, 128) if draft is None else draft)
