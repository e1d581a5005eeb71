"""ONNX files that would have other files read are found, wherever in the file they say so."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx_files import onnx, weighted_sum

from matting_core.errors import WeightsError
from matting_core.networks.onnx_file.onnx_external_data import MESSAGES, names_other_files


def outside() -> "onnx.TensorProto":
    """A tensor whose numbers lie in another file."""
    tensor = onnx.TensorProto(name="outside", data_type=onnx.TensorProto.FLOAT, dims=[1])
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    return tensor


def inside_a_branch(graph: "onnx.GraphProto") -> None:
    branch = onnx.helper.make_graph([], "branch", [], [], [outside()])
    graph.node.append(onnx.helper.make_node("If", ["condition"], ["either"], then_branch=branch))


PLACES = {
    "initializer": lambda graph: graph.initializer.append(outside()),
    "constant": lambda graph: graph.node.append(onnx.helper.make_node("Constant", [], ["c"], value=outside())),
    "sparse initializer": lambda graph: graph.sparse_initializer.append(onnx.SparseTensorProto(values=outside())),
    "branch": inside_a_branch,
}


@pytest.mark.parametrize("place", PLACES)
def test_a_tensor_outside_the_file_is_found(place: str) -> None:
    model = onnx.load_from_string(weighted_sum([0, 0, 0, 1]))
    assert not names_other_files(model.SerializeToString())
    PLACES[place](model.graph)
    assert names_other_files(model.SerializeToString())


def test_a_file_saved_beside_its_weights_is_found(tmp_path: Path) -> None:
    model = onnx.load_from_string(weighted_sum([0, 0, 0, 1]))
    onnx.save_model(model, tmp_path / "model.onnx", save_as_external_data=True, location="w.bin", size_threshold=0)
    assert names_other_files((tmp_path / "model.onnx").read_bytes())


def test_every_message_in_which_a_tensor_can_lie_is_looked_into() -> None:
    """Compared with onnx's own description of its format."""
    fields = {}
    waiting = [onnx.ModelProto.DESCRIPTOR]
    while waiting:
        message = waiting.pop()
        if message.name not in fields:
            fields[message.name] = {field.number: field.message_type for field in message.fields if field.message_type}
            waiting += fields[message.name].values()
    holders = {"TensorProto"}
    while (
        grown := {name for name, inner in fields.items() if any(one.name in holders for one in inner.values())}
        - holders
    ):
        holders |= grown
    assert {
        name: {number: inner.name for number, inner in fields[name].items() if inner.name in holders}
        for name in holders
    } == MESSAGES


@given(st.binary(max_size=60))
def test_any_bytes_are_either_read_or_refused(junk: bytes) -> None:
    with contextlib.suppress(WeightsError):
        assert names_other_files(junk) in (True, False)


def test_a_file_cut_short_is_refused() -> None:
    with pytest.raises(WeightsError, match="damaged"):
        names_other_files(weighted_sum([0, 0, 0, 1])[:-9])


@pytest.mark.parametrize(
    "field",
    [
        b"\xba\x80\x80\x80\x90\x00\x00",  # the graph's number with a bit more than the format's 32
        b"\x3b",  # a group, which the format dropped before ONNX was
        b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  # an integer without an end
    ],
)
def test_what_another_reader_might_read_differently_is_refused(field: bytes) -> None:
    with pytest.raises(WeightsError, match="damaged"):
        names_other_files(field)


def test_nesting_however_deep_is_no_trouble() -> None:
    def counted(number: int, inner: bytes) -> bytes:
        length, told = len(inner), b""
        while length >= 128:
            told, length = told + bytes([length & 127 | 128]), length >> 7
        return bytes([number << 3 | 2]) + told + bytes([length]) + inner

    graph = counted(5, outside().SerializeToString())
    for _ in range(2000):
        graph = counted(1, counted(5, counted(6, graph)))  # a node's attribute is a graph again
    assert names_other_files(counted(7, graph))
