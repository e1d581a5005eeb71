"""Bytes of a file -> the alpha or the trimap in it, as deep as it was kept, with what tells whether it is one."""

from dataclasses import dataclass

import numpy as np

from annotation_store.imports.import_errors import UnusableMatteError
from annotation_store.imports.layered_documents import is_layered, opacity_of_layers
from annotation_store.imports.layouts.role_folders import NO_MATTE
from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Trimap
from matting_core.image_io import ImageLimits
from matting_core.image_io.decode import HIGHEST_BACKGROUND, LOWEST_FOREGROUND, grey_of
from matting_core.image_io.raster import Raster, Samples, read_raster

STRANGE_SHARE = 0.02
"""Of a trimap's pixels may hold another value than its three, as a soft edge between classes leaves."""
TOLERANCE = 8
"""Levels of 255 by which a value may miss black, grey or white."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadAlpha:
    """alpha: float32, HxW, [0, 1]. bits: 8 or 16, as the file had it. colours: HxWxC of the file, of the same depth,
    beside an opacity; None of a grey picture or a layered document."""

    alpha: Alpha
    bits: int
    colours: Samples | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ReadTrimap:
    """trimap: uint8, HxW, {0, 128, 255}."""

    trimap: Trimap


def read_alpha(data: bytes, *, limits: ImageLimits) -> ReadAlpha:
    """The opacity of a picture or of a layered document's subject, else a grey picture.

    Raises UnusableMatteError, UnreadableImageError or ImageTooLargeError.
    """
    if is_layered(data):
        alpha, bits = opacity_of_layers(data, limits=limits)
        return ReadAlpha(alpha, bits)
    return _alpha_of(read_raster(data, limits))


def read_trimap(data: bytes, *, limits: ImageLimits) -> ReadTrimap:
    """A grey picture of three values. Raises as `read_alpha` does."""
    if is_layered(data):
        raise UnusableMatteError("a trimap is a grey picture, and this is a layered document: save it as a grey PNG")
    if (grey := grey_of(read_raster(data, limits))) is None:
        raise UnusableMatteError("a trimap is a grey picture, but this one has colours: save it as a grey PNG")
    if (share := _strange_share(grey)) > STRANGE_SHARE:
        raise UnusableMatteError(
            f"{share:.0%} of its pixels are neither black, nor middle grey, nor white, so it is no trimap: if it is an "
            "alpha, send it as one; else save it without blurring and without lossy compression"
        )
    return ReadTrimap(_classes(grey))


def read_whatever(data: bytes, *, limits: ImageLimits) -> ReadAlpha | ReadTrimap:
    """A matte of which nothing else tells what it is: a cut-out, a trimap or an alpha. Raises as `read_alpha` does."""
    if is_layered(data):
        return read_alpha(data, limits=limits)
    raster = read_raster(data, limits)
    if raster.opacity is not None and bool((raster.opacity != np.iinfo(raster.opacity.dtype).max).any()):
        return _alpha_of(raster)
    if (grey := grey_of(raster)) is None:
        raise UnusableMatteError(NO_MATTE)
    if _strange_share(grey) <= STRANGE_SHARE and set(np.unique(trimap := _classes(grey))) == {0, UNKNOWN, 255}:
        return ReadTrimap(trimap)
    return _alpha_of(raster)


def _alpha_of(raster: Raster) -> ReadAlpha:
    plane = raster.opacity if raster.opacity is not None else grey_of(raster)
    if plane is None:
        raise UnusableMatteError(
            "an alpha is a grey picture or the opacity of one, and this has colours and no opacity: save it as grey PNG"
        )
    highest = np.iinfo(plane.dtype)
    alpha: Alpha = plane.astype(np.float32) / np.float32(highest.max)
    return ReadAlpha(alpha, highest.bits, raster.samples if raster.opacity is not None else None)


def _classes(grey: Samples) -> Trimap:
    levels = _levels(grey)
    trimap = np.full(grey.shape, UNKNOWN, np.uint8)
    trimap[levels <= HIGHEST_BACKGROUND] = BACKGROUND
    trimap[levels >= LOWEST_FOREGROUND] = FOREGROUND
    return trimap


def _strange_share(grey: Samples) -> float:
    levels = _levels(grey).astype(np.int16)
    near = sum(np.count_nonzero(np.abs(levels - value) <= TOLERANCE) for value in (BACKGROUND, UNKNOWN, FOREGROUND))
    return 1 - near / grey.size


def _levels(grey: Samples) -> Trimap:
    return (grey // 257 if grey.dtype == np.uint16 else grey).astype(np.uint8)
