"""One thread for PyTorch, and a network to train from."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from matting_core.drafting.learned_network import DraftingNetwork, save_drafting_network
from matting_core.networks import registry


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """Small networks on several threads wait for each other more than they compute."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def shipped_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Untrained weights in the place of the shipped ones: such a network answers with its classical prior."""
    torch.manual_seed(0)
    weights = registry.save_network(registry.build_network("compact"))
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "compact.safetensors").write_bytes(weights)
    (tmp_path / "weights" / "drafter.safetensors").write_bytes(save_drafting_network(DraftingNetwork()))
    monkeypatch.setattr(registry, "SHIPPED_WEIGHTS", tmp_path / "weights")
    return weights
