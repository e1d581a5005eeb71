"""``serve``: the studio itself."""

from typing import Annotated

import typer

from studio.commands.options import DataDir, settings_from


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
