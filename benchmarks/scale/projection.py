"""From what one photo and one stroke cost to a studio of any size: machines, disk, network, and what they cost.

    python -m benchmarks.scale.projection [--inputs FILE] [--megapixels 12] [--markdown] [--json]

Nothing is measured here. Inputs are the figures of `benchmarks.scale.inputs` (``inputs.json`` beside this file, unless
another is given), what is assumed of people, machines and prices (`assumptions.py`; each has an option), and the
studios below. What an operator waits for comes from a simulation of an hour (`simulation.py`), the rest from sums that
docs/sizing.md spells out.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from benchmarks.scale.assumptions import Assumptions
from benchmarks.scale.photo_cost import PhotoCost
from benchmarks.scale.simulation import Load, Outcome, exponential, fixed, simulate, spread_out
from studio.commands.terminal import table

INPUTS = Path(__file__).with_name("inputs.json")
STRETCH = 3600.0
"""Simulated seconds."""
MOST_WEBS = 64


@dataclass(frozen=True, slots=True)
class StudioSize:
    """photos: that the studio is to hold in the end. operators: who correct at once."""

    name: str
    photos: int
    operators: int


SIZES = (StudioSize("small", 20_000, 2), StudioSize("medium", 200_000, 10), StudioSize("large", 1_000_000, 50))


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that was measured. where: day, processor and load."""

    sizes: tuple[Mapping[str, float], ...]
    stroke_row_bytes: float
    photo_row_bytes: float
    connections: int
    where: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> "Inputs":
        """Raises OSError, KeyError or ValueError if it is no such file."""
        told = json.loads(path.read_text("utf-8"))
        sizes = tuple(sorted(told.pop("sizes"), key=lambda size: size["megapixels"]))
        return cls(sizes=sizes, **told)

    def of(self, megapixels: float) -> PhotoCost:
        """Between the measured sizes in a straight line; beyond them as for the nearest, times the megapixels."""
        known = [size["megapixels"] for size in self.sizes]
        beyond = megapixels / min(max(megapixels, known[0]), known[-1])

        def between(name: str) -> float:
            return beyond * float(np.interp(megapixels, known, [size[name] for size in self.sizes]))

        return PhotoCost(**{name: between(name) for name in PhotoCost.__dataclass_fields__})


@dataclass(frozen=True, slots=True)
class Projection:
    """Of one studio. *_gb: 10^9 bytes. Rates by the second are of working hours, drafts spread over the whole day."""

    seconds_per_photo: float
    photos_per_day: float
    working_days: float
    drafting_cores: int
    drafting_gpus: int
    strokes_per_s: float
    web_processes: int
    stroke_p50_ms: float
    stroke_p95_ms: float
    stroke_p99_ms: float
    pen_load: float
    pen_wait_p95_ms: float
    transactions_per_s: float
    connections: int
    blobs_gb: float
    tables_gb: float
    blobs_gb_per_year: float
    tables_gb_per_year: float
    network_gb_per_day: float
    network_peak_mbit: float
    cost_per_month: float
    cost_per_photo: float


