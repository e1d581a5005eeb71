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

    def __str__(self) -> str:
        """As it reads in a sentence: ``1 file (12 bytes)``, ``3 files (1.5 MB)``."""
        return f"{self.files:,} {'file' if self.files == 1 else 'files'} ({size_in_words(self.size)})"


def size_in_words(size: int) -> str:
    """``512 bytes``, ``1.5 MB``; a MB is a million bytes."""
    if size < 1000:
        return f"{size} bytes"
    amount = float(size)
    for unit in ("KB", "MB", "GB", "TB"):
        amount /= 1000
        if amount < 999.95 or unit == "TB":
            return f"{amount:.1f} {unit}"
    raise AssertionError("the last unit takes whatever is left")
