"""Files in, arrays out, and back: the only place that knows JPEG, PNG, WebP, TIFF, HEIC, AVIF and PSD."""

from matting_core.image_io.colour import ColourConversion, ColourOrigin, from_srgb
from matting_core.image_io.decode import Photo, decode_alpha, decode_in_own_colours, decode_photo, decode_trimap
from matting_core.image_io.encode import (
    encode_alpha,
    encode_display,
    encode_jpeg,
    encode_rgb,
    encode_thumbnail,
    encode_trimap,
)
from matting_core.image_io.encode_cutout import encode_rgba, encode_rgba_avif, encode_rgba_tiff, encode_rgba_webp
from matting_core.image_io.encode_layers import encode_layers_psd
from matting_core.image_io.levels import eight_bit, sixteen_bit
from matting_core.image_io.limits import DEFAULT_LIMITS, ImageLimits
from matting_core.image_io.profiles import srgb_profile

__all__ = [
    "DEFAULT_LIMITS",
    "ColourConversion",
    "ColourOrigin",
    "ImageLimits",
    "Photo",
    "decode_alpha",
    "decode_in_own_colours",
    "decode_photo",
    "decode_trimap",
    "eight_bit",
    "encode_alpha",
    "encode_display",
    "encode_jpeg",
    "encode_layers_psd",
    "encode_rgb",
    "encode_rgba",
    "encode_rgba_avif",
    "encode_rgba_tiff",
    "encode_rgba_webp",
    "encode_thumbnail",
    "encode_trimap",
    "from_srgb",
    "sixteen_bit",
    "srgb_profile",
]
