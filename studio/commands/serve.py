"""``serve``: the studio itself."""

from typing import Annotated

import typer

from studio.commands.options import DataDir, settings_from


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; else MATTELOOP_HOST.")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on, 0 for any free one; else MATTELOOP_PORT.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Open the studio, until Ctrl-C. This is the default.

    \b
    Examples:
      python app.py
      python app.py serve --port 8080 --data-dir ~/matting
    """
    settings = settings_from(host=host, port=port, data_dir=data_dir)
    from studio.web import serve as serve_pages

    serve_pages(settings)
