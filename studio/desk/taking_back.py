"""What edits covered, newest last: enough to take the last ones back exactly, without predicting anything anew."""

from dataclasses import dataclass, replace

from matting_core.arrays import Alpha
from matting_core.box import Box
from matting_core.edits.marks import Covered

MOST_BYTES = 100_000_000
"""Per session; about a hundred strokes. What lies beyond is rebuilt from the store."""


@dataclass(frozen=True, slots=True)
class Before:
    """What one edit covered. alpha: the model's, in its own box; None where it is not known edit by edit."""

    marks: Covered
    alpha: tuple[Box, Alpha] | None

    @property
    def bytes(self) -> int:
        return self.marks.bytes + (0 if self.alpha is None else self.alpha[1].nbytes)


class TakingBack:
    """A stack of `Before`, bounded by memory; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._befores: list[Before] = []
        self._bytes = 0  # of all of them: an edit does not count again what others cover

    def __len__(self) -> int:
        return len(self._befores)

    def push(self, covered: list[Covered], *, alpha: tuple[Box, Alpha]) -> None:
        """Edits that came together: the alpha was predicted once, so only the first can give back what was before."""
        if covered:
            new = [Before(covered[0], alpha), *(Before(each, None) for each in covered[1:])]
            self._befores += new
            self._bytes += sum(before.bytes for before in new)
        while self._bytes > MOST_BYTES:
            self._bytes -= self._befores.pop(0).bytes

    def pop(self) -> Before:
        before = self._befores.pop()
        self._bytes -= before.bytes
        return before

    def forget_alphas(self) -> None:
        """The whole alpha was computed anew: what it was before an edit is no longer what it would be without it."""
        self._befores = [replace(before, alpha=None) for before in self._befores]
        self._bytes = sum(before.bytes for before in self._befores)

    def widen_batch(self, box: Box, covered: Alpha, *, alpha: Alpha) -> None:
        """Let the first edit of a batch also give back what taking back its last ones changed in `box`.

        covered: the alpha in `box` before that; alpha: the whole, after it. It may reach further than the batch did:
        a smaller crop may have to grow further to show both known classes.
        """
        for index in reversed(range(len(self._befores))):
            first = self._befores[index]
            if first.alpha is not None:
                break
        else:
            return
        inner, inner_alpha = first.alpha
        if (outer := inner.union(box)) == inner:
            return
        wide = alpha.copy()
        wide[box.slices] = covered
        wide[inner.slices] = inner_alpha
        self._befores[index] = replace(first, alpha=(outer, wide[outer.slices].copy()))
        self._bytes += self._befores[index].bytes - first.bytes
