"""``workers``: who works in the background of a studio, on which computers."""

from typing import TYPE_CHECKING

import typer

from studio.commands.options import AsJson, DataDir, existing_store, settings_from, speak_only_of_faults
from studio.commands.terminal import print_json, table

if TYPE_CHECKING:
    from datetime import datetime


def workers(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """List the processes that draft and train for a studio, on whatever computer.

    One that ends says so; one that was killed stands here until another one notices, a minute at most on another
    computer. Moments are in UTC.

    \b
    Examples:
      python app.py workers
      python app.py workers --json
    """
    settings = settings_from(data_dir=data_dir)
    speak_only_of_faults(settings)
    from annotation_store.workers.workers import list_workers, photos_in_work

    with existing_store(settings) as store:
        found, photos = list_workers(store), photos_in_work(store)
    if as_json:
        print_json(
            [
                {
                    "worker": worker.id,
                    "name": worker.name,
                    "host": worker.host,
                    "pid": worker.pid,
                    "since": worker.began_at.isoformat(),
                    "heard": worker.seen_at.isoformat(),
                    "photos": photos.get(worker.id, 0),
                }
                for worker in found
            ]
        )
        return
    if not found:
        typer.echo("Nobody works in the background: open the studio, or start `python app.py worker`.")
        return
    header = ["Worker", "What", "Computer", "Process", "Since", "Heard", "Photos in work"]
    rows = [
        [
            str(worker.id),
            worker.name,
            worker.host,
            str(worker.pid),
            _moment(worker.began_at),
            _moment(worker.seen_at),
            str(photos.get(worker.id, 0)),
        ]
        for worker in found
    ]
    typer.echo(table(header, rows, right=[0, 3, 6]))


def _moment(at: "datetime") -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