def project(studio: StudioSize, inputs: Inputs, assumed: Assumptions) -> Projection:
    """Raises ValueError where no number of web processes keeps the wait for a stroke below what is wanted."""
    cost = inputs.of(assumed.megapixels)
    seconds_per_photo = (
        assumed.opening_seconds + assumed.strokes * assumed.stroke_seconds + assumed.area_seconds * assumed.painted_area
    )
    day_seconds = assumed.hours_per_day * 3600
    photos_per_day = studio.operators * day_seconds / seconds_per_photo
    draft_seconds_per_day = photos_per_day * cost.draft_cpu_seconds / assumed.use
    webs, outcome = _web_processes(studio, cost, assumed, drafts_per_s=photos_per_day / 86_400)
    drafting_cores = math.ceil(draft_seconds_per_day / 86_400)
    blob_bytes = cost.photo_bytes + cost.thumbnail_bytes + assumed.revisions * cost.matte_bytes
    table_bytes = inputs.photo_row_bytes + assumed.strokes * inputs.stroke_row_bytes
    photos_per_year = min(studio.photos, photos_per_day * assumed.days_per_year)
    per_photo = (
        2 * cost.photo_bytes  # in, and out again to whoever drafts
        + assumed.revisions * cost.matte_bytes
        + cost.photo_bytes
        + cost.matte_bytes  # out to the web process that opens it
        + cost.screen_bytes
        + assumed.strokes * cost.answer_bytes
    )
    workers = drafting_cores  # one process each
    monthly = (
        (drafting_cores + webs + assumed.database_cores) * assumed.core_month
        + studio.photos * blob_bytes / 1e9 * assumed.object_gb_month
        + studio.photos * table_bytes / 1e9 * assumed.disk_gb_month * (1 + assumed.backups)
        + photos_per_day
        * assumed.days_per_year
        / 12
        * (cost.screen_bytes + assumed.strokes * cost.answer_bytes)
        / 1e9
        * assumed.egress_gb
    )
    return Projection(
        seconds_per_photo=seconds_per_photo,
        photos_per_day=photos_per_day,
        working_days=studio.photos / photos_per_day,
        drafting_cores=drafting_cores,
        drafting_gpus=math.ceil(draft_seconds_per_day / assumed.gpu_times / 86_400),
        strokes_per_s=outcome.strokes_per_s,
        web_processes=webs,
        stroke_p50_ms=outcome.p50_ms,
        stroke_p95_ms=outcome.p95_ms,
        stroke_p99_ms=outcome.p99_ms,
        pen_load=outcome.pen_load,
        pen_wait_p95_ms=outcome.pen_wait_p95_ms,
        transactions_per_s=outcome.strokes_per_s + _other_writes(studio, assumed, photos_per_day / 86_400),
        connections=(webs + workers) * inputs.connections,
        blobs_gb=studio.photos * blob_bytes / 1e9,
        tables_gb=studio.photos * table_bytes / 1e9,
        blobs_gb_per_year=photos_per_year * blob_bytes / 1e9,
        tables_gb_per_year=photos_per_year * table_bytes / 1e9,
        network_gb_per_day=photos_per_day * per_photo / 1e9,
        network_peak_mbit=8 * photos_per_day * per_photo / day_seconds / 1e6 * assumed.peak,
        cost_per_month=monthly,
        cost_per_photo=monthly * 12 / assumed.days_per_year / photos_per_day,
    )


def stroke_load(operators: int, webs: int, cost: PhotoCost, assumed: Assumptions, *, other_writes: float = 0.0) -> Load:
    """Of operators who pause between strokes, and for a photo between photos; services vary as `assumed` says."""
    pause = assumed.stroke_seconds + assumed.opening_seconds / assumed.strokes
    return Load(
        operators=operators,
        webs=webs,
        pause=exponential(pause),
        pen=exponential(cost.pen_seconds),
        model=spread_out(cost.stroke_cpu_seconds + assumed.http_seconds, assumed.spread),
        other_writes=other_writes,
        other_pen=fixed(cost.draft_pen_seconds / assumed.draft_writes),
    )


def _web_processes(
    studio: StudioSize, cost: PhotoCost, assumed: Assumptions, *, drafts_per_s: float
) -> tuple[int, Outcome]:
    """The fewest with which the slowest twentieth of the strokes is quick enough."""
    others = _other_writes(studio, assumed, drafts_per_s)
    for webs in range(1, MOST_WEBS + 1):
        outcome = simulate(stroke_load(studio.operators, webs, cost, assumed, other_writes=others), seconds=STRETCH)
        if outcome.p95_ms <= assumed.wanted_p95_ms:
            return webs, outcome
    raise ValueError(
        f"with {studio.operators} operators a stroke takes more than {assumed.wanted_p95_ms:.0f} ms, however many web "
        "processes there are: the pen, or a single stroke, takes too long"
    )


def _other_writes(studio: StudioSize, assumed: Assumptions, drafts_per_s: float) -> float:
    """Transactions a second besides strokes: of drafts, and of desks (the next photo, working time, a decision)."""
    photos_per_s = drafts_per_s * 24 / assumed.hours_per_day
    return drafts_per_s * assumed.draft_writes + photos_per_s * assumed.desk_writes + studio.operators / 30


def main(
    inputs: Annotated[Path, typer.Option(help="Figures of `benchmarks.scale.inputs`.")] = INPUTS,
    megapixels: Annotated[float, typer.Option(help="Of a photo.")] = Assumptions().megapixels,
    photos: Annotated[int | None, typer.Option(help="Of a studio of your own, instead of the three.")] = None,
    operators: Annotated[int, typer.Option(help="Of that studio.")] = 10,
    assume: Annotated[list[str] | None, typer.Option(help="NAME=NUMBER: another assumption.")] = None,
    only_measured: Annotated[bool, typer.Option("--measured", help="Print the inputs instead.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="A table for a document.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="End with one JSON line.")] = False,
) -> None:
    """Print what each studio needs."""
    changed = {name: float(value) for name, _, value in (each.partition("=") for each in assume or ())}
    assumed = replace(Assumptions(), megapixels=megapixels, **changed)
    sizes = SIZES if photos is None else (StudioSize("yours", photos, operators),)
    measured = Inputs.read(inputs)
    if only_measured:
        typer.echo(measured_as_markdown(measured))
        return
    found = {size.name: project(size, measured, assumed) for size in sizes}
    typer.echo(as_markdown(sizes, found) if markdown else _as_table(sizes, found))
    if as_json:
        typer.echo(json.dumps({name: asdict(each) for name, each in found.items()}))


