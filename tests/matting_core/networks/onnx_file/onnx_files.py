"""Tiny ONNX files whose answer is known: a weighted sum of the channels that they are fed."""

from collections.abc import Sequence

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

Side = int | str


def weighted_sum(
    weights: Sequence[float],
    *,
    inputs: dict[str, int] | None = None,
    bias: float = 0.0,
    size: tuple[Side, Side] = ("height", "width"),
    batch: Side = 1,
    kernel: int = 1,
    half_precision: bool = False,
    outputs: Sequence[str] = ("alpha",),
) -> bytes:
    """An ONNX file that answers weights . channels + bias.

    weights: one for each channel of all inputs together. inputs: names and numbers of channels, one input named
    ``photo and trimap`` if not given. size: of its inputs; text for a side that varies. kernel: above 1 the
    answer is smaller than what was fed, as nothing is padded.
    """
    inputs = inputs or {"photo and trimap": len(weights)}
    number, kind = (np.float16, onnx.TensorProto.FLOAT16) if half_precision else (np.float32, onnx.TensorProto.FLOAT)
    taps = np.zeros((1, len(weights), kernel, kernel), number)
    taps[0, :, kernel // 2, kernel // 2] = weights
    made = onnx.helper.make_node
    graph = onnx.helper.make_graph(
        [
            made("Concat", list(inputs), ["all"], axis=1),
            made("Conv", ["all", "taps", "bias"], ["sum"], kernel_shape=[kernel, kernel]),
            *(made("Identity", ["sum"], [name]) for name in outputs),
        ],
        "weighted sum",
        [onnx.helper.make_tensor_value_info(name, kind, [batch, channels, *size]) for name, channels in inputs.items()],
        [onnx.helper.make_tensor_value_info(name, kind, None) for name in outputs],
        [onnx.numpy_helper.from_array(taps, "taps"), onnx.numpy_helper.from_array(np.array([bias], number), "bias")],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    return model.SerializeToString()
