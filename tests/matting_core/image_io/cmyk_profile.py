"""A printer's profile, small enough to be written out: 16 colours of full inks, and even mixtures between."""

import struct
from itertools import product


def cmyk_profile(description: str = "Two-level press") -> bytes:
    """ICC v2 output profile, CMYK -> Lab by an 8-bit table of 2x2x2x2 (ICC.1:2001-04, 6.5.7).

    Unlike ideal inks, full black leaves a lightness of 20, and full cyan is L 60, a -30, b -40.
    """
    text = description.encode()
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + b"\0" + b"\0" * (4 + 4 + 2 + 1 + 67),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061),
        b"A2B0": _table(),
    }
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        padded = content + b"\0" * (-len(content) % 4)
        table += name + struct.pack(">II", 128 + 4 + 12 * len(tags) + len(body), len(content))
        body += padded
    size = 128 + len(table) + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28
    header += struct.pack(">3i", 63190, 65536, 54061)
    return header.ljust(128, b"\0") + table + body


def _table() -> bytes:
    straight = bytes(range(256))
    identity = struct.pack(">9i", *(65536 * (i % 4 == 0) for i in range(9)))
    colours = b""
    for cyan, magenta, yellow, black in product((0, 1), repeat=4):
        lightness = (100 - 40 * cyan - 50 * magenta - 10 * yellow) * (0.2 if black else 1)
        a = (-30 * cyan + 70 * magenta) * (0 if black else 1)
        b = (-40 * cyan + 80 * yellow) * (0 if black else 1)
        colours += bytes([round(max(lightness, 20) * 2.55), round(a + 128), round(b + 128)])
    return b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + identity + straight * 4 + colours + straight * 3
