"""Names of architectures, and how a name and a weights file become a matting model.

Weights are safetensors only: a format that holds numbers and cannot run code.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import nn

from matting_core.errors import WeightsError
from matting_core.fastest import fastest_of
from matting_core.matting import Matting
from matting_core.networks.compact.compact import CompactNetwork
from matting_core.networks.compact.compact_backends import fastest_backend
from matting_core.networks.compact.compact_matting import CompactMatting
from matting_core.networks.refining.matteformer import MatteFormer
from matting_core.networks.refining.progressive_refinement import RefiningNetwork
from matting_core.networks.refining.refining_matting import RefiningMatting
from matting_core.networks.refining.resnet_matting import ResNetMatting


@dataclass(frozen=True, slots=True)
class Architecture:
    """build: a network with random weights, of the default or of other sizes. wrap: a matting model around a network;
    takes `device`, `fastest` and `batch_pixels`, see `load_matting`."""

    build: Callable[..., nn.Module]
    wrap: Callable[..., Matting]


BatchPixels = Callable[[], int] | None
"""How many pixels may be computed at once, asked before each batch; None: see `CompactMatting`."""


def _compact(
    network: CompactNetwork, *, device: str = "cpu", fastest: bool = False, batch_pixels: BatchPixels = None
) -> Matting:
    backend = fastest_backend(network, device=device) if fastest else None
    return CompactMatting(network, device=device, backend=backend, batch_pixels=batch_pixels)


def _refining(
    network: RefiningNetwork,
    *,
    name: str,
    device: str = "cpu",
    fastest: bool = False,
    batch_pixels: BatchPixels = None,
) -> Matting:
    """Its photos are large and each has tokens of its own: `batch_pixels` is of no use to it."""
    exact = RefiningMatting(network, name=name, device=device)
    if not fastest:
        return exact
    return fastest_of(exact, RefiningMatting(network, name=name, device=device, dtype=torch.bfloat16))


ARCHITECTURES = {
    "compact": Architecture(CompactNetwork, _compact),
    "matteformer": Architecture(MatteFormer, partial(_refining, name="matteformer")),
    "resnet50": Architecture(ResNetMatting, partial(_refining, name="resnet50")),
}
SHIPPED_WEIGHTS = Path(__file__).parent.parent / "weights"


def build_network(architecture: str) -> nn.Module:
    """A network with random weights. Raises WeightsError for an unknown name."""
    if architecture not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise WeightsError(f"there is no architecture named {architecture!r}; choose one of: {known}")
    return ARCHITECTURES[architecture].build()


def load_network(architecture: str, weights: bytes) -> nn.Module:
    """A network with the given safetensors bytes.

    Raises WeightsError if the bytes are damaged or do not fit the architecture to the last key and shape.
    """
    return with_weights(build_network(architecture), weights, name=architecture)


def with_weights(network: nn.Module, weights: bytes, *, name: str) -> nn.Module:
    """The same network, holding the given safetensors bytes in its own precision. name: of its architecture.

    Raises WeightsError if the bytes are damaged or do not fit to the last key and shape.
    """
    try:
        state = safetensors.torch.load(weights)
    except (safetensors.SafetensorError, KeyError) as error:  # KeyError: a number format unknown to PyTorch
        raise WeightsError(f"the weights are not a readable safetensors file ({error})") from error
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise WeightsError(f"the weights do not fit the architecture {name!r}: {error}") from error
    return network


def save_network(network: nn.Module, *, half: bool = False) -> bytes:
    """The network's weights as safetensors bytes, from the CPU.

    half: kernels and matrices in 16-bit floats, which halves the file; statistics, scales and biases stay float32, as
    variances can be smaller than 16 bits resolve.
    """
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    if half:
        state = {name: tensor.half() if _is_kernel(tensor) else tensor for name, tensor in state.items()}
    return safetensors.torch.save(state)


def _is_kernel(tensor: torch.Tensor) -> bool:
    return tensor.is_floating_point() and tensor.dim() > 1


def load_matting(
    architecture: str,
    weights: bytes,
    *,
    device: str = "cpu",
    fastest: bool = False,
    batch_pixels: BatchPixels = None,
) -> Matting:
    """A ready matting model from an architecture's name and safetensors bytes.

    fastest: measure which engine and precision is fastest on this machine (about a second); otherwise PyTorch in
    float32, which gives the same alpha everywhere. batch_pixels: see `BatchPixels`. Raises WeightsError as
    `load_network` does.
    """
    network = load_network(architecture, weights)
    return ARCHITECTURES[architecture].wrap(network, device=device, fastest=fastest, batch_pixels=batch_pixels)


def shipped_weights(name: str) -> bytes:
    """Bytes of a weights file that comes with the package, e.g. ``compact``.

    Raises WeightsError if there is none of that name.
    """
    path = SHIPPED_WEIGHTS / f"{name}.safetensors"
    if not path.is_file():
        raise WeightsError(f"no weights named {name!r} come with this package: looked for {path.name}")
    return path.read_bytes()
