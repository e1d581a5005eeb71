"""``blobs``: where photos and mattes lie."""

from contextlib import suppress
from dataclasses import asdict
from typing import Annotated

import typer

from studio.commands.keeping import progress
from studio.commands.options import AsJson, DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import complain, print_json

blobs = typer.Typer(no_args_is_help=True)


@blobs.callback()
def _several() -> None:
    """Bring photos, mattes and models to an object store, or back.

    \b
    Examples:
      python app.py blobs move s3://bucket/studio
    """


@blobs.command()
def move(
    to: Annotated[str, typer.Argument(metavar="ADDRESS", help="s3://BUCKET/FOLDER, or the word folder.")],
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read what is there already; copy the damaged anew.")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Copy photos, mattes and models to where they are to lie from now on.

    While people work, this brings most of them. Stop the studio then, and give the same command again: it brings the
    rest, and says to what MATTELOOP_BLOB_URL is to be set. Nothing is deleted where they were. Ctrl-C stops; the same
    command goes on. The exit status is 0 if all are there, 1 if not, 130 after Ctrl-C.

    \b
    Examples:
      python app.py blobs move s3://bucket/studio
      python app.py blobs move folder
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from filelock import FileLock, Timeout

    from annotation_store.keeping.moving import FOLDER, move_blobs
    from studio.worker_lock import LOCK_FILE

    with existing_store(settings) as store:
        lock = FileLock(store.folder / LOCK_FILE)
        with suppress(Timeout):
            lock.acquire(blocking=False)
        with progress("Stops. Give the same command again to go on.") as say:
            report = move_blobs(store, to, alone=lock.is_locked, verify=verify, say=say)
        was_alone = lock.is_locked
        lock.release()
    if as_json:
        print_json({"to": to, "complete": report.complete, **asdict(report.blobs)})
    else:
        typer.echo(f"{report.blobs.copied} copied to {to}, {report.blobs.there} there already")
    if report.blobs.lost:
        complain(f"{len(report.blobs.lost)} files are lost where they were: `python app.py doctor` says which")
    elif not was_alone:
        complain("the studio is at work, so more may come: stop it, and give the same command again")
    elif not report.complete:
        complain("more came meanwhile: see that nothing works on the studio, and give the same command again")
    elif not as_json:
        typer.echo(f"all are there: now set MATTELOOP_BLOB_URL={'' if to == FOLDER else to}")
    if not report.complete:
        raise typer.Exit(1)
