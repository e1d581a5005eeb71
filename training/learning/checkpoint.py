"""All that a training needs to go on after it was killed, as one file that is replaced whole.

Read with `weights_only`: tensors, numbers and text come back, and nothing in the file can run.
"""

from dataclasses import dataclass, field, fields
from io import BytesIO
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from matting_core.errors import MattingError
from training.whole_file import write_atomically


class CheckpointError(MattingError):
    """A state from which the training that is asked for cannot go on; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """State after `step` steps. network, averaged, optimizer: state dictionaries. error: the smoothed one. seconds:
    spent so far. usual_gradient: see `GradientLimit`. fingerprint: of the settings that this is the state of.
    watcher: what the one who looks on remembers; empty where nobody does."""

    step: int
    error: float
    seconds: float
    usual_gradient: float
    fingerprint: str
    network: dict[str, Any]
    averaged: dict[str, Any]
    optimizer: dict[str, Any]
    watcher: dict[str, Any] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        names = [one.name for one in fields(self)]
        file = BytesIO()
        torch.save({name: getattr(self, name) for name in names}, file)
        write_atomically(path, file.getvalue())

    @staticmethod
    def load(path: Path, *, fingerprint: str) -> "Checkpoint":
        """The state at `path`. Raises CheckpointError if it is damaged, or the state of another training."""
        try:
            kept = Checkpoint(**torch.load(path, map_location="cpu", weights_only=True))
        except (RuntimeError, TypeError, EOFError, UnpicklingError) as error:
            raise CheckpointError(f"{path} cannot be read ({error}): delete the file to begin anew") from error
        if kept.fingerprint != fingerprint:
            raise CheckpointError(
                f"{path} is the state of a training with other settings: finish that one with its own settings, or "
                "delete the file to begin anew"
            )
        return kept
