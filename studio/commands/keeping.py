"""``backup``, ``restore``, ``doctor`` and ``collect``: the studio's memory on another disk and back, whether it is
sound, and room for more.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.commands.errors import CommandError
from studio.commands.interrupts import INTERRUPTED, orderly_interrupt
from studio.commands.options import (
    AsJson,
    DataDir,
    existing_store,
    has_studio,
    no_studio,
    settings_from,
    speak_only_of_faults,
)
from studio.commands.terminal import StatusLine, complain, print_json, progress_bar

if TYPE_CHECKING:
    from annotation_store.keeping.finding import Finding

FIRST_FINDINGS = 20
"""Of each kind, as many are printed; ``--json`` prints all."""

Say = Callable[[float, str], None]


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New, empty, or the folder of an earlier backup.")],
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read the files of the earlier backup; copy the damaged ones anew.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Back the studio up into a folder, best on another disk.

    People may go on working: the backup shows the studio at one instant. Into the folder of an earlier backup only what
    is new is copied, and the earlier one stays valid until the new one is complete. Ctrl-C stops; the same command goes
    on. The exit status is 0 if everything was saved, 1 if the studio itself has lost files, 130 after Ctrl-C.

    \b
    Examples:
      python app.py backup /mnt/backup/studio
      python app.py backup /mnt/backup/studio --verify
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store.keeping.backup import back_up
    from annotation_store.keeping.tally import size_in_words

    answer = "Stops. The earlier backup, if there is one, is as it was."
    with existing_store(settings) as store, progress(answer) as say:
        report = back_up(store, folder, besides=_kept_besides(), verify=verify, say=say)
    rows, files, blobs = report.manifest.rows, report.manifest.files, report.blobs
    if as_json:
        print_json({"folder": folder, "taken_at": report.manifest.taken_at, "images": rows["images"], **asdict(blobs)})
    else:
        typer.echo(
            f"{rows['images']:,} images backed up to {folder}: {blobs.copied} copied, {blobs.there} there already; "
            f"database and the rest {size_in_words(sum(mark.size for mark in files.values()))}"
        )
    if blobs.lost:
        complain(
            f"{len(blobs.lost)} files could not be saved, since the studio itself has lost them: `python app.py "
            "doctor` says which, and what to do"
        )
        raise typer.Exit(1)


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a backup.")],
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every restored file again, and have the doctor look at the result.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Make a studio of a backup, in an empty place.

    That is the data folder, and, where MATTELOOP_DATABASE_URL is set, an empty database, and, where MATTELOOP_BLOB_URL
    is, an empty place there. Nothing is restored over what is there. A backup of an older version is brought up to this
    one. A restore that was interrupted is no studio; the same command goes on. The exit status is 0 if everything is
    there again, 1 if not, 130 after Ctrl-C.

    \b
    Examples:
      python app.py restore /mnt/backup/studio --data-dir new-studio --verify
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store.keeping.doctor import examine, is_sound
    from annotation_store.keeping.restore import restore as carry_out
    from annotation_store.store import look_into

    url, blob_url = settings.database_url.get_secret_value(), settings.blob_url.get_secret_value()
    with progress("Stops. Give the same command again to go on.") as say:
        report = carry_out(
            folder, settings.data_dir, database_url=url, blob_url=blob_url, besides=_kept_besides(), say=say
        )
    blobs = report.blobs
    moment = report.manifest.taken_at.astimezone()
    images = report.manifest.rows["images"]
    if not as_json:
        typer.echo(
            f"{images:,} images restored to {settings.data_dir}, as of {moment:%Y-%m-%d %H:%M}: {blobs.copied} copied"
        )
    if blobs.lost:
        complain(f"{len(blobs.lost)} files are missing or damaged in the backup: `python app.py doctor` says which")
    sound, found = not blobs.lost, None
    if verify:
        store = look_into(settings.data_dir, database_url=url, blob_url=blob_url)
        try:
            with progress("Stops. What was restored stays.") as say:
                found = list(examine(store, say=say))
        finally:
            store.database.close()
        sound = sound and is_sound(found)
        if not as_json:
            _print(found)
    if as_json:
        findings = None if found is None else [asdict(finding) for finding in found]
        told = {"folder": settings.data_dir, "taken_at": report.manifest.taken_at, "images": images, **asdict(blobs)}
        print_json({**told, "findings": findings})
    if not sound:
        raise typer.Exit(1)


def doctor(
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only see whether files are there, not what is in them.")
    ] = False,
    deep: Annotated[bool, typer.Option("--deep", help="Also open every photo and matte.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Look for damage in all that the studio keeps.

    Nothing is changed, and people may go on working. Every file is read and compared with its name; the database is
    checked, and whether what it says is possible. The exit status is 0 if the studio is sound, 1 if something is
    damaged or could not be looked at, 130 after Ctrl-C.

    \b
    Examples:
      python app.py doctor
      python app.py doctor --quick --json
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store.keeping.doctor import Depth, examine, is_sound
    from annotation_store.store import look_into

    if quick and deep:
        raise CommandError("--quick and --deep exclude each other: choose one")
    if not has_studio(settings):
        raise no_studio(settings)
    store = look_into(
        settings.data_dir,
        database_url=settings.database_url.get_secret_value(),
        blob_url=settings.blob_url.get_secret_value(),
    )
    depth = Depth.QUICK if quick else Depth.DEEP if deep else Depth.USUAL
    try:
        with progress("Stops. Nothing was changed.") as say:
            found = list(examine(store, depth=depth, say=say))
    finally:
        store.database.close()
    if as_json:
        print_json([asdict(finding) for finding in found])
    else:
        _print(found)
    if not is_sound(found):
        raise typer.Exit(1)


def collect(
    *,
    hours: Annotated[
        float, typer.Option(min=1, help="Files younger than this are left alone: somebody may be about to need them.")
    ] = 24,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Delete files that nothing needs any more.

    People may go on working. What nothing needs is set aside first, and deleted when the command is given again after
    the same number of hours; whatever is needed after all until then is found and put back. Best given every night.

    \b
    Examples:
      python app.py collect
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from datetime import timedelta

    from annotation_store.keeping.collecting import collect as carry_out

    with existing_store(settings) as store:
        collected = carry_out(store, grace=timedelta(hours=hours))
    if as_json:
        print_json(asdict(collected))
        return
    typer.echo(f"{collected.set_aside} set aside, {collected.deleted} deleted, {collected.leftovers} left by crashes")


def _kept_besides() -> Sequence[str]:
    """What a person or a training put into the data folder, beside database and blobs."""
    from studio.guidelines import GUIDELINES_FILE

    return (GUIDELINES_FILE, "runs/*/training.log")


@contextmanager
def progress(answer: str) -> Iterator[Say]:
    """A line that tells how far the work is, until Ctrl-C, to which `answer` is given, ends the command."""
    with StatusLine() as line, orderly_interrupt(answer) as wished:

        def say(share: float, text: str) -> None:
            if wished.is_set():
                raise typer.Exit(INTERRUPTED)
            line.show(progress_bar(share, text))

        try:
            yield say
        except KeyboardInterrupt as error:
            raise typer.Exit(INTERRUPTED) from error


def _print(found: "Sequence[Finding]") -> None:
    """The worst first, alike ones together."""
    from annotation_store.keeping.doctor import is_sound
    from annotation_store.keeping.finding import Severity

    order = list(Severity)
    in_order = sorted(found, key=lambda finding: (order.index(finding.severity), finding.check))
    for (severity, _), group in groupby(in_order, key=lambda finding: (finding.severity, finding.check)):
        alike = list(group)
        for finding in alike[:FIRST_FINDINGS]:
            typer.echo(f"{severity}: {finding.message}")
        if len(alike) > FIRST_FINDINGS:
            typer.echo(f"{severity}: ... and {len(alike) - FIRST_FINDINGS:,} more of this kind (--json prints all)")
    counts = {severity: sum(finding.severity is severity for finding in found) for severity in order}
    if is_sound(found):
        notices = counts[Severity.NOTICE]
        typer.echo("sound" + (f", {notices} {'notice' if notices == 1 else 'notices'}" if notices else ""))
    else:
        typer.echo(", ".join(f"{count:,} {severity}" for severity, count in counts.items() if count))
