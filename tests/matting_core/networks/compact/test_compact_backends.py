"""Backends: whatever runs the convolutions, the corrections are the same, and the fastest right one is chosen."""

import pytest
import torch

from matting_core.networks.compact import compact_backends as backends
from matting_core.networks.compact.compact import CompactNetwork
from matting_core.networks.compact.compact_backends import (
    Backend,
    OnnxRuntimeBackend,
    OpenVinoBackend,
    TorchBackend,
    fastest_backend,
)
from matting_core.networks.compact.compact_features import HIGH_CHANNELS, LOW_CHANNELS
from matting_core.networks.compact.compact_onnx import fold_batch_norm


@pytest.fixture(scope="module")
def network() -> CompactNetwork:
    """Narrow, with random corrections and batch norms that are not the identity."""
    torch.manual_seed(0)
    network = CompactNetwork(widths=(8, 8, 12, 12, 16), depths=(1, 1, 1, 1, 1), detail=8)
    torch.nn.init.normal_(network.corrections.weight, std=0.1)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.normal_(module.running_mean, std=0.2)
    return network.eval()


def features(height: int = 64, width: int = 96) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return (
        torch.randn(1, LOW_CHANNELS, height, width, generator=generator),
        torch.randn(1, HIGH_CHANNELS, height, width, generator=generator),
    )


@torch.inference_mode()
def deviation(backend: Backend, network: CompactNetwork, mean: torch.Tensor | None) -> float:
    found, expected = backend(*features(), mean), network.corrections_of(*features(), mean)
    assert found.shape == expected.shape
    assert found.dtype == torch.float32
    return float((found - expected).abs().mean() / expected.abs().mean())


@pytest.mark.parametrize("mean", [None, torch.full((1, 16, 1, 1), 0.7)])
@pytest.mark.parametrize(
    ("name", "limit"), [("float32", 1e-4), ("bfloat16", 0.03), ("onnxruntime", 1e-4), ("openvino", 0.03)]
)
def test_every_backend_gives_the_networks_own_corrections(
    name: str, limit: float, mean: torch.Tensor | None, network: CompactNetwork
) -> None:
    if name == "onnxruntime":
        pytest.importorskip("onnxruntime")
        backend: Backend = OnnxRuntimeBackend(network)
    elif name == "openvino":
        pytest.importorskip("openvino")
        backend = OpenVinoBackend(network)
    else:
        backend = TorchBackend(network, device="cpu", dtype=getattr(torch, name))
    assert name in backend.name
    assert deviation(backend, network, mean) < limit


def test_folding_batch_norms_changes_nothing_but_their_number(network: CompactNetwork) -> None:
    with torch.inference_mode():
        before = network.corrections_of(*features())
        folded = fold_batch_norm(CompactNetwork(widths=network.widths, depths=(1, 1, 1, 1, 1), detail=8).eval())
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in folded.modules())
    assert deviation(TorchBackend(network, device="cpu", dtype=torch.float32), network, None) < 1e-4
    with torch.inference_mode():
        torch.testing.assert_close(network.corrections_of(*features()), before)


class Candidate:
    """Answers with the exact corrections, bent by a factor."""

    def __init__(self, network: CompactNetwork, factor: float, name: str) -> None:
        self._exact = TorchBackend(network, device="cpu", dtype=torch.float32)
        self._factor, self.name = factor, name

    def __call__(self, low: torch.Tensor, high: torch.Tensor, mean: torch.Tensor | None) -> torch.Tensor:
        return self._exact(low, high, mean) * self._factor


def test_the_fastest_right_backend_is_chosen(network: CompactNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Backend:
        raise RuntimeError("no such instruction")

    def others(network: CompactNetwork, device: str) -> list[tuple[str, object]]:
        return [
            ("broken", broken),
            ("wrong", lambda: Candidate(network, 1.5, "wrong")),
            ("fast", lambda: Candidate(network, 1.001, "fast")),
            ("slow", lambda: Candidate(network, 1.0, "slow")),
        ]

    times = {"torch float32": 5.0, "wrong": 1.0, "fast": 2.0, "slow": 9.0}
    monkeypatch.setattr(backends, "_others", others)
    monkeypatch.setattr(backends, "_seconds", lambda backend, low, high: times[backend.name])
    assert fastest_backend(network).name == "fast"
    times["fast"] = 6.0
    assert fastest_backend(network).name == "torch float32"


def test_on_this_machine_some_backend_is_chosen(network: CompactNetwork) -> None:
    assert deviation(fastest_backend(network), network, None) < 0.05


@pytest.mark.parametrize(("package", "build"), [("onnxruntime", OnnxRuntimeBackend), ("openvino", OpenVinoBackend)])
def test_engines_take_several_inputs_too(package: str, build: type, network: CompactNetwork) -> None:
    pytest.importorskip(package)
    low, high = (torch.cat([plane, plane.flip(-1), plane * 0.5]) for plane in features(32, 32))
    engine = build(network)
    with torch.inference_mode():
        for mean in (None, torch.randn(3, 16, 1, 1)):
            together = engine(low, high, mean)
            rows = [slice(row, row + 1) for row in range(3)]
            alone = [engine(low[row], high[row], None if mean is None else mean[row]) for row in rows]
            torch.testing.assert_close(together, torch.cat(alone))
