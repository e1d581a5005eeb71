"""How often a measured value fell into each of some buckets, whether or not anybody ever asks."""

import threading
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate


class Tally:
    """Thread-safe."""

    def __init__(self, bounds: Sequence[float]) -> None:
        """bounds: largest value of each bucket, ascending; one more bucket has no bound."""
        self.bounds = tuple(bounds)
        self._lock = threading.Lock()
        self._counts = [0] * (len(self.bounds) + 1)
        self._sum = 0.0

    def add(self, value: float, *, times: int = 1) -> None:
        with self._lock:
            self._counts[bisect_left(self.bounds, value)] += times
            self._sum += value * times

    def told(self) -> tuple[list[tuple[str, float]], float]:
        """As Prometheus has it: how many values were no larger than each bound, the last ``+Inf``; and their sum."""
        with self._lock:
            counts, total = list(self._counts), self._sum
        names = [*map(str, map(float, self.bounds)), "+Inf"]
        return list(zip(names, map(float, accumulate(counts)), strict=True)), total
