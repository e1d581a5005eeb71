"""``pilot``: small trials that tell what drafts are worth, and their reports."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from studio.commands import completion
from studio.commands.errors import CommandError
from studio.commands.options import AsJson, DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import note, print_json, table
from studio.commands.whole_files import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from annotation_store.records import PilotRecord
    from annotation_store.store import Store
    from studio.settings import Settings

pilot = typer.Typer(
    help="""Small trials that tell what drafts are worth: begin, list, finish, report.

Works on the data folder itself, beside the studio or without it; see docs/pilot.md.

\b
Examples:
  python app.py pilot begin "Autumn catalogue" --photos 40
  python app.py pilot report 1 --out report.pdf
""",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Number of the pilot, as `list` shows it.")]


@pilot.command()
def begin(
    name: Annotated[str, typer.Argument(metavar="NAME", help="How the report is headed.")],
    photos: Annotated[int, typer.Option(min=1, help="How many photos, by lot; 30 to 100 are best.")] = 40,
    blank_percent: Annotated[int, typer.Option(min=1, max=99, help="Percent of them without a draft.")] = 33,
    tag: Annotated[str | None, typer.Option(help="Only photos with this tag.", show_default=False)] = None,
    project: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="In which project; may be left out where there is one only.",
            show_default=False,
            autocompletion=completion.project_names,
        ),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Deal photos out by lot, some of them without their draft. The queue hands them out from now on.

    \b
    Examples:
      python app.py pilot begin "Autumn catalogue"
      python app.py pilot begin "Hair" --tag hair --photos 60 --blank-percent 50
    """
    from annotation_store.pilots import choosing, pilots

    with _store(data_dir) as (settings, store):
        project_id = _project(store, project)
        able = choosing.candidates(store, project_id, tag=tag)
        begun = pilots.begin_pilot(
            store,
            project_id,
            name=name,
            image_ids=choosing.propose(able, photos),
            blank_share=blank_percent / 100,
            by=settings.person,
        )
        told = _told(store, begun)
    if as_json:
        print_json(told)
        return
    typer.echo(f"Pilot {begun.id}, “{begun.name}”, has begun with {told['images']} photos.")


@pilot.command("list")
def list_all(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List all pilots and how far they are, the newest first.

    \b
    Examples:
      python app.py pilot list
      python app.py pilot list --json
    """
    from annotation_store.pilots import pilots

    with _store(data_dir) as (_, store):
        told = [_told(store, each) for each in pilots.list_pilots(store)]
    if as_json:
        print_json(told)
        return
    columns = ("number", "name", "state", "images", "approved")
    rows = [[str(each[name]) for name in columns] for each in told]
    typer.echo(table(("Number", "Name", "State", "Photos", "Approved"), rows, right=(0, 3, 4)))


@pilot.command()
def finish(number: Number, data_dir: DataDir = None) -> None:
    """End a pilot and keep its report. What is not approved by then is told there as missing.

    \b
    Examples:
      python app.py pilot finish 1
    """
    from annotation_store.money.rate_card import current_card
    from annotation_store.pilots import pilots

    with _store(data_dir) as (settings, store):
        card = current_card(store)
        ended = pilots.finish_pilot(store, number, by=settings.person, card=card, idle_seconds=settings.idle_seconds)
    typer.echo(f"“{ended.name}” is finished. Its report: pilot report {number} --out report.pdf")


@pilot.command("call-off")
def call_off(number: Number, data_dir: DataDir = None) -> None:
    """End a pilot without a report. Untouched photos have their drafts back.

    \b
    Examples:
      python app.py pilot call-off 1
    """
    from annotation_store.pilots import pilots

    with _store(data_dir) as (settings, store):
        ended = pilots.call_off_pilot(store, number, by=settings.person)
    typer.echo(f"“{ended.name}” is called off.")


@pilot.command()
def report(
    number: Number,
    out: Annotated[
        Path | None,
        typer.Option(help="File ending in .html, .pdf or .csv.  [default: print the verdict]", show_default=False),
    ] = None,
    language: Annotated[Literal["en", "ja"], typer.Option(help="Of the report.")] = "en",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Write the report of a finished pilot, or print its verdict.

    \b
    Examples:
      python app.py pilot report 1
      python app.py pilot report 1 --out report.pdf --language ja
      python app.py pilot report 1 --json
    """
    from studio.reports.document import Verdict
    from studio.reports.pilot_document import pilot_document
    from studio.reports.pilot_files import PilotFile, kept_report, pilot_file

    form = None if out is None else out.suffix.removeprefix(".").lower()
    if form is not None and form not in set(PilotFile):
        raise CommandError(f"{out} is none of the kinds there are: end its name in .html, .pdf or .csv")
    with _store(data_dir) as (settings, store):
        kept = kept_report(store, number)
        if as_json:
            print_json(kept.as_json())
        if out is not None and form is not None:
            data = pilot_file(store, number, PilotFile(form), language=language, zone=settings.zone)
            with whole_file(out) as file:
                file.write(data)
            note(f"{out} has the report.")
        elif not as_json:
            blocks = pilot_document(kept, language=language, zone=settings.zone).blocks
            verdict = next(block for block in blocks if isinstance(block, Verdict))
            typer.echo(f"{verdict.text}\n{verdict.why}")


@contextmanager
def _store(data_dir: Path | None) -> "Iterator[tuple[Settings, Store]]":
    """The settings and the store of the data folder. Raises CommandError if there is none."""
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    with existing_store(settings) as store:
        yield settings, store


def _project(store: "Store", name: str | None) -> int:
    """Raises CommandError if it has to be named, NotFoundError if there is none of this name."""
    from annotation_store.projects import list_projects, project_named

    if name is not None:
        return project_named(store, name).id
    open_ones = [project for project in list_projects(store) if project.archived_at is None]
    if len(open_ones) != 1:
        raise CommandError("there is more than one project: name one with --project")
    return open_ones[0].id


def _told(store: "Store", record: "PilotRecord") -> dict[str, Any]:
    from annotation_store.pilots.pilot_progress import progress_of

    progress = progress_of(store, record.id)
    return {
        "number": record.id,
        "name": record.name,
        "state": record.state.value,
        "images": progress.images,
        "approved": progress.approved,
        "blank_share": record.blank_share,
        "created_at": f"{record.created_at:%Y-%m-%dT%H:%M:%SZ}",
    }
