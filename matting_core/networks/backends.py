"""What runs the compact network's convolutions: PyTorch in one precision or another, ONNX Runtime or OpenVINO.

Which of them is fastest depends on the processor (bfloat16 helps only where it has instructions for it) and on
what is installed, so `fastest_backend` measures. Features and prior stay in float32 outside: a pyramid in bfloat16
would be off by whole levels.
"""

import copy
import logging
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from io import BytesIO
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN
from matting_core.matting import Matting
from matting_core.networks.compact import CompactNetwork
from matting_core.networks.compact_features import HIGH_CHANNELS, LOW_CHANNELS

log = logging.getLogger(__name__)

TRIAL_SIDE = 192  # of the half-resolution planes that candidates are timed on
TRIAL_RUNS = 3
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
    """ONNX Runtime on the CPU, on as many threads as PyTorch uses."""

    name = "onnxruntime float32"

    def __init__(self, network: CompactNetwork) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self._session = onnxruntime.InferenceSession(to_onnx(network), options, providers=["CPUExecutionProvider"])
        self._channels = network.widths[-1]

    def __call__(self, low: Tensor, high: Tensor, mean: Tensor | None) -> Tensor:
        inputs = _inputs(low, high, mean, channels=self._channels)
        (corrections,) = self._session.run(None, {name: planes.numpy() for name, planes in inputs.items()})
        return torch.from_numpy(corrections)


class OpenVinoBackend:
    """OpenVINO on the CPU, which chooses its own precision, on as many threads as PyTorch uses."""

    name = "openvino"

    def __init__(self, network: CompactNetwork) -> None:
        import openvino

        core = openvino.Core()
        model = core.read_model(BytesIO(to_onnx(network)))
        options = {"INFERENCE_NUM_THREADS": torch.get_num_threads(), "PERFORMANCE_HINT": "LATENCY"}
        self._model = core.compile_model(model, "CPU", options)
        self._channels = network.widths[-1]

    def __call__(self, low: Tensor, high: Tensor, mean: Tensor | None) -> Tensor:
        inputs = _inputs(low, high, mean, channels=self._channels)
        # a request of its own for each call: requests must not be shared between threads
        found = self._model.create_infer_request().infer({name: planes.numpy() for name, planes in inputs.items()})
        return torch.from_numpy(found[self._model.output(0)].copy())


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


def fastest_of(exact: Matting, *others: Matting) -> Matting:
    """The fastest of some forms of one model, on a small test picture, whose alpha is that of `exact` to a hundredth.

    A form that fails on this machine is passed over.
    """
    rgb = np.random.default_rng(0).integers(0, 256, (TRIAL_SIDE, TRIAL_SIDE, 3), np.uint8)
    trimap = np.full((TRIAL_SIDE, TRIAL_SIDE), UNKNOWN, np.uint8)
    trimap[:, :32], trimap[:, -32:] = BACKGROUND, FOREGROUND
    expected = exact.predict(rgb, trimap)
    best, least = exact, _least_seconds(lambda: exact.predict(rgb, trimap))
    for form in others:
        try:
            deviation = float(np.abs(form.predict(rgb, trimap) - expected).mean())
            seconds = _least_seconds(lambda form=form: form.predict(rgb, trimap))  # type: ignore[misc]
        except Exception as error:
            log.info("a form of %s cannot be used here (%s: %s)", exact.name, type(error).__name__, error)
            continue
        if deviation < 0.01 and seconds < least:
            best, least = form, seconds
    return best


def fold_batch_norm(network: CompactNetwork) -> CompactNetwork:
    """Fold every batch norm into the convolution before it, in place: the same function in fewer steps."""
    for module in network.modules():
        if not isinstance(module, nn.Sequential) or len(module) < 2:
            continue
        convolution, norm = module[0], module[1]
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            module[0], module[1] = fuse_conv_bn_eval(convolution, norm), nn.Identity()
    return network


def to_onnx(network: CompactNetwork) -> bytes:
    """The convolutions as an ONNX file: inputs ``low``, ``high``, ``mean`` and ``given``, output ``corrections``.

    low: 1 x 27 x h x w. high: 1 x 28 x h x w; h, w multiples of 32. mean: 1 x C x 1 x 1, used as far as given
    (1 x 1 x 1 x 1) is 1. All float32.
    """
    folded = fold_batch_norm(copy.deepcopy(network).cpu().eval())
    side = 64
    example = _inputs(
        torch.zeros(1, LOW_CHANNELS, side, side),
        torch.zeros(1, HIGH_CHANNELS, side, side),
        None,
        channels=network.widths[-1],
    )
    file = BytesIO()
    torch.onnx.export(
        _Exported(folded),
        tuple(example.values()),
        file,  # type: ignore[arg-type]  # any binary file will do
        input_names=list(example),
        output_names=["corrections"],
        dynamic_axes={name: {2: "height", 3: "width"} for name in ("low", "high", "corrections")},
        opset_version=17,
        dynamo=False,  # the newer exporter needs a package more, and gives the same graph
    )
    return file.getvalue()


class _Exported(nn.Module):
    """`corrections_of` with every input a tensor."""

    def __init__(self, network: CompactNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, low: Tensor, high: Tensor, mean: Tensor, given: Tensor) -> Tensor:
        own = self.network.encode(low)[1][-1].mean((2, 3), keepdim=True)
        return self.network.corrections_of(low, high, given * mean + (1 - given) * own)


def _inputs(low: Tensor, high: Tensor, mean: Tensor | None, *, channels: int) -> dict[str, Tensor]:
    given = torch.zeros(1, 1, 1, 1) if mean is None else torch.ones(1, 1, 1, 1)
    mean = torch.zeros(1, channels, 1, 1) if mean is None else mean
    return {"low": low.contiguous(), "high": high.contiguous(), "mean": mean.contiguous(), "given": given}


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
    return _least_seconds(lambda: backend(low, high, None).cpu())


def _least_seconds(run: Callable[[], object]) -> float:
    times = []
    for _ in range(TRIAL_RUNS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


def _deviation(found: Tensor, expected: Tensor) -> float:
    return float((found - expected).abs().mean() / expected.abs().mean().clamp(min=1e-6))
