"""What people at a terminal see (complaints, a line that tells progress, a bar, a table), and JSON for scripts."""

import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import typer

BAR_WIDTH = 24
SECONDS_BETWEEN_LINES = 10.0
_CLEAR = "\r\x1b[K"


def complain(text: str) -> None:
    """Each line of `text` as an ``error: …`` on standard error."""
    for line in text.splitlines():
        typer.echo(f"error: {line}", err=True)


def note(text: str) -> None:
    """A line about how things go, on standard error."""
    typer.echo(text, err=True)


def print_json(value: Any) -> None:
    """`value` as one JSON value on standard output; times as ISO 8601 in UTC, paths as text."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> str:
    match value:
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        case Path():
            return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


@contextmanager
def chatter_aside() -> Iterator[None]:
    """Send what libraries print to standard error: PyMatting tells of hard photos where the results belong."""
    with redirect_stdout(sys.stderr):
        yield


class StatusLine:
    """How far the work is, on standard error; leave it as a context.

    A terminal shows one line that changes in place and is gone at the end; a file gets a line now and then.
    """

    def __init__(self) -> None:
        self._in_place = sys.stderr.isatty()
        self._last = float("-inf")

    def show(self, text: str) -> None:
        now = time.monotonic()
        if self._in_place:
            typer.echo(_CLEAR + text[: shutil.get_terminal_size().columns - 1], err=True, nl=False)
        elif now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            note(text)

    def count(self, done: int, total: int, text: str, *, stays: bool = False) -> None:
        """`done` of `total` (perhaps one more, where it was only foreseen): a bar, or a line for each in a file.

        stays: the line is for whoever looks later, also in a terminal.
        """
        total = max(done, total)
        if stays or not self._in_place:
            self.tell(f"{done} of {total}: {text}")
        else:
            self.show(progress_bar(done / total, f"{done} of {total}: {text}"))

    def tell(self, text: str) -> None:
        """A line on standard error that stays."""
        self._clear()
        note(text)

    def print(self, text: str) -> None:
        """A line of the result, on standard output."""
        self._clear()
        typer.echo(text)

    def _clear(self) -> None:
        if self._in_place:
            typer.echo(_CLEAR, err=True, nl=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()


def progress_bar(share: float, text: str) -> str:
    """`share` in [0, 1] as a bar and in per cent, then `text`."""
    return f"[{'#' * round(share * BAR_WIDTH):-<{BAR_WIDTH}}] {share:4.0%}  {text}"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """An aligned Markdown table. right: the columns that are flush right, for figures."""
    widths = [max(3, *map(len, column)) for column in zip(header, *rows, strict=True)]
    rule = ["-" * (width - 1) + ":" if at in right else "-" * width for at, width in enumerate(widths)]
    return "\n".join(_line(cells, widths, right) for cells in (header, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if at in right else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return f"| {' | '.join(padded)} |"
