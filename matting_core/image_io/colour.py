"""A raster in the file's own colours -> sRGB."""

from io import BytesIO
from typing import cast

import imagecodecs
import numpy as np
from PIL import ImageCms

from matting_core.arrays import Rgb
from matting_core.image_io.raster import Raster, Samples

# The rendering that photographers expect: keeps every colour that sRGB has, where "perceptual" would shift.
RELATIVE_COLORIMETRIC = 1
BLACK_POINT_COMPENSATION = 0x2000
SPACES = {1: "gray", 3: "rgb", 4: "cmyk"}


def to_srgb(raster: Raster) -> Rgb:
    """sRGB colours of a raster, in its own depth: uint8 or uint16, HxWx3.

    The embedded ICC profile is applied, unless it is sRGB itself: those samples pass untouched. A profile
    that is damaged or belongs to another kind of image (an RGB profile on a grey picture) is ignored, as
    browsers do. Without a profile, grey and RGB count as sRGB, and CMYK is mixed as ideal inks:
    R = (1 - C)(1 - K), and G and B likewise from M and Y.
    """
    samples = raster.samples
    if raster.icc_profile is not None and not _is_srgb(raster.icc_profile):
        try:
            return _converted(samples, raster.icc_profile)
        except imagecodecs.CmsError:
            pass
    inks = samples.shape[2]
    if inks == 1:
        samples = np.repeat(samples, 3, axis=2)
    elif inks == 4:
        samples = _mixed_inks(samples)
    return cast(Rgb, samples)


def _is_srgb(profile: bytes) -> bool:
    try:
        opened = ImageCms.ImageCmsProfile(BytesIO(profile))
        description = ImageCms.getProfileDescription(opened)
    except (OSError, ImageCms.PyCMSError):
        return False
    return "sRGB" in description and opened.profile.xcolor_space.strip() == "RGB"


def _converted(samples: Samples, profile: bytes) -> Rgb:
    rgb: Rgb = imagecodecs.cms_transform(
        samples[..., 0] if samples.shape[2] == 1 else samples,
        profile,
        imagecodecs.cms_profile("srgb"),
        colorspace=SPACES[samples.shape[2]],
        outcolorspace="rgb",
        intent=RELATIVE_COLORIMETRIC,
        flags=BLACK_POINT_COMPENSATION,
    )
    return rgb


def _mixed_inks(cmyk: Samples) -> Samples:
    top = np.iinfo(cmyk.dtype).max
    light = 1 - cmyk.astype(np.float32) / top
    return np.rint(light[..., :3] * light[..., 3:] * top).astype(cmyk.dtype)
