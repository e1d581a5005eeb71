"""A raster in the file's own colours -> sRGB, and a record of how; and colours of sRGB the other way."""

from dataclasses import dataclass, replace
from enum import StrEnum
from io import BytesIO
from typing import cast

import imagecodecs
import numpy as np
from PIL import ImageCms

from matting_core.arrays import Rgb
from matting_core.errors import UnreadableImageError
from matting_core.image_io.raster import Raster, Samples

# The rendering that photographers expect: keeps every colour that sRGB has, where "perceptual" would shift.
RELATIVE_COLORIMETRIC = 1
BLACK_POINT_COMPENSATION = 0x2000
# Otherwise LittleCMS puts a coarse table in place of 16-bit transforms, which misses saturated colours by 5 %.
NO_TABLE = 0x0100
LONGEST_NAME = 100  # characters of a profile's name that are kept
SPACES = {1: "gray", 3: "rgb", 4: "cmyk"}


class ColourConversion(StrEnum):
    """What was done to a file's colours on their way to sRGB."""

    NONE_NEEDED = "none needed"  # they are sRGB, by their profile or for want of one
    FROM_PROFILE = "from profile"
    PROFILE_IGNORED = "profile ignored"  # damaged, or of another kind of image; then as if there were none
    INKS_MIXED = "inks mixed without profile"
    LEFT = "left as they are"  # not made sRGB: they are the profile's own


@dataclass(frozen=True, slots=True)
class ColourOrigin:
    """How a photo's colours became sRGB. profile: how the embedded profile calls itself; None if it cannot tell."""

    conversion: ColourConversion
    profile: str | None


def to_srgb(raster: Raster) -> tuple[Rgb, ColourOrigin]:
    """sRGB colours of a raster, in its own depth: uint8 or uint16, HxWx3; and what was done to get them.

    The embedded ICC profile is applied, unless it is sRGB itself: those samples pass untouched. A profile
    that is damaged or belongs to another kind of image (an RGB profile on a grey picture) is ignored, as
    browsers do. Without a profile, grey and RGB count as sRGB, and CMYK is mixed as ideal inks:
    R = (1 - C)(1 - K), and G and B likewise from M and Y.
    """
    samples, icc = raster.samples, raster.icc_profile
    name = None if icc is None else _name_of(icc)
    done = ColourConversion.NONE_NEEDED
    if icc is not None and not _is_srgb(icc):
        try:
            return _transformed(samples, icc, imagecodecs.cms_profile("srgb")), ColourOrigin(
                ColourConversion.FROM_PROFILE, name
            )
        except imagecodecs.CmsError:
            done = ColourConversion.PROFILE_IGNORED
    inks = samples.shape[2]
    if inks == 1:
        samples = np.repeat(samples, 3, axis=2)
    elif inks == 4:
        samples = _mixed_inks(samples)
        if icc is None:
            done = ColourConversion.INKS_MIXED
    return cast(Rgb, samples), ColourOrigin(done, name)


def in_own_colours(raster: Raster) -> tuple[Rgb, bytes | None, ColourOrigin]:
    """The samples of an RGB raster as they are, and the profile that tells what they mean; None means sRGB.

    Grey, CMYK, and RGB whose profile is damaged or of another kind of image have no RGB colours of their own: they
    become sRGB as by `to_srgb`, and have no profile any more.
    """
    _, origin = to_srgb(replace(raster, samples=raster.samples[:1, :1]))  # one pixel shows whether a profile works
    is_rgb = raster.samples.shape[2] == 3
    if is_rgb and origin.conversion in (ColourConversion.NONE_NEEDED, ColourConversion.FROM_PROFILE):
        if origin.conversion is ColourConversion.FROM_PROFILE:
            origin = replace(origin, conversion=ColourConversion.LEFT)
        return cast(Rgb, raster.samples), raster.icc_profile, origin
    rgb, origin = to_srgb(raster)
    return rgb, None, origin


def from_srgb(rgb: Rgb, icc_profile: bytes | None) -> Rgb:
    """sRGB colours (uint8 or uint16, HxWx3) as an RGB profile has them, in the same depth; None: they stay sRGB.

    Raises UnreadableImageError if the profile only leads away from its colours, as some of scanners do.
    """
    if icc_profile is None or _is_srgb(icc_profile):
        return rgb
    try:
        return _transformed(rgb, imagecodecs.cms_profile("srgb"), icc_profile)
    except imagecodecs.CmsError as error:
        raise UnreadableImageError("no colour can be put into this photo's profile: choose sRGB instead") from error


def _name_of(icc: bytes) -> str | None:
    """The description in a profile, on one line and not too long, for it is whatever somebody wrote there."""
    try:
        description = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(icc)))
    except (OSError, ImageCms.PyCMSError):
        return None
    return "".join(c if c.isprintable() else " " for c in description).strip()[:LONGEST_NAME] or None


def _is_srgb(profile: bytes) -> bool:
    try:
        opened = ImageCms.ImageCmsProfile(BytesIO(profile))
        description = ImageCms.getProfileDescription(opened)
    except (OSError, ImageCms.PyCMSError):
        return False
    return "sRGB" in description and opened.profile.xcolor_space.strip() == "RGB"


def _transformed(samples: Samples, profile: bytes, into: bytes) -> Rgb:
    rgb: Rgb = imagecodecs.cms_transform(
        samples[..., 0] if samples.shape[2] == 1 else samples,
        profile,
        into,
        colorspace=SPACES[samples.shape[2]],
        outcolorspace="rgb",
        intent=RELATIVE_COLORIMETRIC,
        flags=BLACK_POINT_COMPENSATION | (NO_TABLE if samples.dtype == np.uint16 else 0),
    )
    return rgb


def _mixed_inks(cmyk: Samples) -> Samples:
    top = np.iinfo(cmyk.dtype).max
    light = 1 - cmyk.astype(np.float32) / top
    return np.rint(light[..., :3] * light[..., 3:] * top).astype(cmyk.dtype)
