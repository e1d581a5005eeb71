"""What a training leaves behind about its course: JSON lines for scripts, and scalars that TensorBoard shows."""

import json
from pathlib import Path
from types import TracebackType
from typing import Self

from tensorboardX import SummaryWriter

LINES = "course.jsonl"


class RunLog:
    """Leave it as a context. folder: gets ``course.jsonl`` and event files; both are appended to."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lines = (folder / LINES).open("a", encoding="utf-8")
        self._events = SummaryWriter(str(folder), flush_secs=20)

    def add(self, step: int, figures: dict[str, float]) -> None:
        """One row: the same figures in both forms."""
        self._lines.write(json.dumps({"step": step} | figures) + "\n")
        self._lines.flush()
        for name, value in figures.items():
            self._events.add_scalar(name, value, step)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lines.close()
        self._events.close()


def read_course(folder: Path) -> list[dict[str, float]]:
    """The rows of a training so far."""
    lines = (folder / LINES).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]
