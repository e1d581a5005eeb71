"""What runs the compact network's convolutions: PyTorch in one precision or another, ONNX Runtime or OpenVINO.

Which of them is fastest depends on the processor (bfloat16 helps only where it has instructions for it) and on
what is installed, so `fastest_backend` measures. Features and prior stay in float32 outside: a pyramid in bfloat16
would be off by whole levels.
"""

import copy
import logging
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from io import BytesIO
from typing import Protocol

import torch
from torch import Tensor

from matting_core.fastest import least_seconds
from matting_core.networks.compact.compact import CompactNetwork
from matting_core.networks.compact.compact_features import HIGH_CHANNELS, LOW_CHANNELS
from matting_core.networks.compact.compact_onnx import fold_batch_norm, onnx_inputs, to_onnx

log = logging.getLogger(__name__)

TRIAL_SIDE = 192  # of the half-resolution planes that candidates are timed on
LARGEST_DEVIATION = 0.02
"""Mean difference of corrections, relative to their mean size, beyond which a fast answer is a wrong one."""


class Backend(Protocol):
    """`CompactNetwork.corrections_of`, however it is computed."""

    @property
    def name(self) -> str:
        """For people and logs, e.g. ``torch bfloat16``."""
        ...

    def __call__(self, low: Tensor, high: Tensor, mean: Tensor | None) -> Tensor:
        """See `CompactNetwork.corrections_of`: float32 in and out, on the network's device."""
        ...


class TorchBackend:
    """PyTorch, with batch norm folded into the convolutions."""

    def __init__(self, network: CompactNetwork, *, device: str, dtype: torch.dtype) -> None:
        folded = fold_batch_norm(copy.deepcopy(network).eval())
        self._network = folded.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._dtype = dtype
        self.name = f"torch {str(dtype).removeprefix('torch.')}"

    def __call__(self, low: Tensor, high: Tensor, mean: Tensor | None) -> Tensor:
        low, high = (planes.to(self._dtype).contiguous(memory_format=torch.channels_last) for planes in (low, high))
        corrections: Tensor = self._network.corrections_of(low, high, None if mean is None else mean.to(self._dtype))
        return corrections.float()


class OnnxRuntimeBackend:
    """ONNX Runtime on the CPU, on as many threads as PyTorch uses; of several inputs, one after the other."""

    name = "onnxruntime float32"

    def __init__(self, network: CompactNetwork) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self._session = onnxruntime.InferenceSession(to_onnx(network), options, providers=["CPUExecutionProvider"])
        self._channels = network.widths[-1]

    def __call__(self, low: Tensor, high: Tensor, mean: Tensor | None) -> Tensor:
        return _one_by_one(self._run, low, high, mean)

    def _run(self, low: Tensor, high: Tensor, mean: Tensor | None) -> Tensor:
        inputs = onnx_inputs(low, high, mean, channels=self._channels)
        (corrections,) = self._session.run(None, {name: planes.numpy() for name, planes in inputs.items()})
        return torch.from_numpy(corrections)


class OpenVinoBackend:
    """OpenVINO on the CPU, which chooses its own precision, on as many threads as PyTorch uses; of several inputs, one
    after the other."""

    name = "openvino"

    def __init__(self, network: CompactNetwork) -> None:
        import openvino

        core = openvino.Core()
        model = core.read_model(BytesIO(to_onnx(network)))
        options = {"INFERENCE_NUM_THREADS": torch.get_num_threads(), "PERFORMANCE_HINT": "LATENCY"}
        self._model = core.compile_model(model, "CPU", options)
        self._channels = network.widths[-1]

    def __call__(self, low: Tensor, high: Tensor, mean: Tensor | None) -> Tensor:
        return _one_by_one(self._run, low, high, mean)

    def _run(self, low: Tensor, high: Tensor, mean: Tensor | None) -> Tensor:
        inputs = onnx_inputs(low, high, mean, channels=self._channels)
        # a request of its own for each call: requests must not be shared between threads
        found = self._model.create_infer_request().infer({name: planes.numpy() for name, planes in inputs.items()})
        return torch.from_numpy(found[self._model.output(0)].copy())


def _one_by_one(run: Callable[..., Tensor], low: Tensor, high: Tensor, mean: Tensor | None) -> Tensor:
    """Exported networks take one input at a time."""
    rows = [slice(row, row + 1) for row in range(len(low))]
    return torch.cat([run(low[row], high[row], None if mean is None else mean[row]) for row in rows])


def fastest_backend(network: CompactNetwork, *, device: str = "cpu") -> Backend:
    """Build every backend that this machine has, time each on the same input, and return the fastest right one.

    Takes about a second, some seconds more for each optional engine that is installed.
    """
    exact = TorchBackend(network, device=device, dtype=torch.float32)
    generator = torch.Generator().manual_seed(0)
    low = torch.randn(1, LOW_CHANNELS, TRIAL_SIDE, TRIAL_SIDE, generator=generator).to(device)
    high = torch.randn(1, HIGH_CHANNELS, TRIAL_SIDE, TRIAL_SIDE, generator=generator).to(device)
    with torch.inference_mode():
        expected = exact(low, high, None)
        best: Backend = exact
        least = _seconds(exact, low, high)
        for name, build in _others(network, device):
            try:
                candidate = build()
                deviation = _deviation(candidate(low, high, None), expected)
                seconds = _seconds(candidate, low, high)
            except Exception as error:  # an engine that fails on this machine is no reason to stop working
                log.info("the backend %s cannot be used here (%s: %s)", name, type(error).__name__, error)
                continue
            log.debug("%s takes %.1f ms, deviates by %.4f", name, 1000 * seconds, deviation)
            if deviation <= LARGEST_DEVIATION and seconds < least:
                best, least = candidate, seconds
    log.info("%s was chosen: %.1f ms", best.name, 1000 * least)
    return best


def _others(network: CompactNetwork, device: str) -> Iterator[tuple[str, Callable[[], Backend]]]:
    yield "torch bfloat16", lambda: TorchBackend(network, device=device, dtype=torch.bfloat16)
    if device != "cpu":
        yield "torch float16", lambda: TorchBackend(network, device=device, dtype=torch.float16)
        return
    if find_spec("openvino") is not None:
        yield OpenVinoBackend.name, lambda: OpenVinoBackend(network)
    if find_spec("onnxruntime") is not None:
        yield OnnxRuntimeBackend.name, lambda: OnnxRuntimeBackend(network)


def _seconds(backend: Backend, low: Tensor, high: Tensor) -> float:
    return least_seconds(lambda: backend(low, high, None).cpu())


def _deviation(found: Tensor, expected: Tensor) -> float:
    return float((found - expected).abs().mean() / expected.abs().mean().clamp(min=1e-6))
