"""ICC profiles on their way into a file."""

import struct
import zlib
from functools import cache

import imagecodecs

# Where the header of a profile keeps the moment it was made (ICC.1:2022, 7.2).
_MADE_ON = slice(24, 36)
_A_FIXED_DAY = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
_BEHIND_HEADER = 33  # a PNG's signature and its first chunk; the profile must come before the pixels (PNG, 5.6)


@cache
def srgb_profile() -> bytes:
    """The profile of sRGB, the same bytes every day: it says that it was made on the first of January 2000."""
    profile = imagecodecs.cms_profile("srgb")
    return bytes(profile[: _MADE_ON.start] + _A_FIXED_DAY + profile[_MADE_ON.stop :])


def with_profile(png: bytes, icc_profile: bytes | None) -> bytes:
    """A PNG file that had no profile, with this one embedded as it is; None changes nothing.

    libpng, which could do the same, leaves a profile out whose length is odd or whose table is sloppy, as those of
    some cameras are.
    """
    if icc_profile is None:
        return png
    body = b"ICC profile\0\0" + zlib.compress(icc_profile, 9)
    chunk = struct.pack(">I", len(body)) + b"iCCP" + body + struct.pack(">I", zlib.crc32(b"iCCP" + body))
    return png[:_BEHIND_HEADER] + chunk + png[_BEHIND_HEADER:]
