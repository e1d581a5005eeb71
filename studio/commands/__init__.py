"""The command line: one program, one file for each family of its commands.

Results go to standard output, progress and complaints to standard error. Whatever takes long to import is imported
inside the commands, so that ``--help`` answers at once.
"""

import typer

from studio.commands.bundles import bundle
from studio.commands.keeping import backup, collect, doctor, restore
from studio.commands.learning import retrain, retrain_drafter
from studio.commands.matting import evaluate, predict
from studio.commands.people import users
from studio.commands.photos import draft, export, ingest
from studio.commands.pretraining import finetune, pretrain
from studio.commands.program import Program
from studio.commands.serve import serve
from studio.commands.tokens import make_token  # noqa: F401, its module adds commands to `users`
from studio.commands.triggers import triggers
from studio.commands.versions import models

program = typer.Typer(
    cls=Program,
    help="Matteloop, a human-in-the-loop image-matting studio. Without a COMMAND it serves the studio.",
    epilog="`python app.py COMMAND --help` explains a command. All settings can also be given in the environment or "
    "in a file named .env, as MATTELOOP_PORT and so on.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)

_COMMANDS = (
    serve,
    ingest,
    draft,
    retrain,
    retrain_drafter,
    triggers,
    models,
    bundle,
    export,
    backup,
    restore,
    doctor,
    collect,
    predict,
    evaluate,
    pretrain,
    finetune,
)
for _command in _COMMANDS:
    program.command()(_command)
program.add_typer(users, name="users")
