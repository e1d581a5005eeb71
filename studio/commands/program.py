"""The program around the commands: none given means serve, and a foreseen error is a sentence, not a traceback."""

from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from matting_core.errors import MattingError
from studio.commands.terminal import complain

DEFAULT_COMMAND = "serve"
IN_PLACE = "python app.py"
"""How the program is called in its own folder, and so in all of its texts."""
INSTALLED = "matteloop"
"""What it is called once it is installed."""


class Program(TyperGroup):
    """The group of all commands."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:
        if ctx.info_name == INSTALLED:
            _rename(self)
        if not args:
            is_default = not ctx.resilient_parsing  # a shell that completes asks for the names of the commands
        else:
            own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
            is_default = args[0].startswith("-") and args[0] not in own
        return super().parse_args(ctx, [DEFAULT_COMMAND, *args] if is_default else args)

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


def _rename(program: TyperGroup) -> None:
    """Have the help of the program and of all its commands call it as it was called."""
    for command in (program, *_below(program)):
        for attribute in ("help", "epilog"):
            if text := getattr(command, attribute):
                setattr(command, attribute, text.replace(IN_PLACE, INSTALLED))


def _below(group: TyperGroup) -> Iterator[TyperCommand | TyperGroup]:
    for command in group.commands.values():
        yield command  # type: ignore[misc]
        if isinstance(command, TyperGroup):
            yield from _below(command)
