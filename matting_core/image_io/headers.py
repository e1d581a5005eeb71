"""Sizes that stand in a file's header, for formats whose decoders take memory, or fail, before they tell."""

import re
from collections.abc import Iterator

# Where width and height stand, big-endian: in the chunk that is always first (PNG specification, 11.2.1).
_PNG_WIDTH, _PNG_HEIGHT = slice(16, 20), slice(20, 24)


def png_size(data: bytes) -> tuple[int, int]:
    """(width, height). Pillow reads on to the second chunk first: a bare header would look cut off to it."""
    return int.from_bytes(data[_PNG_WIDTH], "big"), int.from_bytes(data[_PNG_HEIGHT], "big")


def webp_size(data: bytes) -> tuple[int, int]:
    """(width, height) of the canvas (RFC 9649). libwebp's animation decoder takes memory for it when it is opened."""
    match data[12:16]:
        case b"VP8X":
            return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def heif_sizes(data: bytes) -> Iterator[tuple[int, int]]:
    """(width, height) of every image in a HEIC or AVIF file, tiles and thumbnails too (ISO/IEC 23008-12, 6.5.3)."""
    meta = _meta_box(data)
    for property_ in re.finditer(b"ispe", meta):
        at = property_.end() + 4  # behind version and flags
        size = meta[at : at + 8]
        yield int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")


def _meta_box(data: bytes) -> bytes:
    """The box that describes the images of the file; empty if there is none."""
    at = 0
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size == 1:  # the true size follows in 8 bytes
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        end = len(data) if size == 0 else at + size
        if kind == b"meta":
            return data[at:end]
        if end <= at:
            break
        at = end
    return b""
