"""``insights``: what the studio is worth, in figures: time, quality, money, machines."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.commands.errors import CommandError
from studio.commands.options import AsJson, DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import note, print_json, table

if TYPE_CHECKING:
    from studio.i18n import Words
    from studio.insights.sheet import Sheet
    from studio.tables import Table

_TOPICS = ("time", "quality", "money", "compute")
_BY = ("tag", "model", "project", "person", "week")


def insights(
    topic: Annotated[str, typer.Argument(metavar="|".join(_TOPICS), help="What to tell of.")] = "time",
    *,
    project: Annotated[
        str | None, typer.Option(metavar="NAME", help="One project; else all.", show_default=False)
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="First day of approval.", show_default=False),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="Last day of approval.", show_default=False),
    ] = None,
    tag: Annotated[str | None, typer.Option(help="Images with this tag.", show_default=False)] = None,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Version that made the draft.", show_default=False)
    ] = None,
    by: Annotated[str, typer.Option(metavar="|".join(_BY), help="What to compare.")] = "tag",
    currency: Annotated[
        str | None, typer.Option(metavar="JPY|USD|EUR", help="Of money; else the rate card's.", show_default=False)
    ] = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a table there as CSV.", show_default=False)
    ] = None,
    which: Annotated[str, typer.Option("--table", metavar="KEY", help="Which table.")] = "groups",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Tell what the studio is worth: working time, quality of drafts, money saved, machines.

    The same figures as on the page Insights. Those of single people are told only for projects that show them.

    \b
    Examples:
      python app.py insights
      python app.py insights money --since 2026-04-01 --currency JPY
      python app.py insights quality --by model --json
      python app.py insights time --table weeks --csv weeks.csv
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store.insights.grouping import Dimension
    from annotation_store.money.currencies import Currency
    from annotation_store.projects import project_named
    from studio.i18n import Words
    from studio.insights.asking import Asked, Topic, model_called
    from studio.insights.insights import Insights
    from studio.sign_in.visitor import local_user
    from studio.tables import table_csv

    _check("topic", topic, _TOPICS)
    _check("--by", by, _BY)
    _check("--currency", currency or "USD", [each.value for each in Currency])
    words = Words()
    with existing_store(settings) as store:
        asked = Asked(
            project=None if project is None else project_named(store, project).id,
            since=None if since is None else since.date(),
            until=None if until is None else until.date(),
            tag=tag,
            model=None if model is None else model_called(store, model),
            by=Dimension(by),
            currency=None if currency is None else Currency(currency),
        )
        figures = Insights(store, zone=settings.zone, idle_seconds=settings.idle_seconds)
        sheet = figures.sheet(Topic(topic), asked, local_user(settings.person), words)
    if csv is not None:
        csv.write_bytes(table_csv(sheet.table(which)))
        note(f"Written: {csv}")
    if as_json:
        print_json(sheet.as_json())
    elif csv is None:
        typer.echo(_in_words(sheet, words))


def _check(name: str, value: str, allowed: "list[str] | tuple[str, ...]") -> None:
    if value not in allowed:
        raise CommandError(f"{name} cannot be {value!r}: choose one of {', '.join(allowed)}")


def _in_words(sheet: "Sheet", words: "Words") -> str:
    rows = [(tile.column.title, tile.written(words), tile.range_written(words), tile.formula) for tile in sheet.tiles]
    parts = [
        f"{sheet.images:,} approved images",
        table(("Figure", "Value", "Range", "Formula"), rows, right=(1,)),
        *sheet.notes,
    ]
    parts += [_listed(each, words) for each in sheet.tables if each.rows and each.key != "weeks"]
    return "\n\n".join(parts)


def _listed(of: "Table", words: "Words") -> str:
    """Without columns that say nothing of any row."""
    from studio.tables import Form, write

    shown = [place for place in range(len(of.head)) if any(row[place] is not None for row in of.rows)]
    rows = [tuple(write(row[place], of.head[place], words) for place in shown) for row in of.rows]
    right = [at for at, place in enumerate(shown) if of.head[place].form is not Form.TEXT]
    return f"{of.key}:\n{table([of.head[place].title for place in shown], rows, right=right)}"
