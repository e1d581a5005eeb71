"""What is not taken in is refused by name, and each refusal says what to do instead."""

import gzip
import io
import zipfile

import numpy as np
import pytest
import tifffile
from image_files import saved
from PIL import Image

from matting_core.errors import UnreadableImageError
from matting_core.image_io import decode_photo

NOISE = bytes(range(256)) * 4


def box(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0" + brand + b"isom" + NOISE


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", b"")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (saved(np.zeros((4, 4, 3), np.uint8), "GIF"), "GIF.*256 colours"),
        (saved(np.zeros((4, 4, 3), np.uint8), "BMP"), "BMP.*save it as PNG"),
        (b"%PDF-1.7\n" + NOISE, "PDF document"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
        (b"8BPS\0\1" + NOISE, "Photoshop.*flat copy"),
        (b"\xff\x0a" + NOISE, "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n" + NOISE, "JPEG 2000"),
        (b"v/1\x01" + NOISE, "OpenEXR"),
        (b"FUJIFILMCCD-RAW " + NOISE, "raw file.*develop it"),
        (b"IIRO\x08\0\0\0" + NOISE, "raw file"),
        (b"IIU\0\x08\0\0\0" + NOISE, "raw file"),
        (box(b"crx "), "raw file"),
        (box(b"mp42"), "video.*one frame"),
        (box(b"qt  "), "video"),
        (b"RIFF\0\0\1\0AVI LIST" + NOISE, "video"),
        (b"\x1a\x45\xdf\xa3" + NOISE, "video"),
        (zipped(), "zip archive"),
        (gzip.compress(b"<svg/>", mtime=0), "gzip"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        ("Chère collègue, veuillez trouver les photos ci-jointes\n".encode() * 200, "text file"),
        ("手紙".encode("utf-16"), "text file"),
        (NOISE, "not an image that can be read"),
        (b"RIFF\0\0\1\0WAVEfmt " + NOISE, "not an image that can be read"),
    ],
)
def test_each_kind_has_its_own_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableImageError, match=reason):
        decode_photo(data)


@pytest.mark.parametrize(
    "before", ["", "<?xml version='1.0'?>\n<!-- " + "made by hand " * 200 + "-->", "\ufeff<!DOCTYPE svg>"]
)
def test_svg_is_refused_also_behind_a_long_comment(before: str) -> None:
    svg = before + '<SVG xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></SVG>'
    with pytest.raises(UnreadableImageError, match="SVG drawing"):
        decode_photo(svg.encode())


def raw_file(maker: str) -> bytes:
    """As cameras lay it out: a small developed picture first, then the sensor's pixels in a sub-directory."""
    out = io.BytesIO()
    sensor = {"photometric": "cfa", "metadata": None}
    with tifffile.TiffWriter(out) as tiff:
        small = np.zeros((8, 8, 3), np.uint8)
        if maker == "DNG":
            tags = [(50706, "B", 4, (1, 4, 0, 0), True)]
            tiff.write(small, photometric="rgb", subfiletype=1, extratags=tags, metadata=None)
        elif maker == "NEF":
            tiff.write(small, photometric="rgb", subfiletype=1, subifds=1, metadata=None)
            tiff.write(np.zeros((16, 16), np.uint16), subfiletype=0, **sensor)
        else:
            tiff.write(np.zeros((16, 16), np.uint16), **sensor)
    return out.getvalue()


@pytest.mark.parametrize("maker", ["DNG", "NEF", "bare sensor"])
def test_raw_file_inside_a_tiff_is_not_mistaken_for_its_small_preview(maker: str) -> None:
    with pytest.raises(UnreadableImageError, match="raw file"):
        decode_photo(raw_file(maker))


def test_canon_raw_file_is_told_by_its_mark() -> None:
    out = io.BytesIO()
    tifffile.imwrite(out, np.zeros((8, 8, 3), np.uint8), photometric="rgb", metadata=None)
    data = bytearray(out.getvalue())
    data[8:8] = b"CR\2\0\0\0\0\0"
    data[4:8] = (int.from_bytes(data[4:8], "little") + 8).to_bytes(4, "little")
    with pytest.raises(UnreadableImageError, match="raw file"):
        decode_photo(bytes(data))


def test_tiff_with_a_smaller_copy_below_is_a_photo(rgb: np.ndarray) -> None:
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as tiff:
        tiff.write(rgb, photometric="rgb", subifds=1, metadata=None)
        tiff.write(rgb[::2, ::2], photometric="rgb", subfiletype=1, metadata=None)
    np.testing.assert_array_equal(decode_photo(out.getvalue()).rgb, rgb)


def test_volume_in_a_tiff_is_refused() -> None:
    out = io.BytesIO()
    tifffile.imwrite(
        out, np.zeros((5, 16, 16), np.uint16), volumetric=True, tile=(16, 16, 16), photometric="minisblack"
    )
    with pytest.raises(UnreadableImageError, match="of a kind that cannot be read"):
        decode_photo(out.getvalue())


def test_a_wrong_name_never_matters(rgb: np.ndarray) -> None:
    # there is no name to ask: a PNG that somebody calls .jpg is what its bytes are
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "PNG")
    assert decode_photo(out.getvalue()).format == "PNG"
