"""Versions as ONNX files for engines other than PyTorch, each checked by running it beside PyTorch."""

import importlib.util
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import torch
from torch import Tensor, nn

from matting_core.drafting.learned_network import CHANNELS, DraftingNetwork
from matting_core.errors import MattingError
from matting_core.networks.compact.compact import CompactNetwork
from matting_core.networks.compact.compact_features import HIGH_CHANNELS, LOW_CHANNELS
from matting_core.networks.compact.compact_onnx import onnx_inputs, to_onnx

LARGEST_DEVIATION = 1e-3
"""Between the engines, relative to the largest answer: float32 sums in another order."""
SIDE = 64

COMPACT = (
    "the convolutions only: low (1x27xhxw), high (1x28xhxw), mean (1xCx1x1) and given (1x1x1x1) to corrections, "
    "float32, h and w multiples of 32; features and prior: matting_core/networks/compact, matting_core/prior"
)
DRAFTING = (
    "planes (1x13xhxw, as matting_core/drafting/learned_network.py makes them, h and w multiples of 32) to logits "
    "(1x1xhxw: of the subject), float32"
)


class OnnxExportError(MattingError):
    """A version that cannot be had as an ONNX file; the text says why."""


@dataclass(frozen=True, slots=True)
class OnnxExport:
    """contract: inputs and outputs, in words. checked: whether ONNX Runtime gave PyTorch's answer; False where it is
    not installed."""

    data: bytes
    contract: str
    checked: bool


def export_onnx(network: nn.Module) -> OnnxExport:
    """The network in eval mode, on the CPU. Raises OnnxExportError.

    That is for architectures that have no such form, without the package onnx, and where the file answers otherwise.
    """
    network = network.eval().cpu()
    generator = torch.Generator().manual_seed(0)

    def noise(channels: int) -> Tensor:
        return torch.rand(1, channels, SIDE, SIDE, generator=generator)

    if isinstance(network, CompactNetwork):
        low, high = noise(LOW_CHANNELS), noise(HIGH_CHANNELS)
        data = _quietly(lambda: to_onnx(network))
        with torch.inference_mode():
            mean = network.encode(low)[1][-1].mean((2, 3), keepdim=True)
            expected = network.corrections_of(low, high, mean)
        inputs = onnx_inputs(low, high, None, channels=network.widths[-1])
        return OnnxExport(data, COMPACT, _agrees(data, inputs, expected))
    if isinstance(network, DraftingNetwork):
        planes = noise(CHANNELS)
        data = _quietly(lambda: _drafter_to_onnx(network))
        with torch.inference_mode():
            expected = network(planes)
        return OnnxExport(data, DRAFTING, _agrees(data, {"planes": planes}, expected))
    raise OnnxExportError("this architecture has no ONNX form yet: use its safetensors file")


def _drafter_to_onnx(network: DraftingNetwork) -> bytes:
    file = BytesIO()
    torch.onnx.export(
        network,
        (torch.zeros(1, CHANNELS, SIDE, SIDE),),
        file,  # type: ignore[arg-type]  # any binary file will do
        input_names=["planes"],
        output_names=["logits"],
        dynamic_axes={name: {2: "height", 3: "width"} for name in ("planes", "logits")},
        opset_version=17,
        dynamo=False,  # as in compact_onnx.py
    )
    return file.getvalue()


def _quietly(export: Callable[[], bytes]) -> bytes:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that this exporter is the older one
            return export()
    except (ImportError, torch.onnx.errors.OnnxExporterError, RuntimeError) as error:
        raise OnnxExportError(
            f"no ONNX file could be written ({error}): run `pip install -r requirements-extra.txt`, then try again"
        ) from error


def _agrees(data: bytes, inputs: dict[str, Tensor], expected: Tensor) -> bool:
    """Whether that was looked at. Raises OnnxExportError if ONNX Runtime comes to another answer."""
    if importlib.util.find_spec("onnxruntime") is None:
        return False
    import onnxruntime

    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (answer,) = session.run(None, {name: tensor.numpy() for name, tensor in inputs.items()})
    truth = expected.numpy()
    deviation = float(np.abs(answer - truth).max()) / max(float(np.abs(truth).max()), 1e-6)
    if not deviation <= LARGEST_DEVIATION:
        raise OnnxExportError(f"the ONNX file answers otherwise than PyTorch (by {deviation:.2g}): use the safetensors")
    return True
