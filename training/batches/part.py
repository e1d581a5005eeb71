"""Which samples of a batch are whose, where several processes share it."""

from dataclasses import dataclass

from matting_core.errors import MattingError


class TooManyProcessesError(MattingError):
    """A batch that has fewer samples than there are processes to share it."""


@dataclass(frozen=True, slots=True)
class Part:
    """Part `number` (0, 1, ...) of `of` parts."""

    number: int = 0
    of: int = 1

    def rows(self, count: int) -> slice:
        """Which samples of a batch of `count` are in this part. All parts together are the batch, and none is larger
        than another by more than one sample. Raises TooManyProcessesError where some would be empty."""
        if count < self.of:
            raise TooManyProcessesError(
                f"A batch of {count} samples cannot be shared by {self.of} processes: train with {count} at most."
            )
        return slice(count * self.number // self.of, count * (self.number + 1) // self.of)


WHOLE = Part()
