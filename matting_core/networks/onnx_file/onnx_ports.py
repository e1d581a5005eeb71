"""Where an ONNX file and its card meet: which input takes what, which output is alpha, and whether shapes agree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matting_core.errors import WeightsError
from matting_core.networks.onnx_file.onnx_card import OnnxCard, Size

NUMBERS: dict[str, npt.DTypeLike] = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


class Described(Protocol):
    """What ONNX Runtime tells about an input or output; a side that varies is a name or None."""

    name: str
    type: str
    shape: Sequence[int | str | None]


@dataclass(frozen=True, slots=True)
class Port:
    """One input: its name and the type of its numbers."""

    name: str
    dtype: npt.DTypeLike


def find_inputs(described: Sequence[Described], card: OnnxCard) -> tuple[Port, ...]:
    """The file's inputs in the card's order (photo before trimap).

    Raises WeightsError if they are not those of the card: names, number, types or shapes.
    """
    by_name = {one.name: one for one in described}
    names = card.input_names or _guessed_names(described, card)
    for name, channels in zip(names, card.channels, strict=True):
        if name not in by_name:
            raise WeightsError(f'the file has no input {name!r}: "input_names" can be of {_listed(by_name)}')
        _check_shape(by_name[name], channels, card.size)
    if unfed := sorted(set(by_name) - set(names)):
        raise WeightsError(
            f"the file also wants {_listed(unfed)}, about which the card says nothing: "
            "export it with photo and trimap as its only inputs"
        )
    return tuple(Port(name, _dtype(by_name[name])) for name in names)


def find_output(described: Sequence[Described], card: OnnxCard) -> str:
    """The name of the output that is alpha. Raises WeightsError if that is unknown or not in the file."""
    names = [one.name for one in described]
    if card.output_name is None:
        if len(names) != 1:
            raise WeightsError(f'the file has several outputs: say which is alpha with "output_name": {_listed(names)}')
        return names[0]
    if card.output_name not in names:
        raise WeightsError(f'the file has no output {card.output_name!r}: "output_name" can be {_listed(names)}')
    return card.output_name


def _guessed_names(described: Sequence[Described], card: OnnxCard) -> tuple[str, ...]:
    if len(described) != len(card.channels):
        raise WeightsError(
            f"the file has {len(described)} inputs ({_listed(one.name for one in described)}), but the layout "
            f'{card.layout.value!r} has {len(card.channels)}: correct "layout" in the card'
        )
    if len(described) == 1:
        return (described[0].name,)
    channels = [one.shape[1] if len(one.shape) == 4 else None for one in described]
    if card.channels[0] != card.channels[1] and sorted(channels, key=str) == sorted(card.channels, key=str):
        return tuple(described[channels.index(wanted)].name for wanted in card.channels)
    raise WeightsError(
        'the file does not tell which input is the photo: add "input_names", the photo first, '
        f"with {_listed(one.name for one in described)}"
    )


def _check_shape(described: Described, channels: int, size: Size) -> None:
    shape = list(described.shape)
    told = "x".join(str(side) for side in shape)
    if len(shape) != 4:
        raise WeightsError(
            f"the input {described.name!r} has the shape {told}: export it as 1 x channels x height x width"
        )
    if isinstance(shape[0], int) and shape[0] != 1:
        raise WeightsError(f"the input {described.name!r} takes {shape[0]} photos at a time: export it for one")
    if isinstance(shape[1], int) and shape[1] != channels:
        raise WeightsError(
            f"the input {described.name!r} has {shape[1]} channels, by the card it has {channels}: "
            'correct "layout" or "trimap" in the card'
        )
    height, width = shape[2:]
    wanted = size.fixed or (None, None)
    if any(isinstance(side, int) and side != given for side, given in zip((height, width), wanted, strict=True)):
        raise WeightsError(
            f"the input {described.name!r} has the shape {told}, which is not the card's size: "
            f'write "size": {{"fixed": [{height}, {width}]}}'
        )


def _dtype(described: Described) -> npt.DTypeLike:
    if described.type not in NUMBERS:
        raise WeightsError(
            f"the input {described.name!r} takes {described.type}: export it with {' or '.join(NUMBERS)}"
        )
    return NUMBERS[described.type]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names)
