"""``presets/PRESET/NAME.EXTENSION``: each photo as each of the chosen marketplaces wishes it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from annotation_store.exports.composite import even_ground
from annotation_store.exports.export_format import ExportFile, Place, Writer
from annotation_store.exports.export_manifest import ManifestEntry
from annotation_store.exports.export_names import unique_stems
from annotation_store.exports.export_options import ExportOptions, Preset, PresetFile, colour_of
from annotation_store.exports.export_subject import ExportSubject
from matting_core.arrays import Alpha, Rgb
from matting_core.foreground import composite, contact_shadow, place_on_canvas, with_shadow
from matting_core.image_io import (
    eight_bit,
    encode_jpeg,
    encode_rgb,
    encode_rgba,
    encode_rgba_webp,
)

EXTENSIONS = {PresetFile.PNG: "png", PresetFile.JPEG: "jpg", PresetFile.WEBP: "webp"}


@dataclass(frozen=True, slots=True)
class MarketplaceFormat:
    """One file of 8 bits for each photo and preset; a preset has its own size, whatever the longest side is."""

    name: str = "presets"

    def paths(self, place: Place, options: ExportOptions) -> tuple[str, ...]:
        return tuple(
            f"presets/{folder}/{place.stem}.{EXTENSIONS[preset.file]}"
            for folder, preset in zip(folders_of(options.presets), options.presets, strict=True)
        )

    def writer(self, options: ExportOptions) -> Writer:
        return _Writer(self, options)


@dataclass(frozen=True, slots=True)
class _Writer:
    of: MarketplaceFormat
    options: ExportOptions

    def add(self, subject: ExportSubject, place: Place) -> Iterator[ExportFile]:
        for path, preset in zip(self.of.paths(place, self.options), self.options.presets, strict=True):
            yield ExportFile(path, _picture(subject, preset, self.options.quality))

    def finish(self, entries: Sequence[ManifestEntry]) -> Iterator[ExportFile]:
        yield from ()


def folders_of(presets: Sequence[Preset]) -> list[str]:
    """A folder's name for each preset: its name in small letters without spaces, different from all others."""
    return unique_stems([_slug(preset.name) for preset in presets])


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-") or "preset"


def _picture(subject: ExportSubject, preset: Preset, quality: int) -> bytes:
    colours, alpha = place_on_canvas(
        subject.full_foreground,
        subject.full_alpha,
        width=preset.width,
        height=preset.height,
        margin=preset.margin,
    )
    colours = eight_bit(colours)
    shadow = contact_shadow(alpha) if preset.shadow else None
    ground = None if preset.ground is None else colour_of(preset.ground)
    if ground is not None:
        behind = even_ground(ground, width=preset.width, height=preset.height, bits=8, icc_profile=subject.icc)
        colours = composite(colours, alpha, behind, shadow=shadow)
        alpha = np.ones_like(alpha)
    elif shadow is not None:
        colours, alpha = with_shadow(colours, alpha, shadow)
    return _encoded(colours, alpha, preset, quality, subject.icc)


def _encoded(colours: Rgb, alpha: Alpha, preset: Preset, quality: int, icc: bytes) -> bytes:
    match preset.file:
        case PresetFile.JPEG:
            return encode_jpeg(colours, quality=quality, icc_profile=icc)
        case PresetFile.WEBP:  # leaves the opacity out by itself where all is opaque
            return encode_rgba_webp(colours, alpha, quality=quality, icc_profile=icc)
        case PresetFile.PNG if preset.ground is None:
            return encode_rgba(colours, alpha, icc_profile=icc)
        case PresetFile.PNG:
            return encode_rgb(colours, icc_profile=icc)


MARKETPLACE = MarketplaceFormat()
