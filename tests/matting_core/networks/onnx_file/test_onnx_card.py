"""The card beside an ONNX file: read strictly, refused in words that say what to write instead."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from matting_core.errors import WeightsError
from matting_core.networks.onnx_file import onnx_card
from matting_core.networks.onnx_file.onnx_card import OutputRange, Padding, card_beside, card_from_json

GOOD: dict[str, Any] = {
    "name": "ours",
    "licence": "in-house",
    "layout": "stacked",
    "size": {"multiple_of": 32},
    "trimap": {"values": [0, 0.5, 1]},
    "output_range": "0..1",
}


def text(**changes: Any) -> str:
    return json.dumps({key: value for key, value in (GOOD | changes).items() if value is not None})


def test_a_small_card_is_enough_and_colours_are_then_left_as_they_are() -> None:
    card = card_from_json(text())
    assert (card.name, card.channels, card.size.padding) == ("ours", (4,), Padding.EDGE)
    assert (card.colours.mean, card.colours.std, card.colours.scale) == ((0, 0, 0), (1, 1, 1), 1)


def test_the_card_in_the_documentation_is_a_card() -> None:
    start, end = (onnx_card.__doc__ or "").index("{"), (onnx_card.__doc__ or "").rindex("}")
    card = card_from_json((onnx_card.__doc__ or "")[start : end + 1])
    assert card.output_range is OutputRange.UNIT


@pytest.mark.parametrize(
    ("layout", "trimap", "channels"),
    [
        ("stacked", {"values": [0, 0.5, 1]}, (4,)),
        ("stacked", {"one_hot": ["background", "unknown", "foreground"]}, (6,)),
        ("separate", {"values": [-1, 0, 1]}, (3, 1)),
        ("separate", {"one_hot": ["foreground", "background", "unknown"]}, (3, 3)),
    ],
)
def test_layout_and_encoding_tell_the_channels(layout: str, trimap: dict[str, Any], channels: tuple[int, ...]) -> None:
    assert card_from_json(text(layout=layout, trimap=trimap)).channels == channels


def test_a_card_does_not_change() -> None:
    with pytest.raises(ValidationError):
        card_from_json(text()).name = "theirs"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"licence": None}, '"licence" is missing'),
        ({"licence": ""}, '"licence" is wrong: string should have at least 1 character'),
        ({"sise": 1}, '"sise" is unknown: take it out, or correct its spelling'),
        ({"layout": "stack"}, "\"layout\" is wrong: input should be 'stacked' or 'separate'"),
        ({"output_range": "0-1"}, "\"output_range\" is wrong: input should be '0..1', '0..255' or '-1..1'"),
        ({"size": {}}, '"size" takes either "fixed": [height, width] or "multiple_of": number'),
        ({"size": {"fixed": [8, 8], "multiple_of": 8}}, '"size" takes either'),
        ({"size": {"fixed": [8, 8], "padding": "zero"}}, '"size" takes no "padding" beside "fixed"'),
        ({"size": {"multiple_of": 0}}, '"size.multiple_of" is wrong: input should be greater than or equal to 1'),
        ({"size": {"fixed": [512]}}, '"size.fixed.1" is missing'),
        ({"trimap": {"values": [0, 0, 1]}}, '"trimap.values" takes three that differ'),
        ({"trimap": {"one_hot": ["unknown"] * 3}}, '"trimap.one_hot" takes three that differ'),
        ({"trimap": {}}, '"trimap" takes either'),
        ({"colours": {"std": [1, 0, 1]}}, '"colours.std.1" is wrong: input should be greater than 0'),
        ({"colours": {"mean": ["0.5", 0, 0]}}, '"colours.mean.0" is wrong: input should be a valid number'),
        ({"input_names": ["photo", "trimap"]}, "\"input_names\" of the layout 'stacked' looks like"),
        ({"layout": "separate", "input_names": ["x", "x"]}, "\"input_names\" of the layout 'separate' looks like"),
    ],
)
def test_a_wrong_card_is_refused_with_the_entry_and_what_it_takes(changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(WeightsError) as refused:
        card_from_json(text(**changes))
    assert str(refused.value).startswith("the card cannot be used: ")
    assert complaint in str(refused.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(WeightsError, match=r'"name" is missing; "layout" is missing'):
        card_from_json(text(name=None, layout=None))


@pytest.mark.parametrize("damaged", ["", "{", "[]", "\x00"])
def test_what_is_no_json_object_is_refused(damaged: str) -> None:
    with pytest.raises(WeightsError, match=r"the card cannot be used: it is"):
        card_from_json(damaged)


def test_the_card_lies_beside_the_file(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"ours\.onnx has no card .*: write one named ours\.json beside it"):
        card_beside(tmp_path / "ours.onnx")
    (tmp_path / "ours.json").write_text(text())
    assert card_beside(tmp_path / "ours.onnx").name == "ours"
    (tmp_path / "ours.json").write_text("{")
    with pytest.raises(WeightsError, match=r"ours\.json cannot be used"):
        card_beside(tmp_path / "ours.onnx")
