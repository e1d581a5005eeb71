"""Files that are too large are refused from their headers, before memory is taken for a pixel."""

import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from image_files import saved, saved_tiff
from PIL import Image

from matting_core.errors import ImageTooLargeError
from matting_core.image_io import ImageLimits, decode_photo


def png_bomb(*chunks: bytes) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 40_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header)) + b"".join(chunks)
    )


def jpeg_bomb(small: np.ndarray) -> bytes:
    data = bytearray(saved(small, "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", 40_000, 50_000)
    return bytes(data)


def tiff_bomb(*, deep: bool) -> bytes:
    data = bytearray(saved_tiff(np.zeros((4, 4, 3), np.uint16 if deep else np.uint8), photometric="rgb"))
    entries = struct.unpack("<I", data[4:8])[0] + 2
    for number, side in ((0, 256), (1, 257)):  # tag numbers of width and length, in the order of a baseline TIFF
        at = data.index(struct.pack("<H", side), entries)
        data[at + 8 : at + 12] = (
            struct.pack("<I", (50_000, 40_000)[number])
            if data[at + 2] == 4
            else struct.pack("<HH", (50_000, 40_000)[number], 0)
        )
    return bytes(data)


def webp_bomb(kind: str, small: np.ndarray) -> bytes:
    options = {"VP8 ": {}, "VP8L": {"lossless": True}, "VP8X": {"icc_profile": b"x" * 10}}[kind]
    data = bytearray(saved(small, "WEBP", **options))
    assert data[12:16] == kind.encode()
    if kind == "VP8X":
        data[24:30] = (49_999).to_bytes(3, "little") + (39_999).to_bytes(3, "little")
    elif kind == "VP8L":
        data[21:25] = ((16_382) | (16_381 << 14)).to_bytes(4, "little")
    else:
        data[26:30] = struct.pack("<HH", 16_383, 16_382)
    return bytes(data)


def heif_bomb(small: np.ndarray, format_: str) -> bytes:
    if format_ == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    data = bytearray(saved(small, format_))
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 50_000, 40_000)
    return bytes(data)


@pytest.mark.parametrize(
    "kind",
    ["PNG", "bare PNG", "JPEG", "TIFF", "deep TIFF", "VP8 ", "VP8L", "VP8X", "AVIF", "HEIF"],
)
def test_giant_in_a_tiny_file_is_refused_before_pixels_are_decoded(rgb: np.ndarray, kind: str) -> None:
    junk = struct.pack(">I", 4) + b"IDAT" + b"junk" + struct.pack(">I", 0)
    bomb = {
        "PNG": lambda: png_bomb(junk),
        "bare PNG": png_bomb,  # too large, not "cut off"
        "JPEG": lambda: jpeg_bomb(rgb),
        "TIFF": lambda: tiff_bomb(deep=False),
        "deep TIFF": lambda: tiff_bomb(deep=True),
        "AVIF": lambda: heif_bomb(rgb, "AVIF"),
        "HEIF": lambda: heif_bomb(rgb, "HEIF"),
    }.get(kind, lambda: webp_bomb(kind, rgb))()
    assert len(bomb) < 10_000
    tracemalloc.start()
    try:
        with pytest.raises(ImageTooLargeError, match=r"(50000 x 40000|1638\d x 1638\d) pixels .*120 megapixels"):
            decode_photo(bomb)
        assert tracemalloc.get_traced_memory()[1] < 50e6  # also of the decoders' first imports
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("limits", [ImageLimits(max_pixels=3000), ImageLimits(max_side=60), ImageLimits(max_bytes=100)])
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_each_limit_holds_for_each_format(rgb: np.ndarray, format_: str, limits: ImageLimits) -> None:
    if format_ == "HEIF":
        pytest.importorskip("pillow_heif").register_heif_opener()
    with pytest.raises(ImageTooLargeError, match="limit"):
        decode_photo(saved(rgb, format_), limits=limits)


def test_limits_hold_for_16_bit_tiff() -> None:
    with pytest.raises(ImageTooLargeError, match="50 x 40"):
        decode_photo(saved_tiff(np.zeros((40, 50), np.uint16)), limits=ImageLimits(max_side=45))


def test_image_of_just_the_limit_is_taken(rgb: np.ndarray) -> None:
    height, width = rgb.shape[:2]
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "WEBP", lossless=True)
    photo = decode_photo(out.getvalue(), limits=ImageLimits(max_pixels=height * width, max_side=width))
    np.testing.assert_array_equal(photo.rgb, rgb)
