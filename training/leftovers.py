"""What a training keeps on the disk to be gone on with after a kill, and what is cleared away once it is over."""

from pathlib import Path

MATERIAL, CHECKPOINT, UNDERSTUDIES = "material.safetensors", "checkpoint.pt", "understudy-"


def clear(folder: Path) -> None:
    """Delete them from the folder of a run, also those that a kill left half written. Its log stays."""
    for name in (MATERIAL, CHECKPOINT, UNDERSTUDIES):
        for path in folder.glob(f"{name}*"):
            path.unlink(missing_ok=True)
