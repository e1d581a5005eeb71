"""What a file is, by its first bytes; the name of the file is never asked. What is not taken is refused by name."""

import re

from matting_core.errors import UnreadableImageError

ACCEPTED = "JPEG, PNG, WebP, TIFF, HEIC or AVIF"
COPY_IT_AGAIN = "copy it again from the camera or the original"
RAW = (
    "this is a camera's raw file, whose look is not decided yet: develop it in a raw converter and save it as 16-bit "
    "TIFF or PNG, or as JPEG"
)
VIDEO = f"this is a video, not a photo: save one frame of it as {ACCEPTED}"

AVIF_BRANDS = {b"avif", b"avis"}
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_LOOKED_AT = 4096  # bytes: as far as an SVG's root element may hide behind comments

_REFUSED_BEGINNINGS: tuple[tuple[tuple[bytes, ...], str], ...] = (
    (
        (b"GIF87a", b"GIF89a"),
        "this is a GIF, which holds 256 colours at most, too few for soft edges: send the photo that it was made from",
    ),
    (
        (b"BM",),
        f"this is a BMP picture, which is not taken in: save it as PNG, which loses nothing ({ACCEPTED} are taken)",
    ),
    ((b"%PDF-",), f"this is a PDF document, not a photo: export its picture as {ACCEPTED}"),
    ((b"%!PS", b"\xc5\xd0\xd3\xc6"), f"this is a PostScript drawing, not a photo: export it as {ACCEPTED}"),
    ((b"8BPS",), f"this is a Photoshop document with layers: save a flat copy of it as {ACCEPTED}"),
    ((b"\0\0\0\x0cJXL ", b"\xff\x0a"), f"this is a JPEG XL file, which is not taken in yet: save it as {ACCEPTED}"),
    (
        (b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"),
        f"this is a JPEG 2000 file, which is not taken in: save it as {ACCEPTED}",
    ),
    (
        (b"v/1\x01",),
        "this is an OpenEXR file of linear light, not a photo in sRGB: convert it and save it as 16-bit TIFF",
    ),
    ((b"FUJIFILMCCD-RAW", b"IIU\0", b"IIRO", b"IIRS", b"MMOR", b"FOVb"), RAW),
    ((b"\x1a\x45\xdf\xa3", b"FLV", b"\0\0\x01\xba", b"\0\0\x01\xb3"), VIDEO),
    (
        (b"PK\x03\x04",),
        "this is a zip archive or an office document whose name says otherwise: unpack it, or name it .zip",
    ),
    ((b"\x1f\x8b",), "this file is packed with gzip: unpack it first"),
)


def recognise(data: bytes) -> str:
    """``JPEG``, ``PNG``, ``WEBP``, ``TIFF``, ``HEIC`` or ``AVIF``. Raises UnreadableImageError for all else."""
    if not data:
        raise UnreadableImageError(f"the file is empty (0 bytes): {COPY_IT_AGAIN}")
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data.startswith(_TIFF):
        return "TIFF"
    if data[4:8] == b"ftyp" and (format_ := _by_brand(data)):
        return format_
    raise UnreadableImageError(_refusal(data))


def _by_brand(data: bytes) -> str | None:
    brands = _brands(data)
    # an AVIF file may also call itself by the general brand mif1, never the other way round
    if brands & AVIF_BRANDS:
        return "AVIF"
    return "HEIC" if brands & HEIF_BRANDS else None


def _brands(data: bytes) -> set[bytes]:
    box = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
    return {box[i : i + 4] for i in range(0, len(box), 4)}


def _refusal(data: bytes) -> str:
    for beginnings, reason in _REFUSED_BEGINNINGS:
        if data.startswith(beginnings):
            return reason
    if data[4:8] == b"ftyp":
        return RAW if b"crx " in _brands(data) else VIDEO
    if data.startswith(b"RIFF") and data[8:12] == b"AVI ":
        return VIDEO
    start = data[:_LOOKED_AT].lower()
    if b"<svg" in start:
        return f"this is an SVG drawing, not a photo: save it as {ACCEPTED}"
    if re.match(rb"\s*<(!doctype html|html)", start):
        return "this is a web page, not an image: open the address where it came from, and save the picture itself"
    if _is_text(data[:_LOOKED_AT]):
        return f"this is a text file, not an image, whatever its name says: it must be {ACCEPTED}"
    return f"this is not an image that can be read, whatever its name says: it must be {ACCEPTED}"


def _is_text(start: bytes) -> bool:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):  # the mark of UTF-16
        return True
    text = start.decode("utf-8", errors="ignore")
    # what is lost is at most a character that the end has cut
    return len(text.encode()) >= len(start) - 3 and all(c.isprintable() or c in "\t\n\r\f\ufeff" for c in text)
