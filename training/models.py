"""Model versions of the store as ready matting models."""

import torch

from annotation_store.learning import model_registry, what_serves
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from matting_core.drafting.learned import LearnedDrafter
from matting_core.errors import WeightsError
from matting_core.matting import Matting
from matting_core.model_names import CLASSICAL
from matting_core.networks.registry import BatchPixels, load_matting, shipped_weights
from training.trial import load_on_trial

TRAINABLE = frozenset({"compact", "matteformer", "resnet50"})
"""Architectures that `training.finetune` can go on from."""


def load_model(
    store: Store,
    record: ModelRecord,
    *,
    device: str = "cpu",
    fastest: bool = False,
    batch_pixels: BatchPixels = None,
) -> Matting:
    """The matting model of one version. Raises WeightsError or DamagedBlobError if its file is not what it was.

    fastest: in the engine and precision that are fastest on this machine; versions are compared without. batch_pixels:
    how much of several predictions may be computed at once, see `load_matting`.
    """
    if record.architecture in CLASSICAL:
        return CLASSICAL[record.architecture]()
    weights = weights_bytes(store, record)
    return load_matting(record.architecture, weights, device=device, fastest=fastest, batch_pixels=batch_pixels)


def load_drafter(store: Store, record: ModelRecord) -> LearnedDrafter:
    """A version as a ready drafter. Raises WeightsError or DamagedBlobError if its file is not what it was."""
    return LearnedDrafter.from_weights(weights_bytes(store, record))


def check_loads(store: Store, record: ModelRecord) -> None:
    """Load a version and have it answer a test picture before it may serve.

    Raises WeightsError or DamagedBlobError if its file is not what it was, or the answer breaks the contract.
    """
    if record.architecture not in CLASSICAL:
        load_on_trial(record.kind, record.architecture, weights_bytes(store, record))


def weights_bytes(store: Store, record: ModelRecord) -> bytes:
    """The safetensors bytes of a network's version, from the store or from the package."""
    stored = model_registry.weights_of(store, record)
    if stored is not None:
        return stored
    if record.shipped_weights is None:
        raise WeightsError(f"the model {record.name} is a classical method and has no weights")
    return shipped_weights(record.shipped_weights)


def trainable_parent(store: Store) -> ModelRecord:
    """The version to go on training from: the live one, or, if that cannot be trained, the newest trainable network
    that has been live."""
    live = what_serves.live_model(store)
    if live.architecture in TRAINABLE:
        return live
    proven = [
        model
        for model in model_registry.list_models(store)
        if model.architecture in TRAINABLE and (model.activated_at or model.shipped_weights)
    ]
    return max(proven, key=lambda model: model.activated_at or model.created_at)


def choose_device(wanted: str) -> str:
    """``cpu`` or ``cuda`` for the setting ``auto``; anything else as it is."""
    if wanted != "auto":
        return wanted
    return "cuda" if torch.cuda.is_available() else "cpu"
