"""Photoshop documents: the mask of the layer with the subject on it, times that layer's own transparency.

A document that our own export has written holds the layers ``Subject`` and ``Background``; one that somebody has worked
on may be called otherwise.
"""

import io
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from annotation_store.imports.import_errors import UnusableMatteError
from matting_core.arrays import Alpha
from matting_core.image_io import ImageLimits

if TYPE_CHECKING:
    from psd_tools import PSDImage
    from psd_tools.api.layers import Layer

SUBJECT = "subject"
SIGNATURE = b"8BPS"
_SIZES = struct.Struct(
    ">4sH6xHIIHH"
)  # signature, version, channels, height, width, depth, mode (Adobe's specification)
_DEPTHS = (8, 16)
_WITH_PIXELS = ("pixel", "smartobject")  # kinds of layers in psd-tools
_MOST_OBJECTS = 100_000
_BYTES_A_PIXEL = 64  # of the largest step inside psd-tools


def is_layered(data: bytes) -> bool:
    return data.startswith(SIGNATURE)


def opacity_of_layers(data: bytes, *, limits: ImageLimits) -> tuple[Alpha, int]:
    """(alpha, bits): float32, HxW of the document, [0, 1], and the document's depth, 8 or 16.

    Raises ImageTooLargeError before anything is unpacked, UnusableMatteError for what is damaged or holds no matte.
    """
    limits.check_bytes(len(data))
    if len(data) < _SIZES.size:
        raise _damaged()
    _, _, _, height, width, depth, _ = _SIZES.unpack_from(data)
    limits.check_pixels(width=width, height=height)
    if depth not in _DEPTHS:
        raise UnusableMatteError(f"this document has {depth} bits a channel: save it with 8 or 16")
    try:
        alpha = _read(data, width, height)
    except UnusableMatteError:
        raise
    except Exception as error:  # whatever psd-tools stumbles over: the file is not what it claims to be
        raise _damaged() from error
    if not alpha.any():  # what it cannot unpack becomes black, too
        raise UnusableMatteError("the subject's layer is hidden altogether in this document: look at its mask")
    return alpha, depth


def _damaged() -> UnusableMatteError:
    return UnusableMatteError("the Photoshop document is cut off or damaged: save it again, or send the matte as PNG")


def _read(data: bytes, width: int, height: int) -> Alpha:
    from psd_tools import PSDImage  # a slow import that few imports need
    from psd_tools.psd.parse_limits import ParseLimits

    most = max(1 << 24, width * height * _BYTES_A_PIXEL)
    document = PSDImage.open(
        io.BytesIO(data), parse_limits=ParseLimits(max_objects=_MOST_OBJECTS), max_alloc_bytes=most
    )
    for layer in sorted(_pixel_layers(document), key=lambda each: each.name.strip().casefold() != SUBJECT):
        if (alpha := _opacity_of(layer, width, height)) is not None:
            return alpha
    if not len(document) and (flat := document.numpy("shape")) is not None and document.channels > 3:
        return _checked(flat[..., 0], width, height)
    raise UnusableMatteError(
        "no layer of this document that is shown and holds pixels has a mask or is transparent anywhere: show the "
        "layer with the subject, name it “Subject”, and give it a mask"
    )


def _pixel_layers(document: "PSDImage") -> "Iterator[Layer]":
    """What is shown, from the top down: a subject is no hidden attempt, no adjustment, no fill and no lettering."""
    return (
        layer for layer in reversed(list(document.descendants())) if layer.kind in _WITH_PIXELS and layer.is_visible()
    )


def _opacity_of(layer: "Layer", width: int, height: int) -> Alpha | None:
    """The mask where there is one, times what is transparent anyway; None if all of it is opaque."""
    alpha = np.ones((height, width), np.float32)
    if layer.mask is not None and not layer.mask.disabled:
        alpha *= _placed(layer.numpy("mask"), layer.mask.bbox, layer.mask.background_color / 255, width, height)
    if (shape := layer.numpy("shape")) is not None:
        alpha *= _placed(shape, layer.bbox, 0.0, width, height)
    alpha = _checked(alpha, width, height)
    return None if bool((alpha == 1).all()) else alpha


def _placed(plane: Any, box: tuple[int, int, int, int], around: float, width: int, height: int) -> Alpha:
    """A plane that covers `box` (left, top, right, bottom), cut and filled up to the whole document."""
    whole = np.full((height, width), around, np.float32)
    if plane is None:
        return whole
    left, top, right, bottom = box
    inside = slice(max(top, 0), min(bottom, height)), slice(max(left, 0), min(right, width))
    if inside[0].start < inside[0].stop and inside[1].start < inside[1].stop:
        rows = slice(inside[0].start - top, inside[0].stop - top)
        whole[inside] = plane[rows, inside[1].start - left : inside[1].stop - left, 0]
    return whole


def _checked(alpha: Any, width: int, height: int) -> Alpha:
    plane = np.ascontiguousarray(alpha, dtype=np.float32)
    if plane.shape != (height, width) or not np.isfinite(plane).all():
        raise _damaged()
    clipped: Alpha = plane.clip(0, 1)
    return clipped
