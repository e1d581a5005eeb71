"""``watch``: take in what is put into a folder, without the pages."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.commands.errors import CommandError
from studio.commands.interrupts import orderly_interrupt
from studio.commands.options import DataDir, created_store, settings_from, speak_only_of_faults
from studio.commands.terminal import note

if TYPE_CHECKING:
    from studio.watch_folder import Outcome


def watch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where photos, zips and tables are put.")],
    project: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Project of what lies in the folder directly; else the first one.", show_default=False
        ),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Take in what is there and end.")] = False,
    seconds: Annotated[
        float | None,
        typer.Option(min=0.5, help="Seconds between two looks; else MATTELOOP_WATCH_SECONDS.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each file, for scripts.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Take in what is put into a folder, until Ctrl-C.

    What lies in a folder within it that is called like a project is for that project. Files are moved to taken-in,
    duplicates or rejected, and told of in report.csv; see docs/watch-folder.md. A studio with MATTELOOP_WATCH_DIR does
    the same by itself. With --once the exit status is 1 if something was rejected.

    \b
    Examples:
      python app.py watch ~/incoming
      python app.py watch ~/incoming --project Shoes --once --json
    """
    settings = settings_from(data_dir=data_dir, watch_dir=str(folder), watch_seconds=seconds)
    speak_only_of_faults(settings)
    from studio.jobs import open_jobs
    from studio.steady_files import SETTLED
    from studio.watch_folder import Fate, WatchFolder, first_project, one_at_a_time

    watched = settings.watch_folder
    if watched is None or not watched.is_dir():
        raise CommandError(f"there is no folder {folder}: create it first")
    fates: set[Fate] = set()

    def tell(outcome: "Outcome") -> None:
        fates.add(outcome.fate)
        typer.echo(_as_json(outcome) if as_json else _in_words(outcome))

    with created_store(settings) as store, one_at_a_time(store, watched):
        jobs = open_jobs(store, settings.jobs_url.get_secret_value())
        eye = WatchFolder(
            store,
            watched,
            limits=settings.image_limits,
            by=settings.person,
            project_id=first_project(store, project),
            on_photos=jobs.draft,
            on_outcome=tell,
        )
        eye.look()
        if once:
            time.sleep(SETTLED + 0.1)  # whatever changes meanwhile is still on its way
            eye.look()
        else:
            note(f"Watching {watched}. Ctrl-C ends it.")
            with orderly_interrupt("Ends after this file.") as wished:
                while not wished.wait(settings.watch_seconds):
                    eye.look()
    if once and Fate.REJECTED in fates:
        raise typer.Exit(1)


def _in_words(outcome: "Outcome") -> str:
    number = "" if outcome.image_id is None else f" (image {outcome.image_id})"
    return f"{outcome.fate}: {outcome.file}{number}" + (f": {outcome.reason}" if outcome.reason else "")


def _as_json(outcome: "Outcome") -> str:
    told = {
        "file": outcome.file,
        "outcome": outcome.fate.value,
        "image": outcome.image_id,
        "reason": outcome.reason or None,
    }
    return json.dumps(told, ensure_ascii=False)
