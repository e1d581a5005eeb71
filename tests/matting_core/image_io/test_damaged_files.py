"""Every way a file can be broken or too large ends in a sentence for a person."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from image_files import saved, saved_png16, saved_tiff

from matting_core.errors import ImageTooLargeError, UnreadableImageError
from matting_core.image_io import (
    ImageLimits,
    decode_photo,
)


def test_empty_file_is_named_as_such() -> None:
    with pytest.raises(UnreadableImageError, match=r"empty \(0 bytes\)"):
        decode_photo(b"")


def test_text_with_an_image_name_is_not_an_image() -> None:
    with pytest.raises(UnreadableImageError, match="this is not an image"):
        decode_photo(b"Dear colleague, please find attached the photos\n" * 20)


def test_svg_is_refused() -> None:
    svg = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
    with pytest.raises(UnreadableImageError, match="SVG"):
        decode_photo(svg)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("kept", [0.02, 0.3, 0.6, 0.9])
def test_cut_off_file_is_refused(rgb: np.ndarray, format_: str, kept: float) -> None:
    noisy = rgb ^ np.random.default_rng(4).integers(0, 32, rgb.shape, np.uint8)
    data = saved(noisy, format_)
    with pytest.raises(UnreadableImageError, match=r"cut off or damaged|not an image"):
        decode_photo(data[: int(len(data) * kept)])


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9])
def test_cut_off_deep_file_is_refused(kept: float) -> None:
    deep = np.random.default_rng(5).integers(0, 65536, (40, 50, 3), np.uint16)
    for data in (saved_png16(deep), saved_tiff(deep, photometric="rgb", compression="zlib")):
        with pytest.raises(UnreadableImageError, match=r"cut off or damaged|not an image"):
            decode_photo(data[: int(len(data) * kept)])


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_foreign_exception_escapes_from_damaged_bytes(data: st.DataObject) -> None:
    y, x = np.mgrid[:16, :16]
    rgb = np.dstack([x * 16, y * 16, x * y]).astype(np.uint8)
    format_ = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "deep PNG", "deep TIFF"]))
    deep = rgb.astype(np.uint16) * 256
    whole = {"deep PNG": saved_png16, "deep TIFF": saved_tiff}.get(format_)
    damaged = bytearray(whole(deep) if whole else saved(rgb, format_))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        photo = decode_photo(bytes(damaged), limits=ImageLimits(max_pixels=10_000))
    except (UnreadableImageError, ImageTooLargeError):
        return
    assert photo.rgb.ndim == 3


def test_size_is_checked_before_pixels_are_decoded() -> None:
    header = struct.pack(">IIBBBBB", 50_000, 40_000, 8, 2, 0, 0, 0)
    body = b"IHDR" + header
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    bomb += struct.pack(">I", 4) + b"IDAT" + b"junk" + struct.pack(">I", 0)
    with pytest.raises(ImageTooLargeError, match=r"50000 x 40000 pixels \(2000 megapixels\).*120 megapixels"):
        decode_photo(bomb)


@pytest.mark.parametrize("limits", [ImageLimits(max_pixels=3000), ImageLimits(max_side=60), ImageLimits(max_bytes=100)])
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_each_limit_holds_for_each_format(rgb: np.ndarray, format_: str, limits: ImageLimits) -> None:
    with pytest.raises(ImageTooLargeError, match="limit"):
        decode_photo(saved(rgb, format_), limits=limits)


def test_limits_hold_for_16_bit_tiff() -> None:
    with pytest.raises(ImageTooLargeError, match="50 x 40"):
        decode_photo(saved_tiff(np.zeros((40, 50), np.uint16)), limits=ImageLimits(max_side=45))


def test_bare_header_of_a_giant_png_is_too_large_not_cut_off() -> None:
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    with pytest.raises(ImageTooLargeError, match="40000 x 40000"):
        decode_photo(b"\x89PNG\r\n\x1a\n" + chunk)
