"""The card beside an ONNX file: what its network wants to be fed, and what its answer means.

An ONNX file tells names and shapes, but not how colours are scaled, how a trimap becomes numbers, or what the
network may be used for. A card says that in JSON; this one is a ViTMatte's::

    {
      "name": "vitmatte-small",
      "licence": "Apache-2.0; trained on Composition-1k, which has terms of its own",
      "layout": "stacked",
      "size": {"multiple_of": 32, "padding": "zero"},
      "colours": {"mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]},
      "trimap": {"values": [0, 0.5, 1]},
      "output_range": "0..1"
    }
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from matting_core.errors import WeightsError

Text = Annotated[str, Field(min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Side = Annotated[int, Field(ge=1, le=8192)]


class Layout(StrEnum):
    """How photo and trimap reach the network, as float tensors of one photo, channels before rows and columns."""

    STACKED = "stacked"
    """One input: red, green, blue, then the trimap's one or three channels."""
    SEPARATE = "separate"
    """Two inputs: the photo of three channels, and the trimap of one or three."""


class Padding(StrEnum):
    """What stands right of and below a photo whose sides are not multiples of what the network takes."""

    EDGE = "edge"
    """Its last column and row, repeated."""
    ZERO = "zero"
    """Zero in every channel, after colours and trimap were encoded."""


class OutputRange(StrEnum):
    """The values of background and foreground in the output."""

    UNIT = "0..1"
    BYTE = "0..255"
    TANH = "-1..1"


class TrimapClass(StrEnum):
    """The classes of a trimap by name."""

    BACKGROUND = "background"
    UNKNOWN = "unknown"
    FOREGROUND = "foreground"


class _Part(BaseModel):
    # strict: a number in quotes is a slip to be told of, not to be guessed around
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Size(_Part):
    """Exactly one of: the one size that the network takes, or what its sides must be multiples of."""

    fixed: tuple[Side, Side] | None = None
    """Height and width; photo and trimap are squeezed to it whatever their shape, and alpha is stretched back."""
    multiple_of: Side | None = None
    """Photos are padded right and below, and alpha is cropped back."""
    padding: Padding = Padding.EDGE

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.fixed is None) == (self.multiple_of is None):
            raise ValueError('takes either "fixed": [height, width] or "multiple_of": number')
        if self.fixed is not None and "padding" in self.model_fields_set:
            raise ValueError('takes no "padding" beside "fixed": a photo is resized then, never padded')
        return self


class Colours(_Part):
    """A channel is (`scale` * colour - `mean`) / `std`, colours being sRGB in [0, 1], in the order red, green, blue."""

    mean: tuple[Number, Number, Number] = (0.0, 0.0, 0.0)
    std: tuple[Positive, Positive, Positive] = (1.0, 1.0, 1.0)
    scale: Positive = 1.0


class TrimapEncoding(_Part):
    """Exactly one of: one channel of three values, or three channels of which one is 1 and the others 0."""

    values: tuple[Number, Number, Number] | None = None
    """Of background, unknown, foreground."""
    one_hot: tuple[TrimapClass, TrimapClass, TrimapClass] | None = None
    """The class of each channel."""

    @property
    def channels(self) -> int:
        return 1 if self.one_hot is None else 3

    @field_validator("values", "one_hot")
    @classmethod
    def _three_different(cls, given: tuple[object, ...] | None) -> tuple[object, ...] | None:
        if given is not None and len(set(given)) < 3:
            raise ValueError("takes three that differ, one for each of background, unknown and foreground")
        return given

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.values is None) == (self.one_hot is None):
            raise ValueError('takes either "values": [background, unknown, foreground] or "one_hot": [three classes]')
        return self


class OnnxCard(_Part):
    """All that is to be known about an ONNX file besides the file.

    input_names: in the order photo, trimap; may be left out where the file leaves no doubt, and so may
    output_name. licence: of the weights and of what they were trained on, in words for people.
    """

    name: Text
    licence: Text
    layout: Layout
    size: Size
    colours: Colours = Colours()
    trimap: TrimapEncoding
    output_range: OutputRange
    input_names: tuple[Text, ...] | None = None
    output_name: Text | None = None

    @property
    def channels(self) -> tuple[int, ...]:
        """How many channels each input has, in order."""
        trimap = self.trimap.channels
        return (3 + trimap,) if self.layout is Layout.STACKED else (3, trimap)

    @model_validator(mode="after")
    def _names_fit_the_layout(self) -> Self:
        if self.input_names is not None and len(set(self.input_names)) != len(self.channels):
            wanted = '["photo and trimap"]' if self.layout is Layout.STACKED else '["photo", "trimap"]'
            raise ValueError(f'"input_names" of the layout {self.layout.value!r} looks like {wanted}')
        return self


def card_from_json(text: str | bytes, *, called: str = "the card") -> OnnxCard:
    """The card that a JSON text holds. called: how an error names the text.

    Raises WeightsError, which lists everything that is wrong.
    """
    try:
        return OnnxCard.model_validate_json(text)
    except ValidationError as error:
        complaints = "; ".join(_in_words(one["type"], one["loc"], one["msg"]) for one in error.errors())
        raise WeightsError(f"{called} cannot be used: {complaints}") from error


def card_beside(model: Path) -> OnnxCard:
    """The card of FILE.onnx, which is FILE.json. Raises WeightsError if it is missing or wrong."""
    path = model.with_suffix(".json")
    try:
        return card_from_json(path.read_bytes(), called=path.name)
    except OSError as error:
        raise WeightsError(
            f"{model.name} has no card that can be read ({error}): write one named {path.name} beside it"
        ) from error


def _in_words(kind: str, place: tuple[int | str, ...], message: str) -> str:
    """One of pydantic's complaints as a part of a sentence."""
    entry = f'"{".".join(map(str, place))}"' if place else "it"
    match kind:
        case "json_invalid":
            return f"it is not JSON ({message})"
        case "missing":
            return f"{entry} is missing"
        case "extra_forbidden":
            return f"{entry} is unknown: take it out, or correct its spelling"
        case "value_error":
            return f"{entry} {message.removeprefix('Value error, ')}"
        case _:
            return f"{entry} is wrong: {message[:1].lower()}{message[1:]}"