def as_markdown(sizes: tuple[StudioSize, ...], found: Mapping[str, Projection]) -> str:
    """Rows of figures, a column for each studio."""
    head, *rows = _rows(sizes, found)
    lines = [head, ["---"] + ["---:"] * len(sizes), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def measured_as_markdown(inputs: Inputs) -> str:
    """What was measured, a column for each size of photo, and where."""
    rows = [
        ("", *(f"{size['megapixels']:g} MP" for size in inputs.sizes)),
        ("---", *("---:" for _ in inputs.sizes)),
        *(
            (label, *(f"{size[name] * times:{form}}" for size in inputs.sizes))
            for label, name, times, form in (
                ("a draft, CPU-seconds", "draft_cpu_seconds", 1, ".1f"),
                ("a stroke, CPU-milliseconds", "stroke_cpu_seconds", 1000, ".0f"),
                ("a stroke has the pen, ms", "pen_seconds", 1000, ".1f"),
                ("all writing of a draft has the pen, ms", "draft_pen_seconds", 1000, ".1f"),
                ("photo (JPEG), MB", "photo_bytes", 1e-6, ".2f"),
                ("trimap and alpha of one revision, MB", "matte_bytes", 1e-6, ".2f"),
                ("opening it in a browser, MB", "screen_bytes", 1e-6, ".2f"),
                ("answer to a stroke, KB", "answer_bytes", 1e-3, ".1f"),
            )
        ),
    ]
    where = inputs.where
    return "\n".join(
        [
            *(f"| {' | '.join(row)} |" for row in rows),
            "",
            f"Rows in PostgreSQL: {inputs.photo_row_bytes:.0f} bytes for a photo and {inputs.stroke_row_bytes:.0f} "
            f"for a stroke, indexes included. {inputs.connections} connections for each process at most. Measured on "
            f"{where['day']} on {where['processor']}, {where['load']}, one thread.",
        ]
    )


def _as_table(sizes: tuple[StudioSize, ...], found: Mapping[str, Projection]) -> str:
    head, *rows = _rows(sizes, found)
    return table(head, rows, right=range(1, len(sizes) + 1))


def _rows(sizes: tuple[StudioSize, ...], found: Mapping[str, Projection]) -> list[list[str]]:
    def row(label: str, name: str, form: str) -> list[str]:
        return [label, *(form.format(getattr(found[size.name], name)) for size in sizes)]

    return [
        ["", *(size.name for size in sizes)],
        ["photos in the end", *(f"{size.photos:,}" for size in sizes)],
        ["operators at once", *(f"{size.operators}" for size in sizes)],
        row("photos a day", "photos_per_day", "{:,.0f}"),
        row("working days for all", "working_days", "{:,.0f}"),
        row("cores that draft", "drafting_cores", "{}"),
        row("or GPUs (assumed speed)", "drafting_gpus", "{}"),
        row("strokes a second", "strokes_per_s", "{:.1f}"),
        row("web processes, a core each", "web_processes", "{}"),
        row("a stroke, median", "stroke_p50_ms", "{:.0f} ms"),
        row("a stroke, p95", "stroke_p95_ms", "{:.0f} ms"),
        row("a stroke, p99", "stroke_p99_ms", "{:.0f} ms"),
        row("the pen is in use", "pen_load", "{:.1%}"),
        row("wait for the pen, p95", "pen_wait_p95_ms", "{:.1f} ms"),
        row("transactions that write, a second", "transactions_per_s", "{:.1f}"),
        row("connections to PostgreSQL, at most", "connections", "{}"),
        row("blobs in the end", "blobs_gb", "{:,.0f} GB"),
        row("tables in the end", "tables_gb", "{:,.1f} GB"),
        row("blobs a year", "blobs_gb_per_year", "{:,.0f} GB"),
        row("tables a year", "tables_gb_per_year", "{:,.1f} GB"),
        row("network, a day", "network_gb_per_day", "{:,.0f} GB"),
        row("network, peak", "network_peak_mbit", "{:,.0f} Mbit/s"),
        row("a month (assumed prices)", "cost_per_month", "{:,.0f}"),
        row("a photo (assumed prices)", "cost_per_photo", "{:.4f}"),
    ]


if __name__ == "__main__":
    typer.run(main)
