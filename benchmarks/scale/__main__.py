"""What does a second process bring? Drafts a second by worker processes, strokes a second by web processes.

    python -m benchmarks.scale [--rounds 3] [--photos 24] [--megapixels 1.0] [--operators 8] [--seconds 15] [--json]

Real parts: a PostgreSQL of its own, blobs in one place, `python app.py worker` and `python app.py serve`, each with a
data folder of its own and one thread for its models. In each round one process and two take turns in being the first.
Drafts: of photos as `batch_draft` makes them, by the moments that the store has noted. Strokes: by operators over HTTP,
without a rest between them, so that what is measured is what the processes can do. `--routing any` sends each stroke to
any web process, as a proxy without any stickiness does; each of them then has to follow what the others have changed.
`--routing sticky` keeps an operator at one.

What is measured is of this computer: two processes can only be twice as fast where two more cores are free for them,
beside database and operators. The output says how many there are, and how busy; and what the simulation makes of the
same strokes where each process has a core, which is to be held against one process here.

The last line with ``--json``: ``{"drafts_per_s": {"1": ..., "2": ...}, "strokes_per_s": {"1": ..., "2": ...}}``,
medians of the rounds, by number of processes.
"""

import json
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.scale.drafting_rate import measure_drafting
from benchmarks.scale.load import told_load
from benchmarks.scale.postgresql import own_postgresql
from benchmarks.scale.simulation import Load, exponential, simulate
from benchmarks.scale.stroke_rate import measure_strokes
from benchmarks.scale.studio_place import StudioPlace, new_studio, own_bucket
from studio.commands.terminal import note, table

PROCESSES = (1, 2)
SIMULATED_SECONDS = 3600.0


class Blobs(StrEnum):
    """Where photos and mattes lie."""

    FOLDER = "folder"
    S3 = "s3"


class Routing(StrEnum):
    """Which web process a stroke is sent to."""

    ANY = "any"
    STICKY = "sticky"


def main(
    rounds: Annotated[int, typer.Option(min=1, help="Of all that is measured.")] = 3,
    photos: Annotated[int, typer.Option(min=4, help="Drafted in one round by one process, and by two.")] = 24,
    megapixels: Annotated[float, typer.Option(min=0.05, help="Of each photo.")] = 1.0,
    operators: Annotated[int, typer.Option(min=1, help="Who draw at once.")] = 8,
    seconds: Annotated[float, typer.Option(min=1, help="Of strokes, in one round.")] = 15.0,
    pause: Annotated[float, typer.Option(min=0, help="Mean seconds from an answer to the next stroke.")] = 0.0,
    routing: Annotated[Routing, typer.Option(help="Which web process a stroke is sent to.")] = Routing.ANY,
    blobs: Annotated[Blobs, typer.Option(help="Where photos and mattes lie.")] = Blobs.FOLDER,
    quick: Annotated[bool, typer.Option("--quick", help="One short round, to see that it works.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON line.")] = False,
) -> None:
    """Print the figures."""
    if quick:
        rounds, photos, megapixels, operators, seconds = 1, 4, 0.1, 2, 3.0
    drafting: dict[int, list[dict[str, Any]]] = {number: [] for number in PROCESSES}
    strokes: dict[int, list[dict[str, Any]]] = {number: [] for number in PROCESSES}
    loads = [told_load()]
    with own_postgresql() as server_url, own_bucket() if blobs is Blobs.S3 else nullcontext() as endpoint:
        for turn in range(rounds):
            for number in PROCESSES if turn % 2 == 0 else PROCESSES[::-1]:
                note(f"round {turn + 1} of {rounds}, {number} of each kind of process")
                with _studio(server_url, endpoint) as place:
                    rate = measure_drafting(place, workers=number, photos=photos, megapixels=megapixels)
                    drafting[number].append(asdict(rate))
                with _studio(server_url, endpoint) as place:
                    strokes[number].append(
                        asdict(
                            measure_strokes(
                                place,
                                webs=number,
                                operators=operators,
                                seconds=seconds,
                                megapixels=megapixels,
                                sticky=routing is Routing.STICKY,
                                pause=pause,
                            )
                        )
                    )
            loads.append(told_load())
    typer.echo(f"Drafting {photos} photos of {megapixels} megapixels, blobs in: {blobs}")
    typer.echo(_figures(drafting))
    typer.echo(f"\n{operators} operators, routing: {routing}")
    typer.echo(_figures(strokes))
    by_number = (f"{_simulated(rows, number, operators, pause):.1f} by {number}" for number, rows in strokes.items())
    typer.echo(f"Simulated strokes a second, with a core for each process: {', '.join(by_number)}")
    typer.echo(f"\nMedian of {rounds} rounds (least to most). Before and after each round: {'; '.join(loads)}.")
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "drafts_per_s": _medians(drafting, "drafts_per_s"),
                    "strokes_per_s": _medians(strokes, "strokes_per_s"),
                }
            )
        )


@contextmanager
def _studio(server_url: str, endpoint: str | None) -> Iterator[StudioPlace]:
    with (
        tempfile.TemporaryDirectory(prefix="scale-", ignore_cleanup_errors=True) as folder,
        new_studio(Path(folder), server_url=server_url, endpoint=endpoint) as place,
    ):
        yield place


def _simulated(measured: list[dict[str, Any]], webs: int, operators: int, pause: float) -> float:
    """Strokes a second where nobody else needs the processes' cores, by what a stroke has cost here."""
    cpu, pen = (statistics.median(each[name] for each in measured) / 1000 for name in ("cpu_web_ms", "pen_held_ms"))
    load = Load(operators, webs, pause=exponential(pause), pen=exponential(pen), model=exponential(cpu))
    return simulate(load, seconds=SIMULATED_SECONDS).strokes_per_s


def _figures(measured: dict[int, list[dict[str, Any]]]) -> str:
    names = list(next(iter(measured.values()))[0])
    rows = [(name, *(_spread([each[name] for each in measured[number]]) for number in PROCESSES)) for name in names]
    return table(("Figure", *(f"{number} process{'es' * (number > 1)}" for number in PROCESSES)), rows)


def _spread(values: Sequence[Any]) -> str:
    if isinstance(values[0], tuple):
        return ", ".join("/".join(map(str, each)) for each in values)
    return f"{statistics.median(values):.3g} ({min(values):.3g} to {max(values):.3g})"


def _medians(measured: dict[int, list[dict[str, Any]]], name: str) -> dict[str, float]:
    return {str(number): round(statistics.median(each[name] for each in rows), 3) for number, rows in measured.items()}


if __name__ == "__main__":
    typer.run(main)
