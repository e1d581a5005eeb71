"""A version on trial before it may serve anybody: its file loads to the last key, and its answer obeys the contract."""

from collections.abc import Mapping

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from annotation_store.kinds import ModelKind
from matting_core.arrays import BACKGROUND, FOREGROUND, UNKNOWN, Rgb, Trimap
from matting_core.drafting.learned import LearnedDrafter
from matting_core.drafting.learned_network import DraftingNetwork, load_drafting_network
from matting_core.errors import WeightsError
from matting_core.networks.registry import ARCHITECTURES, build_network, load_network

DRAFTER = "drafter"
"""The architecture of every learned drafter."""
SIDE = 96
MOST_TENSORS_OF_SMALL_ONES = 300
"""The large networks have twice as many, and take seconds to build."""


def load_on_trial(kind: ModelKind, architecture: str, weights: bytes) -> nn.Module:
    """The network of a version that has passed; on the CPU.

    Raises WeightsError: for an architecture that makes no such thing, a file that is no safetensors or does not fit to
    the last key and shape, weights that are no numbers, or an answer that breaks the contract.
    """
    network = _load(kind, architecture, weights)
    for name, tensor in network.state_dict().items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise WeightsError(f"the weights hold values that are no finite numbers, first in {name}: train anew")
    try:
        _try(kind, architecture, network)
    except WeightsError:
        raise
    except (ArithmeticError, RuntimeError, ValueError) as error:  # also InvalidArrayError
        raise WeightsError(f"the network failed at a small test picture ({error}): train anew") from error
    return network


def plain_weights(data: bytes) -> bytes:
    """The same weights without the remarks of their header: equal weights are equal bytes.

    Raises WeightsError if they are no safetensors file. Nothing of such a file can run.
    """
    try:
        return safetensors.torch.save(safetensors.torch.load(data))
    except (safetensors.SafetensorError, KeyError) as error:  # KeyError: a number format unknown to PyTorch
        raise WeightsError(
            f"the weights are not a readable safetensors file ({error}); other formats can run code and are refused"
        ) from error


def fitting_architecture(weights: bytes) -> str:
    """The architecture to whose names and shapes the weights fit, the smallest first. Raises WeightsError."""
    theirs = _shapes(safetensors.torch.load(weights))
    candidates: tuple[str, ...] = ("compact", DRAFTER)
    if len(theirs) > MOST_TENSORS_OF_SMALL_ONES:
        candidates += tuple(name for name in ARCHITECTURES if name != "compact")
    for architecture in candidates:
        network = DraftingNetwork() if architecture == DRAFTER else build_network(architecture)
        if _shapes(network.state_dict()) == theirs:
            return architecture
    known = ", ".join((*ARCHITECTURES, DRAFTER))
    raise WeightsError(f"the weights fit none of the architectures {known}: hand in those of one of them")


def kind_of(architecture: str) -> ModelKind:
    """What a version of an architecture makes."""
    return ModelKind.DRAFTER if architecture == DRAFTER else ModelKind.MATTING


def _load(kind: ModelKind, architecture: str, weights: bytes) -> nn.Module:
    if kind is ModelKind.DRAFTER:
        return load_drafting_network(weights)
    return load_network(architecture, weights)


def _try(kind: ModelKind, architecture: str, network: nn.Module) -> None:
    rgb, trimap = _picture()
    if kind is ModelKind.DRAFTER:
        drafted = LearnedDrafter(network).draft(rgb).trimap
        if drafted.shape != trimap.shape or not np.isin(drafted, (BACKGROUND, UNKNOWN, FOREGROUND)).all():
            raise WeightsError("the network answered a small test picture with what is no trimap: train anew")
        return
    alpha = ARCHITECTURES[architecture].wrap(network, device="cpu").predict(rgb, trimap)
    known = trimap != UNKNOWN
    is_matte = (
        alpha.shape == trimap.shape
        and alpha.dtype == np.float32
        and bool(np.isfinite(alpha).all())
        and bool(((alpha >= 0) & (alpha <= 1)).all())
        and bool((alpha[known] == (trimap[known] == FOREGROUND)).all())
    )
    if not is_matte:
        raise WeightsError("the network answered a small test picture with what is no matte: train anew")


def _picture() -> tuple[Rgb, Trimap]:
    """A bright disc on a dark ground, and a ring of unknown pixels around its edge."""
    y, x = np.mgrid[:SIDE, :SIDE]
    distance = np.hypot(x - SIDE / 2, y - SIDE / 2)
    light = np.clip((SIDE / 4 - distance) / 6 + 0.5, 0, 1)[..., None]
    ground = np.random.default_rng(0).integers(20, 60, (SIDE, SIDE, 3))
    rgb = np.rint(light * (220, 200, 60) + (1 - light) * ground).astype(np.uint8)
    trimap = np.full((SIDE, SIDE), UNKNOWN, np.uint8)
    trimap[distance < SIDE / 4 - 8], trimap[distance > SIDE / 4 + 8] = FOREGROUND, BACKGROUND
    return rgb, trimap


def _shapes(state: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in state.items()}
