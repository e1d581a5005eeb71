"""MatteFormer checkpoints as their authors released them, and as safetensors.

The files of MatteFormer (Park et al., 2022) and of Disentangled Pre-training (Li et al., 2024) hold one dictionary:
the weights under ``state_dict``, named as in a network wrapped for several GPUs, beside the state of the training.
"""

import io
import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from matting_core.errors import WeightsError
from matting_core.networks.refining.matteformer import MatteFormer
from matting_core.networks.registry import save_network

WRAPPER = "module."
"""What wrapping for several GPUs puts before every name."""


def load_checkpoint(source: bytes | Path) -> MatteFormer:
    """The network of a released ``.pth`` file, in evaluation mode.

    The file is read as numbers only: nothing in it is run. Raises WeightsError if it cannot be read that way, holds
    no weights, or holds others than a MatteFormer's, to the last name and shape.
    """
    state = {name.removeprefix(WRAPPER): tensor for name, tensor in _weights(source).items()}
    network = MatteFormer()
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise WeightsError(f"the checkpoint is not one of a MatteFormer: {error}") from error
    return network.eval()


def convert_checkpoint(source: bytes | Path) -> bytes:
    """Safetensors bytes for the architecture ``matteformer``, out of a released ``.pth`` file.

    Raises WeightsError as `load_checkpoint` does.
    """
    return save_network(load_checkpoint(source))


def _weights(source: bytes | Path) -> Mapping[str, Tensor]:
    try:
        file = io.BytesIO(source if isinstance(source, bytes) else source.read_bytes())
        content = torch.load(file, map_location="cpu", weights_only=True)
    except OSError as error:
        raise WeightsError(f"the checkpoint cannot be read ({error})") from error
    except pickle.UnpicklingError as error:
        raise WeightsError(
            "the checkpoint holds more than numbers, and reading that could run its code: ask for a file with the "
            f"weights alone ({_first_line(error)})"
        ) from error
    except (RuntimeError, EOFError, ValueError, KeyError, AttributeError, IndexError, TypeError) as error:
        raise WeightsError(f"the checkpoint is damaged, or no PyTorch file ({_first_line(error)})") from error
    weights = content.get("state_dict", content) if isinstance(content, Mapping) else None
    if not isinstance(weights, Mapping) or not all(isinstance(value, Tensor) for value in weights.values()):
        raise WeightsError("the checkpoint holds no weights: expected a dictionary with an entry 'state_dict'")
    return weights


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
