"""The command line: one program, one file for each family of its commands.

Results go to standard output, progress and complaints to standard error. Whatever takes long to import is imported
inside the commands, so that ``--help`` answers at once.
"""

import os

import typer

from studio.commands.blobs import blobs
from studio.commands.bundles import bundle
from studio.commands.exporting import export
from studio.commands.importing import import_mattes
from studio.commands.insights import insights
from studio.commands.keeping import backup, collect, doctor, restore
from studio.commands.learning import retrain, retrain_drafter
from studio.commands.matting import evaluate, predict
from studio.commands.people import users
from studio.commands.photos import draft, ingest
from studio.commands.pilots import pilot
from studio.commands.pretraining import finetune, pretrain
from studio.commands.program import INSTALLED, Program
from studio.commands.reviewing import review
from studio.commands.serve import serve, worker
from studio.commands.tokens import list_tokens, make_token, revoke_token
from studio.commands.triggers import triggers
from studio.commands.versions import models
from studio.commands.watch import watch
from studio.commands.webhooks import webhooks
from studio.commands.workers import workers

_COMMANDS = (
    serve,
    worker,
    workers,
    ingest,
    watch,
    draft,
    retrain,
    retrain_drafter,
    triggers,
    insights,
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


for _name, _command in (("token", make_token), ("tokens", list_tokens), ("revoke-token", revoke_token)):
    users.command(_name)(_command)


def _program(*, completed: bool) -> typer.Typer:
    """completed: by shells, which need a program of one word on the PATH for that."""
    built = typer.Typer(
        cls=Program,
        help="Matteloop, a human-in-the-loop image-matting studio. Without a COMMAND it serves the studio.",
        epilog="`python app.py COMMAND --help` explains a command. All settings can also be given in the environment "
        "or in a file named .env, as MATTELOOP_PORT and so on.",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=completed,
    )
    for command in _COMMANDS:
        built.command()(command)
    built.command(name="import")(import_mattes)
    built.add_typer(blobs, name="blobs")
    built.add_typer(review, name="review")
    built.add_typer(users, name="users")
    built.add_typer(pilot, name="pilot")
    built.add_typer(webhooks, name="webhooks")
    return built


program = _program(completed=False)


def main(name: str = INSTALLED) -> None:
    """Run the program under the name by which it was called."""
    # set before anything heavy is imported: nothing in this program calls home, or fetches what it was not given
    os.environ |= {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    # threads that wait for work sleep: spinning, they take the processor from whoever draws while something is drafted
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    (_program(completed=True) if name == INSTALLED else program)(prog_name=name)
