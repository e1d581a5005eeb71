"""How an export leaves: what all formats share, and what a marketplace wishes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from annotation_store.errors import InvalidExportError

DEFAULT_FORMATS = ("cutout", "alpha", "trimap")
WHITE = "#ffffff"
LARGEST_SIDE = 30_000
LARGEST_CANVAS = 100_000_000
"""Pixels of a preset: each takes 26 bytes while it is made."""
WEBP_SIDE = 16_383
"""Pixels that a side of a WebP may have (RFC 9649, 2.7)."""
MAX_NAME = 80
MOST_PRESETS = 50
LARGEST_MARGIN = 0.4
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_PHOTO = re.compile(r"[0-9a-f]{64}")


class Colours(StrEnum):
    """In which colours a picture leaves."""

    SRGB = "srgb"
    OWN = "own"  # those of the photo's file, with its profile; sRGB where that is not of an RGB picture


class PresetFile(StrEnum):
    """What kind of file a marketplace takes."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"


@dataclass(frozen=True, slots=True)
class Preset:
    """What a marketplace wishes: a canvas of one size, the subject in its middle.

    width, height: pixels. margin: left free on each side, as a share of the shorter one, 0 to 0.4. ground: ``#rrggbb``,
    None for a transparent one. shadow: whether the subject casts a soft one. Raises InvalidExportError.
    """

    name: str
    width: int
    height: int
    margin: float = 0.05
    ground: str | None = WHITE
    file: PresetFile = PresetFile.PNG
    shadow: bool = False

    def __post_init__(self) -> None:
        if not 1 <= len(self.name.strip()) <= MAX_NAME or not self.name.isprintable():
            raise InvalidExportError(f"A preset needs a name of 1 to {MAX_NAME} letters: write one.")
        for side in (self.width, self.height):
            if not 1 <= side <= LARGEST_SIDE:
                raise InvalidExportError(f"“{self.name}” is {side} pixels long: choose 1 to {LARGEST_SIDE}.")
        if self.width * self.height > LARGEST_CANVAS:
            raise InvalidExportError(
                f"“{self.name}” has {self.width * self.height // 1_000_000} megapixels: choose "
                f"{LARGEST_CANVAS // 1_000_000} at most."
            )
        if self.file is PresetFile.WEBP and max(self.width, self.height) > WEBP_SIDE:
            raise InvalidExportError(f"“{self.name}” is larger than a WebP can be: choose {WEBP_SIDE} pixels, or PNG.")
        if not 0 <= self.margin <= LARGEST_MARGIN:
            raise InvalidExportError(
                f"The margin of “{self.name}” is {self.margin}: choose a share from 0 to {LARGEST_MARGIN}."
            )
        if self.ground is not None and not _COLOUR.fullmatch(self.ground):
            raise InvalidExportError(f"The ground of “{self.name}” is {self.ground!r}: write a colour as #ffffff.")
        if self.ground is None and self.file is PresetFile.JPEG:
            raise InvalidExportError(f"“{self.name}” is transparent, which JPEG cannot be: choose PNG or WebP.")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What all formats share; each takes what it understands of it.

    formats: names from `formats.FORMATS`. bits: of a channel, None for as many as the photo has. longest_side: pixels;
    larger pictures are made smaller in linear light, smaller ones stay. ground: of composites, ``#rrggbb`` or the
    SHA-256 of a photo's blob. shadow: whether composites have a soft contact shadow. presets: as they were when the
    export was frozen. quality: of lossy files, 1 to 100; WebP is without loss at 100. Raises InvalidExportError.
    """

    formats: tuple[str, ...] = DEFAULT_FORMATS
    bits: Literal[8, 16] | None = None
    colours: Colours = Colours.SRGB
    longest_side: int | None = None
    ground: str = WHITE
    shadow: bool = False
    presets: tuple[Preset, ...] = ()
    quality: int = 90

    __pydantic_config__ = ConfigDict(extra="forbid")

    def __post_init__(self) -> None:
        if not self.formats:
            raise InvalidExportError("An export needs a format: choose at least one.")
        if len(set(self.formats)) < len(self.formats):
            raise InvalidExportError("A format was asked for twice: name each once.")
        if self.bits not in (None, 8, 16):
            raise InvalidExportError(f"A channel has 8 or 16 bits, not {self.bits}.")
        if self.longest_side is not None and not 1 <= self.longest_side <= LARGEST_SIDE:
            raise InvalidExportError(
                f"The longest side is {self.longest_side} pixels: choose 1 to {LARGEST_SIDE}, or leave it out."
            )
        if not (_COLOUR.fullmatch(self.ground) or _PHOTO.fullmatch(self.ground)):
            raise InvalidExportError(f"The ground is {self.ground!r}: write a colour as #ffffff, or choose a photo.")
        if not 1 <= self.quality <= 100:
            raise InvalidExportError(f"The quality is {self.quality}: choose 1 to 100.")
        if len(self.presets) > MOST_PRESETS:
            raise InvalidExportError(f"An export has at most {MOST_PRESETS} presets: choose fewer.")

    def as_json(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        values: dict[str, Any] = _OPTIONS.dump_python(self, mode="json")
        return values


_OPTIONS: TypeAdapter[ExportOptions] = TypeAdapter(ExportOptions)


def options_from_json(values: Mapping[str, Any]) -> ExportOptions:
    """What `ExportOptions.as_json` gave. Raises InvalidExportError."""
    try:
        return _OPTIONS.validate_python(dict(values))
    except ValidationError as error:
        reason = error.errors()[0]
        where = ".".join(map(str, reason["loc"]))
        raise InvalidExportError(f"The options of the export are not understood ({where}: {reason['msg']}).") from error


def colour_of(ground: str) -> tuple[int, int, int] | None:
    """Red, green and blue, 0 to 255, of ``#rrggbb``; None for a photo."""
    if not _COLOUR.fullmatch(ground):
        return None
    return int(ground[1:3], 16), int(ground[3:5], 16), int(ground[5:7], 16)
