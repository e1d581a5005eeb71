"""The whole check of a trimap: what an operator should look at again before the matte, or the training, believes it."""

from matting_core.arrays import Alpha, Rgb, Trimap, check_alpha, check_rgb, check_trimap
from matting_core.trimap_check.contradictions import find_contradictions
from matting_core.trimap_check.slips import Slip, worst_first
from matting_core.trimap_check.specks import find_specks
from matting_core.trimap_check.thin_bands import find_thin_bands


def check_trimap_for_slips(rgb: Rgb, trimap: Trimap, alpha: Alpha, *, count: int = 30) -> tuple[Slip, ...]:
    """Likely slips, worst first, at most `count`; none of them has its centre in the box of a worse one.

    rgb: uint8 or uint16, HxWx3, sRGB. trimap: uint8, HxW, {0, 128, 255}, as the operator left it. alpha: float32, HxW,
    [0, 1], predicted from both by any model. Boxes and centres are pixels of the photo, exact to a cell of the copies
    that the check works on. A hint, no verdict: benchmarks/trimap_check_quality.py measures how often it is wrong.
    Deterministic but for rounding. Raises InvalidArrayError on arrays that break their contract, and Cancelled.
    """
    check_trimap(trimap, like=check_rgb(rgb))
    check_alpha(alpha, like=rgb)
    specks = find_specks(trimap, alpha)
    # a speck has no band of its own, which is not worth a second mark
    bands = [band for band in find_thin_bands(trimap, alpha) if not any(_is_edge_of(band, speck) for speck in specks)]
    return worst_first(find_contradictions(rgb, trimap) + specks + bands, count=count)


def _is_edge_of(band: Slip, speck: Slip) -> bool:
    whole = speck.box.grown(max(speck.box.width, speck.box.height))
    return whole.union(band.box) == whole
