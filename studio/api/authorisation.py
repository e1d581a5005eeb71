"""Who may call which route: one dependency before all of them, which refuses whatever does not say what it needs."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from annotation_store.errors import NotFoundError
from annotation_store.people.roles import Ability
from studio.api.dependencies import StudioDep
from studio.sign_in.errors import ForbiddenError, SignedOutError
from studio.sign_in.visitor import Visitor, visitor_of
from studio.studio import Studio

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])

_MARK = "needed_ability"


def needs(ability: Ability) -> Callable[[Endpoint], Endpoint]:
    """Say what a person must be allowed to do to call this route; without it, nobody can."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, ability)
        return endpoint

    return mark


def ability_needed(endpoint: object) -> Ability | None:
    """What `needs` has said; None for a route that nobody can call."""
    ability: Ability | None = getattr(endpoint, _MARK, None)
    return ability


async def authorise(request: Request, studio: StudioDep) -> None:
    """Let a request pass only if its person may do such a thing, and belongs to the project that the path names.

    What lies in a project of others is not forbidden but not there: its numbers tell nothing. Raises SignedOutError,
    ForbiddenError or NotFoundError.
    """
    visitor = visitor_of(request.scope)
    if visitor is None:
        raise SignedOutError("You are signed out: sign in again. What you have drawn is kept until then.")
    ability = ability_needed(request.scope["endpoint"])
    if ability is None:
        raise ForbiddenError("Nobody may do this.")
    require(visitor, ability)
    if (image_id := _number(request, "image_id")) is not None:
        await _check_image(studio, visitor, image_id)
    if (project_id := _number(request, "project_id")) is not None and not visitor.sees(project_id):
        raise NotFoundError(f"There is no project number {project_id}: reload the list of projects.")


def require(visitor: Visitor, ability: Ability) -> None:
    """Raise ForbiddenError unless they may do such a thing."""
    if not visitor.may(ability):
        raise ForbiddenError("Your account may not do this: ask the lead of your studio.")


def check_image(studio: Studio, visitor: Visitor, image_id: int) -> None:
    """Raise NotFoundError, as for an image that does not exist, unless it is of a project of theirs."""
    if visitor.projects is None:
        return
    if not visitor.sees(studio.projects.of_image(image_id)):
        raise NotFoundError(f"There is no image number {image_id}: it may have been opened from an old link.")


async def _check_image(studio: Studio, visitor: Visitor, image_id: int) -> None:
    """As `check_image`, but in a thread of its own only where the store has to be asked."""
    if visitor.projects is None or studio.projects.knows(image_id):
        check_image(studio, visitor, image_id)
    else:
        await run_in_threadpool(check_image, studio, visitor, image_id)


def _number(request: Request, name: str) -> int | None:
    """A number in the path; None if it is not there, or no number (the route itself then refuses it)."""
    text = request.path_params.get(name)
    if text is None or not str(text).isdecimal() or len(str(text)) > 18:
        return None
    return int(text)
