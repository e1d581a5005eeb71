"""How long do the store's main questions take with a million photos, and which of them look at every row?

    python -m benchmarks.scale.store_at_size [--images 1000000] [--engine postgresql] [--json]

On a store that holds rows alone (`many_rows.py`): 50 people, ten projects, two years. Each question is asked a few
times; told are the median and the longest time in milliseconds, how many statements it took, and how much memory
Python took for it at most. A question above `--slow` milliseconds has the plan of its slowest statement printed, and
the exit status is then 1. ``--json`` prints ``{ENGINE: {QUESTION: {"median_ms": ..., "most_ms": ..., "megabytes":
...}}}`` in the last line.
"""

import json
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import event, text
from sqlalchemy.engine import Connection

from annotation_store import gallery
from annotation_store.store import Store, open_store
from benchmarks.scale.load import told_load
from benchmarks.scale.many_rows import fill_rows
from benchmarks.scale.postgresql import own_postgresql
from benchmarks.scale.questions import Question, questions

ENGINES = ("postgresql", "sqlite")


def main(
    images: Annotated[int, typer.Option(min=1000, help="Rows of the table of images.")] = 1_000_000,
    engine: Annotated[list[str] | None, typer.Option(help="postgresql, sqlite; both unless given.")] = None,
    database_url: Annotated[str, typer.Option(help="PostgreSQL to use instead of an own one; filled if empty.")] = "",
    times: Annotated[int, typer.Option(min=1, help="How often each question is asked.")] = 5,
    slow: Annotated[float, typer.Option(help="Milliseconds from which on a plan is printed.")] = 50.0,
    only: Annotated[str, typer.Option(help="Questions whose names contain this.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON line.")] = False,
) -> None:
    """Print what each question takes."""
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for each in engine or ENGINES:
        with tempfile.TemporaryDirectory() as folder, _database(each, database_url) as url:
            store = open_store(Path(folder) / "data", database_url=url)
            if not gallery.list_images(store, limit=1):
                began = time.monotonic()
                fill_rows(store, images)
                typer.echo(f"{each}: {images} images filled in {time.monotonic() - began:.0f} s")
            typer.echo(f"{each}: {_size(store) / 1e6:.0f} MB of tables and indexes; {told_load()}")
            figures[each] = _ask_all(store, times=times, slow=slow, only=only)
            store.database.close()
    if as_json:
        typer.echo(json.dumps(figures))
    if any(row["median_ms"] > slow for rows in figures.values() for row in rows.values()):
        raise typer.Exit(1)


@contextmanager
def _database(engine: str, given: str) -> Iterator[str]:
    if engine == "sqlite" or given:
        yield "" if engine == "sqlite" else given
    else:
        with own_postgresql() as url:
            yield url


def _size(store: Store) -> int:
    """Bytes of tables and indexes."""
    with store.database.read() as session:
        if store.database.engine.dialect.name == "postgresql":
            return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
        pages, page = (session.scalar(text(f"PRAGMA {name}")) or 0 for name in ("page_count", "page_size"))
        return int(pages * page)


def _ask_all(store: Store, *, times: int, slow: float, only: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    plans: list[str] = []
    typer.echo(f"{'Question':36} {'median':>10} {'most':>10} {'statements':>10} {'memory':>10}")
    for question in questions(store):
        if only not in question.name:
            continue
        figures, statements = _ask(store, question, times=times)
        found[question.name] = figures
        told = "{median_ms:>7.1f} ms {most_ms:>7.1f} ms {statements:>10.0f} {megabytes:>7.1f} MB".format(**figures)
        typer.echo(f"{question.name:36} {told}")
        if figures["median_ms"] > slow:
            slowest = max(statements, key=lambda each: each[2])
            plans.append(f"\n{question.name}: {1000 * slowest[2]:.1f} ms\n{_plan(store, *slowest[:2])}")
    for plan in plans:
        typer.echo(plan)
    return found


_Statement = tuple[str, Any, float]


def _ask(store: Store, question: Question, *, times: int) -> tuple[dict[str, float], list[_Statement]]:
    statements: list[_Statement] = []
    began: list[float] = []
    spent: list[float] = []

    def before(_connection: Connection, *_: Any) -> None:
        began.append(time.perf_counter())

    def after(_connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        statements.append((statement, parameters, time.perf_counter() - began.pop()))

    tracemalloc.start()  # the first time also warms up: what is compiled and cached once
    with _listening(store, before_cursor_execute=before, after_cursor_execute=after):
        question.ask()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    for _ in range(times):
        start = time.perf_counter()
        question.ask()
        spent.append(1000 * (time.perf_counter() - start))
    figures = {
        "median_ms": round(statistics.median(spent), 2),
        "most_ms": round(max(spent), 2),
        "statements": len(statements),
        "megabytes": round(most / 1e6, 1),
    }
    return figures, statements


@contextmanager
def _listening(store: Store, **listeners: Any) -> Iterator[None]:
    for name, listener in listeners.items():
        event.listen(store.database.engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners.items():
            event.remove(store.database.engine, name, listener)


def _plan(store: Store, statement: str, parameters: Any) -> str:
    """As the database tells it, after carrying the statement out if it only reads."""
    is_postgresql = store.database.engine.dialect.name == "postgresql"
    only_reads = statement.lstrip().upper().startswith("SELECT")
    options = "(ANALYZE, BUFFERS, COSTS OFF)" if only_reads else "(COSTS OFF)"
    explain = f"EXPLAIN {options} " if is_postgresql else "EXPLAIN QUERY PLAN "
    with store.database.read() as session:
        rows = session.connection().exec_driver_sql(explain + statement, parameters).all()
    return "\n".join([" ".join(statement.split()), *(f"    {row[-1]}" for row in rows)])


if __name__ == "__main__":
    sys.exit(typer.run(main))
