"""Versions for the tests of what leaves the registry and comes into it."""

import torch

from annotation_store.kinds import ModelKind
from annotation_store.learning import model_registry, what_serves
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from matting_core.drafting.learned_network import DraftingNetwork, save_drafting_network
from matting_core.networks import registry


def network_bytes(seed: int = 3) -> bytes:
    torch.manual_seed(seed)
    return registry.save_network(registry.build_network("compact"))


def version(store: Store, *, seed: int = 3, **given: object) -> ModelRecord:
    """compact-0001 and up, which learnt from the live model."""
    asked = {
        "architecture": "compact",
        "weights": network_bytes(seed),
        "parent_id": what_serves.live_model(store).id,
        "run_id": None,
        "metrics": {},
        "licence": "Apache-2.0",
        "code_version": "test",
    }
    return model_registry.register_candidate(store, **(asked | given))


def drafter(store: Store) -> ModelRecord:
    torch.manual_seed(0)
    weights = save_drafting_network(DraftingNetwork())
    return version(store, architecture="drafter", kind=ModelKind.DRAFTER, weights=weights, parent_id=None)
