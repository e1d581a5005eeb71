"""What most commands share: the folder of the studio, its settings, and its store."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from studio.commands import completion
from studio.commands.errors import CommandError

if TYPE_CHECKING:
    from annotation_store.store import Store
    from studio.settings import Settings

DataDir = Annotated[
    Path | None,
    typer.Option(help="Folder of the studio; else MATTELOOP_DATA_DIR.", show_default=False),
]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        help="A name of docs/models.md (compact, closed-form, knn, FILE.onnx, ...) or of a version in `models`.  "
        "[default: the studio's live model, or compact where there is no studio]",
        show_default=False,
        autocompletion=completion.model_names,
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the result as JSON, for scripts; progress goes to standard error.")
]


def settings_from(**given: Any) -> "Settings":
    """The settings of the environment, replaced by those of `given` that are not None.

    Raises CommandError with one sentence for each setting that is out of range.
    """
    from studio.settings import Settings

    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise CommandError("\n".join(map(_in_words, error.errors()))) from error


def speak_only_of_faults(settings: "Settings") -> None:
    """Set up the logs of a command that tells its own progress: only errors, unless a level was asked for."""
    from studio.logs import configure_logs

    asked = "log_level" in settings.model_fields_set
    configure_logs(settings if asked else settings.model_copy(update={"log_level": "ERROR"}))


def limit_threads(settings: "Settings") -> None:
    """Have PyTorch use as many threads as the settings say; 0 leaves it the choice."""
    import torch

    if settings.threads:
        torch.set_num_threads(settings.threads)


def has_studio(settings: "Settings") -> bool:
    """Whether there is a store already. Raises StoreUnavailableError if its database does not answer."""
    from annotation_store.store import holds_store

    return holds_store(settings.data_dir, database_url=settings.database_url.get_secret_value())


TAKE_IN_FIRST = "take photos in first (`ingest`), or "


def no_studio(settings: "Settings", *, how: str = "") -> CommandError:
    """To be raised where `has_studio` says no. how: what else one may do about it."""
    if settings.database_url.get_secret_value():
        return CommandError(
            "there is no studio in the database that MATTELOOP_DATABASE_URL names: see whether that is the right one, "
            "or start the first process (`serve`), which makes the tables"
        )
    return CommandError(f"there is no studio in {settings.data_dir}: {how}name the right folder with --data-dir")


@contextmanager
def existing_store(settings: "Settings") -> Iterator["Store"]:
    """The store of the data folder. Raises CommandError if there is none, rather than creating an empty one."""
    if not has_studio(settings):
        raise no_studio(settings, how=TAKE_IN_FIRST)
    with created_store(settings) as store:
        yield store


@contextmanager
def created_store(settings: "Settings") -> Iterator["Store"]:
    """The store of the data folder, created if there is none. Raises StoreUnavailableError."""
    from annotation_store.store import open_store

    store = open_store(
        settings.data_dir,
        database_url=settings.database_url.get_secret_value(),
        blob_url=settings.blob_url.get_secret_value(),
        blob_cache_room=settings.blob_cache_room,
    )
    try:
        yield store
    finally:
        store.database.close()


def _in_words(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0])
    cause = problem.get("ctx", {}).get("error")  # the ValueError of one of our own validators
    reason = str(cause) if cause else problem["msg"][0].lower() + problem["msg"][1:]
    return f"the setting {name} (MATTELOOP_{name.upper()}) cannot be {str(problem['input'])!r}: {reason}"
