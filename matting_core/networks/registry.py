"""Names of architectures, and how a name and a weights file become a matting model.

Weights are safetensors only: a format that holds numbers and cannot run code.
"""

from collections.abc import Callable
from pathlib import Path

import safetensors
import safetensors.torch
from torch import nn

from matting_core.errors import WeightsError
from matting_core.networks.backends import fastest_backend
from matting_core.networks.compact import CompactNetwork
from matting_core.networks.compact_matting import CompactMatting

ARCHITECTURES: dict[str, Callable[[], nn.Module]] = {"compact": CompactNetwork}
SHIPPED_WEIGHTS = Path(__file__).parent.parent / "weights"


def build_network(architecture: str) -> nn.Module:
    """A network with random weights. Raises WeightsError for an unknown name."""
    if architecture not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise WeightsError(f"there is no architecture named {architecture!r}; choose one of: {known}")
    return ARCHITECTURES[architecture]()


def load_network(architecture: str, weights: bytes) -> nn.Module:
    """A network with the given safetensors bytes.

    Raises WeightsError if the bytes are damaged or do not fit the architecture to the last key and shape.
    """
    network = build_network(architecture)
    try:
        state = safetensors.torch.load(weights)
    except (safetensors.SafetensorError, KeyError) as error:  # KeyError: a number format unknown to PyTorch
        raise WeightsError(f"the weights are not a readable safetensors file ({error})") from error
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise WeightsError(f"the weights do not fit the architecture {architecture!r}: {error}") from error
    return network


def save_network(network: nn.Module) -> bytes:
    """The network's weights as safetensors bytes (float32, on the CPU)."""
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    return safetensors.torch.save(state)


def load_matting(architecture: str, weights: bytes, *, device: str = "cpu", fastest: bool = False) -> CompactMatting:
    """A ready matting model from an architecture's name and safetensors bytes.

    fastest: measure which engine and precision is fastest on this machine (about a second); otherwise PyTorch in
    float32, which gives the same alpha everywhere.
    """
    network = load_network(architecture, weights)
    return CompactMatting(network, device=device, backend=fastest_backend(network, device=device) if fastest else None)


def shipped_weights(name: str) -> bytes:
    """Bytes of a weights file that comes with the package, e.g. ``compact``.

    Raises WeightsError if there is none of that name.
    """
    path = SHIPPED_WEIGHTS / f"{name}.safetensors"
    if not path.is_file():
        raise WeightsError(f"no weights named {name!r} come with this package: looked for {path.name}")
    return path.read_bytes()
