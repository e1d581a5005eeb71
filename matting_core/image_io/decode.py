"""Bytes of a file -> photo, alpha matte or trimap."""

from dataclasses import dataclass

import numpy as np

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Alpha, Rgb, Trimap
from matting_core.errors import UnreadableImageError
from matting_core.image_io.colour import ColourOrigin, in_own_colours, to_srgb
from matting_core.image_io.limits import DEFAULT_LIMITS, ImageLimits
from matting_core.image_io.raster import Raster, Samples, read_raster

# A trimap that went through a lossy or anti-aliasing program is snapped back, a third of the way to unknown.
HIGHEST_BACKGROUND = 42
LOWEST_FOREGROUND = 213


@dataclass(frozen=True, slots=True)
class Photo:
    """A decoded photo.

    rgb: uint8 or uint16 (as deep as the file), HxWx3, sRGB unless `colours` says that they were left as they are,
    orientation applied exactly once.
    icc_profile: the profile that the file embedded; None if it had none. `colours` says whether it was applied.
    colours: what was done to the file's colours to make them sRGB.
    format: ``JPEG``, ``PNG``, ``WEBP``, ``TIFF``, ``HEIC`` or ``AVIF``, by content, not by name.
    """

    rgb: Rgb
    icc_profile: bytes | None
    colours: ColourOrigin
    format: str


def decode_photo(data: bytes, *, limits: ImageLimits = DEFAULT_LIMITS) -> Photo:
    """Read a photo from the bytes of a JPEG, PNG, WebP, TIFF, HEIC or AVIF file; the first frame of several.

    16-bit PNG and TIFF stay uint16, all else comes as uint8. Opacity is dropped: the straight colours are
    taken, also under transparent pixels. Colours: see `matting_core.image_io.colour.to_srgb`.

    Raises ImageTooLargeError before any pixel is decoded, UnreadableImageError if the bytes are not a whole
    image.
    """
    raster = read_raster(data, limits)
    rgb, colours = to_srgb(raster)
    return Photo(rgb=rgb, icc_profile=raster.icc_profile, colours=colours, format=raster.format)


def decode_in_own_colours(data: bytes, *, limits: ImageLimits = DEFAULT_LIMITS) -> Photo:
    """Read a photo as `decode_photo` does, but leave RGB colours exactly as the file has them.

    icc_profile: what tells the meaning of these colours, to be embedded in what is made from them; None: they are
    sRGB. Grey and CMYK, and RGB with a profile that cannot be applied, become sRGB all the same, and icc_profile is
    None then.

    Raises ImageTooLargeError, UnreadableImageError.
    """
    raster = read_raster(data, limits)
    rgb, icc_profile, colours = in_own_colours(raster)
    return Photo(rgb=rgb, icc_profile=icc_profile, colours=colours, format=raster.format)


def decode_alpha(data: bytes, *, limits: ImageLimits = DEFAULT_LIMITS) -> Alpha:
    """Read an alpha matte: float32, HxW, [0, 1], the stored value / 255 or / 65535, without any ICC profile.

    Taken from the opacity channel if the file has one, else from a grey picture or one whose R, G and B are
    equal.

    Raises ImageTooLargeError, UnreadableImageError (also for a colour picture without opacity).
    """
    raster = read_raster(data, limits)
    plane = _grey(raster, "an alpha matte") if raster.opacity is None else raster.opacity
    return plane.astype(np.float32) / np.float32(np.iinfo(plane.dtype).max)


def decode_trimap(data: bytes, *, limits: ImageLimits = DEFAULT_LIMITS) -> Trimap:
    """Read a trimap: uint8, HxW, {0, 128, 255}; opacity is ignored.

    Stored values are snapped, on a scale of 255: up to 42 background, from 213 foreground, unknown between.

    Raises ImageTooLargeError, UnreadableImageError (also for a picture that is not grey).
    """
    plane = _grey(read_raster(data, limits), "a trimap")
    depth = 1 if plane.dtype == np.uint8 else 257
    trimap = np.full(plane.shape, UNKNOWN, np.uint8)
    trimap[plane <= HIGHEST_BACKGROUND * depth] = BACKGROUND
    trimap[plane >= LOWEST_FOREGROUND * depth] = FOREGROUND
    return trimap


def grey_of(raster: Raster) -> Samples | None:
    """The one plane, HxW, of a grey picture or of one whose red, green and blue are alike; None of any other."""
    samples = raster.samples
    if samples.shape[2] == 1 or (
        samples.shape[2] == 3
        and np.array_equal(samples[..., 0], samples[..., 1])
        and np.array_equal(samples[..., 1], samples[..., 2])
    ):
        return samples[..., 0]
    return None


def _grey(raster: Raster, what: str) -> Samples:
    if (plane := grey_of(raster)) is None:
        raise UnreadableImageError(f"{what} is a grey picture, but this one has colours: save it as a grey PNG")
    return plane
