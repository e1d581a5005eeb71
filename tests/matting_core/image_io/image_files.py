"""Files as cameras and paint programs write them, made by other libraries than the code under test."""

import io
import struct
import zlib

import imagecodecs
import numpy as np
import tifffile
from PIL import ExifTags, Image


def saved(rgb: np.ndarray, format_: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, format_, **options)
    return out.getvalue()


def saved_tiff(samples: np.ndarray, **options: object) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, samples, **options)
    return out.getvalue()


def saved_png16(samples: np.ndarray) -> bytes:
    return imagecodecs.png_encode(samples)


def with_png_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """`png` with one more chunk right after its header."""
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return png[:33] + chunk + png[33:]


def stored_as(rgb: np.ndarray, orientation: int) -> np.ndarray:
    """The samples that a camera stores so that `orientation` turns them into `rgb`."""
    transposed = rgb.swapaxes(0, 1)
    return {
        1: rgb,
        2: rgb[:, ::-1],
        3: rgb[::-1, ::-1],
        4: rgb[::-1],
        5: transposed,
        6: transposed[::-1],
        7: transposed[::-1, ::-1],
        8: transposed[:, ::-1],
    }[orientation].copy()


def exif_with(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return exif
