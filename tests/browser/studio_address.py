"""What a browser test knows of the studio that it clicks through."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class OpenStudio:
    """Where the studio answers, and where it keeps its data."""

    address: str
    folder: Path
