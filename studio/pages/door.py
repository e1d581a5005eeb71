"""Who may call which function of the pages.

Gradio lets anybody who reaches its queue call any function by its number, whatever page that belongs to, and hides
none: `api_visibility` is about descriptions only. So each function says what a person must be allowed to do
(`guarded`); a test walks all of them and finds those that say nothing.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gradio as gr
from gradio.context import LocalContext

from annotation_store.people.roles import Ability
from studio.i18n import Words
from studio.sign_in.visitor import Visitor, visitor_of

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_MARK = "needed_ability"


def guarded(ability: Ability) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """Let a function answer only persons who may do such a thing; others see a sentence on the page."""

    def guard(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @functools.wraps(function)  # Gradio reads annotations and defaults through it
        def checked(*arguments: Arguments.args, **named: Arguments.kwargs) -> Answer:
            visitor = _visitor()
            if visitor is None or not visitor.may(ability):
                words = Words.of(LocalContext.request.get(None))
                raise gr.Error(words("forbidden"), print_exception=False)
            return function(*arguments, **named)

        setattr(checked, _MARK, ability)
        return checked

    return guard


def ability_needed(function: object) -> Ability | None:
    """What `guarded` has said of a function; None if it has said nothing."""
    ability: Ability | None = getattr(function, _MARK, None)
    return ability


def visitor_here() -> Visitor:
    """Whoever calls the function that runs now; `guarded` has made sure that somebody does."""
    visitor = _visitor()
    assert visitor is not None  # noqa: S101, see above
    return visitor


def _visitor() -> Visitor | None:
    # the request by which the browser asked for this very function, queued or not: Gradio keeps it as it came
    request = LocalContext.request.get(None)
    return None if request is None else visitor_of(request.request.scope)
