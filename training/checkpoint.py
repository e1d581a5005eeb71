"""All that a training needs to go on after it was killed, as one file that is replaced whole.

Read with `weights_only`: tensors, numbers and text come back, and nothing in the file can run.
"""

from dataclasses import dataclass, fields
from io import BytesIO
from pathlib import Path
from typing import Any

import torch

from training.whole_file import write_atomically


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """State after `step` steps. network, averaged, optimizer: state dictionaries. error: the smoothed one. seconds:
    spent so far. usual_gradient: see `GradientLimit`. fingerprint: of the settings that this is the state of."""

    step: int
    error: float
    seconds: float
    usual_gradient: float
    fingerprint: str
    network: dict[str, Any]
    averaged: dict[str, Any]
    optimizer: dict[str, Any]

    def save(self, path: Path) -> None:
        names = [field.name for field in fields(self)]
        file = BytesIO()
        torch.save({name: getattr(self, name) for name in names}, file)
        write_atomically(path, file.getvalue())

    @staticmethod
    def load(path: Path) -> "Checkpoint":
        """Raises what `torch.load` raises if the file is damaged; it cannot be half written."""
        return Checkpoint(**torch.load(path, map_location="cpu", weights_only=True))
