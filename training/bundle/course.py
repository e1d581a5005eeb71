"""The curve of a training that may be interrupted: lines in a file beside its checkpoint."""

import json
import time
from pathlib import Path

from annotation_store.learning.training_runs import Point
from training.learning.loop import Progress

SECONDS_BETWEEN_POINTS = 1.0


class Course:
    """Goes on from what the file holds. Lines after the checkpoint from which a training goes on come once more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last = float("-inf")

    def add(self, row: Progress) -> None:
        """The first row, the last one, and one a second between."""
        now = time.monotonic()
        if now - self._last < SECONDS_BETWEEN_POINTS and row.share < 1:
            return
        self._last = now
        figures = {"error": round(row.error, 5), "loss": round(row.loss, 5), "seconds": round(row.seconds, 1)}
        if row.watched is not None:
            figures["watched"] = round(row.watched, 5)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": row.step, "figures": figures}) + "\n")

    def points(self) -> list[Point]:
        """By their steps, the latest of each."""
        found: dict[int, Point] = {}
        lines = self._path.read_text("utf-8").splitlines() if self._path.is_file() else []
        for line in lines:
            try:
                row = json.loads(line)
                found[row["step"]] = Point(row["step"], row["figures"])
            except (ValueError, KeyError, TypeError):  # the last line of a process that was killed
                continue
        return [found[step] for step in sorted(found)]
