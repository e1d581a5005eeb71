"""The recipe of a fine-tuning as JSON and back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from matting_core.errors import MattingError
from training.finetune_settings import FinetuneSettings

_SETTINGS = TypeAdapter(FinetuneSettings)
_PLACE = "device"  # where it runs is no part of a recipe


class RecipeUnknownError(MattingError):
    """A recipe of another version of the program."""


def as_recipe(settings: FinetuneSettings) -> dict[str, Any]:
    """Everything that decides the outcome, for JSON."""
    recipe: dict[str, Any] = _SETTINGS.dump_python(settings, mode="json")
    recipe.pop(_PLACE)
    return recipe


def _strange(recipe: dict[str, Any], known: dict[str, Any]) -> Iterator[str]:
    """What a recipe says, here or further down, that no recipe of this version does."""
    for name, value in recipe.items():
        if name not in known:
            yield name
        elif isinstance(value, dict) and isinstance(known[name], dict):
            yield from _strange(value, known[name])


def settings_of(
    recipe: dict[str, Any],
    *,
    device: str,
    steps: int | None = None,
    minutes: float | None = None,
    batch: int | None = None,
) -> FinetuneSettings:
    """The settings of a recipe, but for what is given. Raises RecipeUnknownError."""
    try:
        if unknown := sorted(_strange(recipe, as_recipe(FinetuneSettings()))):
            raise RecipeUnknownError(
                f"the recipe says {', '.join(unknown)}, which this version of Matteloop does not know: use the version "
                "that the bundle comes from"
            )
        settings = replace(_SETTINGS.validate_python(recipe), device=device)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        raise RecipeUnknownError(f"the recipe cannot be followed: {where}: {fault['msg']}") from error
    return replace(
        settings,
        steps=settings.steps if steps is None else steps,
        minutes=settings.minutes if minutes is None else minutes,
        batch=settings.batch if batch is None else batch,
    )
