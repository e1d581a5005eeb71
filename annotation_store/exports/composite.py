"""``composite/NAME.png``: the subject over one colour or another photo, with a soft shadow of contact if asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from annotation_store.blobs import ALREADY_TAKEN_IN
from annotation_store.exports.export_format import ExportFile, Place, Writer
from annotation_store.exports.export_manifest import ManifestEntry
from annotation_store.exports.export_options import ExportOptions, colour_of
from annotation_store.exports.export_subject import ExportSubject
from matting_core.arrays import Rgb
from matting_core.foreground import composite, contact_shadow, cover_canvas
from matting_core.image_io import decode_photo, encode_rgb, from_srgb
from matting_core.image_io.levels import colours_of


@dataclass(frozen=True, slots=True)
class CompositeFormat:
    """One opaque PNG for each photo, 8 or 16 bits a channel."""

    name: str = "composite"

    def paths(self, place: Place, options: ExportOptions) -> tuple[str, ...]:
        return (f"composite/{place.stem}.png",)

    def writer(self, options: ExportOptions) -> Writer:
        return _Writer(self, options)


class _Writer:
    def __init__(self, of: CompositeFormat, options: ExportOptions) -> None:
        self._of = of
        self._options = options
        self._photo_behind: Rgb | None = None  # decoded once for all subjects

    def add(self, subject: ExportSubject, place: Place) -> Iterator[ExportFile]:
        (path,) = self._of.paths(place, self._options)
        foreground = colours_of(subject.foreground, subject.bits)
        shadow = contact_shadow(subject.alpha) if self._options.shadow else None
        mixed = composite(foreground, subject.alpha, self._behind(subject), shadow=shadow)
        yield ExportFile(path, encode_rgb(mixed, icc_profile=subject.icc))

    def finish(self, entries: Sequence[ManifestEntry]) -> Iterator[ExportFile]:
        yield from ()

    def _behind(self, subject: ExportSubject) -> Rgb:
        """The ground in the subject's size, depth and colours."""
        width, height = subject.size
        if (colour := colour_of(self._options.ground)) is not None:
            return even_ground(colour, width=width, height=height, bits=subject.bits, icc_profile=subject.icc)
        if self._photo_behind is None:
            data = subject.store.blobs.get(self._options.ground)
            self._photo_behind = decode_photo(data, limits=ALREADY_TAKEN_IN).rgb
        covering = cover_canvas(self._photo_behind, width=width, height=height)
        return from_srgb(colours_of(covering, subject.bits), subject.icc)


def even_ground(colour: tuple[int, int, int], *, width: int, height: int, bits: int, icc_profile: bytes) -> Rgb:
    """HxWx3, read-only: one colour (red, green, blue, 0 to 255, sRGB) in the depth and the colours of a profile."""
    pixel = from_srgb(colours_of(np.array([[colour]], np.uint8), bits), icc_profile)
    return cast(Rgb, np.broadcast_to(pixel, (height, width, 3)))


COMPOSITE = CompositeFormat()
