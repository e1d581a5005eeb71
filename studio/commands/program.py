"""The program around the commands: none given means serve, and a foreseen error is a sentence, not a traceback."""

from typing import Any

import typer
from typer.core import TyperGroup

from matting_core.errors import MattingError
from studio.commands.terminal import complain

DEFAULT_COMMAND = "serve"


class Program(TyperGroup):
    """The group of all commands."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: typer.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MattingError as error:
            complain(str(error))
        except OSError as error:
            if error.filename is None:  # not about a file of the operator's
                raise
            complain(f"{error.filename}: {error.strerror}")
        raise typer.Exit(1)
