"""Files in, arrays out, and back: the only place that knows JPEG, PNG, WebP, TIFF, HEIC and AVIF."""

from matting_core.image_io.colour import ColourConversion, ColourOrigin
from matting_core.image_io.decode import Photo, decode_alpha, decode_photo, decode_trimap
from matting_core.image_io.encode import (
    eight_bit,
    encode_alpha,
    encode_display,
    encode_rgb,
    encode_rgba,
    encode_rgba_tiff,
    encode_thumbnail,
    encode_trimap,
)
from matting_core.image_io.limits import DEFAULT_LIMITS, ImageLimits

__all__ = [
    "DEFAULT_LIMITS",
    "ColourConversion",
    "ColourOrigin",
    "ImageLimits",
    "Photo",
    "decode_alpha",
    "decode_photo",
    "decode_trimap",
    "eight_bit",
    "encode_alpha",
    "encode_display",
    "encode_rgb",
    "encode_rgba",
    "encode_rgba_tiff",
    "encode_thumbnail",
    "encode_trimap",
]
