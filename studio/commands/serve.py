"""``serve``: the studio itself; ``worker``: what works in its background, alone."""

from contextlib import suppress
from typing import Annotated

import typer

from studio.commands.options import TAKE_IN_FIRST, DataDir, has_studio, no_studio, settings_from


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else MATTELOOP_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on, 0 for any free one; else MATTELOOP_PORT.")
    ] = None,
    accounts: Annotated[
        bool | None, typer.Option("--accounts", help="Have people sign in; else MATTELOOP_ACCOUNTS.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Open the studio, until Ctrl-C. This is the default.

    \b
    Examples:
      python app.py
      python app.py serve --port 8080 --data-dir ~/matting
      python app.py serve --accounts --host 192.168.1.20
    """
    settings = settings_from(host=host, port=port, accounts=accounts, data_dir=data_dir)
    from studio.web import serve as serve_pages

    serve_pages(settings)


def worker(data_dir: DataDir = None) -> None:
    """Do the studio's background work without its pages, until Ctrl-C.

    That is to draft what comes in, and to carry out trainings, also those that begin by themselves. The pages have a
    worker of their own; this is for when they are closed. Ctrl-C ends after the present image; a training goes on where
    it was when there is a worker again. A folder has one worker at a time: the exit status is 1 if it has one already.

    \b
    Examples:
      python app.py worker
      python app.py worker --data-dir ~/matting
    """
    settings = settings_from(data_dir=data_dir)
    if not has_studio(settings):
        raise no_studio(settings, how=TAKE_IN_FIRST)
    from studio.logs import configure_logs
    from studio.worker import end_at_once, work_alone

    configure_logs(settings)
    with suppress(KeyboardInterrupt):  # before there is anything to end in order, or the second one
        work_alone(settings)
    end_at_once()
