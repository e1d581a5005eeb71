"""Whether an ONNX file would have other files read: found in its bytes, before any runtime sees them.

A tensor in ONNX may name a file to take its numbers from. A model that somebody hands in must not choose which
files of this computer are opened, and ONNX Runtime opens them relative to the working directory even where it is
given bytes. So the file is walked here in Protocol Buffers' wire format (a list of numbered fields, each with a
kind and a value; https://protobuf.dev/programming-guides/encoding), as far down as tensors can lie.
"""

from collections.abc import Iterator

from matting_core.errors import WeightsError

# message: field number: message of that field, as in onnx.proto; fields that hold no tensor are left out
MESSAGES: dict[str, dict[int, str]] = {
    "ModelProto": {7: "GraphProto", 20: "TrainingInfoProto", 25: "FunctionProto"},
    "GraphProto": {1: "NodeProto", 5: "TensorProto", 15: "SparseTensorProto"},
    "TrainingInfoProto": {1: "GraphProto", 2: "GraphProto"},
    "FunctionProto": {7: "NodeProto", 11: "AttributeProto"},
    "NodeProto": {5: "AttributeProto"},
    "AttributeProto": {
        5: "TensorProto",
        6: "GraphProto",
        10: "TensorProto",
        11: "GraphProto",
        22: "SparseTensorProto",
        23: "SparseTensorProto",
    },
    "SparseTensorProto": {1: "TensorProto", 2: "TensorProto"},
    "TensorProto": {},
}
EXTERNAL_DATA, DATA_LOCATION = 13, 14  # fields of TensorProto; the second is 0 where the numbers lie inside

VARINT, EIGHT_BYTES, COUNTED, FOUR_BYTES = 0, 1, 2, 5  # kinds of fields


def names_other_files(model: bytes) -> bool:
    """Whether any tensor of an ONNX file takes its numbers from outside the file.

    Raises WeightsError if the bytes are not in Protocol Buffers' format.
    """
    # a list in place of recursion: how deep messages nest is the file's choice
    waiting: list[tuple[str, memoryview]] = [("ModelProto", memoryview(model))]
    while waiting:
        message, data = waiting.pop()
        for number, value in _fields(data):
            if message == "TensorProto" and (number == EXTERNAL_DATA or (number == DATA_LOCATION and value != 0)):
                return True
            inner = MESSAGES[message].get(number)
            if inner is not None and isinstance(value, memoryview):
                waiting.append((inner, value))
    return False


def _fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Number and value of each field: an integer, or the bytes of anything longer."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key >= 1 << 32:  # a reader that drops the upper bits would see another field than this one
            raise _damaged()
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if kind == COUNTED:
            length, at = _varint(data, at)
        elif kind in (FOUR_BYTES, EIGHT_BYTES):
            length = 4 if kind == FOUR_BYTES else 8
        else:
            raise _damaged()
        if at + length > len(data):
            raise _damaged()
        yield number, data[at : at + length]
        at += length


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """An integer of seven bits a byte, least first, and the place after it."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise _damaged()


def _damaged() -> WeightsError:
    return WeightsError("this is not an ONNX file, or it is damaged: export it anew")
