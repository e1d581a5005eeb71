"""What a shell may complete beyond the names of commands and options: values that the studio knows.

A shell that waits for Tab is answered at once, and never with an error: what cannot be told is not told.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from annotation_store.store import Store

MOST_NAMES = 200

Complete = Callable[[typer.Context, str], list[str]]


def _from_studio(names: "Callable[[Store], list[str]]", *, otherwise: Callable[[], list[str]] = list) -> Complete:
    """Completes by `names`, asked of the studio that the command line names so far; `otherwise`: without a studio."""

    def complete(ctx: typer.Context, incomplete: str) -> list[str]:
        try:
            found = _asked(ctx, names)
            known = otherwise() if found is None else found
        except Exception:  # a shell would print it amid the line that somebody types
            return []
        return [name for name in known if name.startswith(incomplete)][:MOST_NAMES]

    return complete


def _asked(ctx: typer.Context, names: "Callable[[Store], list[str]]") -> list[str] | None:
    """None where there is no studio, or its tables are on a server, which might let a person wait."""
    from annotation_store.store import holds_store, look_into
    from studio.settings import Settings

    named = ctx.params.get("data_dir")
    settings = Settings() if named is None else Settings(data_dir=named)
    if settings.database_url.get_secret_value() or not holds_store(settings.data_dir):
        return None
    store = look_into(settings.data_dir, blob_url=settings.blob_url.get_secret_value())
    try:
        return names(store)
    finally:
        store.database.close()


def _projects(store: "Store") -> list[str]:
    from annotation_store.projects import list_projects

    return [project.name for project in list_projects(store)]


def _versions(store: "Store") -> list[str]:
    from annotation_store.learning.model_registry import list_models

    return [model.name for model in list_models(store)]


def _images(store: "Store") -> list[str]:
    from annotation_store.gallery import list_images

    return [image.name for image in list_images(store, limit=MOST_NAMES)]


def _shipped() -> list[str]:
    from matting_core.model_names import named_models

    return list(named_models())


project_names = _from_studio(_projects)
version_names = _from_studio(_versions)
model_names = _from_studio(lambda store: sorted({*_versions(store), *_shipped()}), otherwise=_shipped)
image_names = _from_studio(_images)
