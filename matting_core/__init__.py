"""The science of Matteloop: arrays in, arrays out. No database, no web, no settings.

Everywhere below, and on every floor above:

- ``rgb``     uint8 or uint16, HxWx3, sRGB, orientation already applied;
- ``alpha``   float32, HxW, [0, 1], straight (never premultiplied);
- ``trimap``  uint8, HxW, {0 background, 128 unknown, 255 foreground}.

The names in `__all__` are the way in for a script; whatever they need is imported when one of them is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matting_core.box import Box
    from matting_core.cancelling import Cancellation, Cancelled
    from matting_core.drafting import AutomaticDrafter
    from matting_core.errors import MattingError
    from matting_core.foreground import composite, cut_out, estimate_foreground, update_foreground
    from matting_core.image_io import (
        decode_alpha,
        decode_photo,
        decode_trimap,
        encode_alpha,
        encode_display,
        encode_rgba,
        encode_trimap,
    )
    from matting_core.local_update import update_alpha
    from matting_core.metrics import boundary_errors, measure, measure_whole_image
    from matting_core.model_names import open_matting
    from matting_core.predictor import predict

__version__ = "0.1.0"

_ROOMS = {
    "AutomaticDrafter": "drafting",
    "Box": "box",
    "Cancellation": "cancelling",
    "Cancelled": "cancelling",
    "MattingError": "errors",
    "boundary_errors": "metrics",
    "composite": "foreground",
    "cut_out": "foreground",
    "decode_alpha": "image_io",
    "decode_photo": "image_io",
    "decode_trimap": "image_io",
    "encode_alpha": "image_io",
    "encode_display": "image_io",
    "encode_rgba": "image_io",
    "encode_trimap": "image_io",
    "estimate_foreground": "foreground",
    "measure": "metrics",
    "measure_whole_image": "metrics",
    "open_matting": "model_names",
    "predict": "predictor",
    "update_alpha": "local_update",
    "update_foreground": "foreground",
}

__all__ = [
    "AutomaticDrafter",
    "Box",
    "Cancellation",
    "Cancelled",
    "MattingError",
    "boundary_errors",
    "composite",
    "cut_out",
    "decode_alpha",
    "decode_photo",
    "decode_trimap",
    "encode_alpha",
    "encode_display",
    "encode_rgba",
    "encode_trimap",
    "estimate_foreground",
    "measure",
    "measure_whole_image",
    "open_matting",
    "predict",
    "update_alpha",
    "update_foreground",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
