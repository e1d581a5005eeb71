"""How many files, and how many bytes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """size: bytes of all the files together."""

    files: int = 0
    size: int = 0

    def plus(self, size: int) -> "Tally":
        """With one more file of `size` bytes."""
        return Tally(self.files + 1, self.size + size)
