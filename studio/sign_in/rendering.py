"""The pages of the sign-in as HTML: plain forms without any script, in the browser's language."""

import math
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from annotation_store import clock
from annotation_store.errors import (
    AccountLockedError,
    BrokenRuleError,
    LinkSpentError,
    NameTakenError,
    NotFoundError,
    SignInRefusedError,
)
from matting_core.errors import MattingError
from studio.api.errors import code_of
from studio.i18n import Words
from studio.sign_in.errors import IdentityProviderError, TooManyTriesError, WrongCurrentError

FACE = "sign_in"
STATUS: dict[type[MattingError], int] = {
    SignInRefusedError: 403,
    AccountLockedError: 403,
    WrongCurrentError: 403,
    NotFoundError: 404,
    NameTakenError: 409,
    LinkSpentError: 410,
    TooManyTriesError: 429,
    IdentityProviderError: 502,
}
UNPROCESSABLE = 422

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def words_for(request: Request) -> Words:
    return Words.in_language(request.headers.get("accept-language", ""), face=FACE)


def show(
    request: Request,
    template: str,
    *,
    error: MattingError | None = None,
    done: str | None = None,
    **values: object,
) -> HTMLResponse:
    """The page `template`, with a sentence at its top about the `error`, and its status, or about what has been `done`.

    No cache keeps it.
    """
    say = words_for(request)
    status = 200 if error is None else _status_of(error)
    body = _TEMPLATES.get_template(f"{template}.html").render(
        say=say,
        language=say.language,
        error=None if error is None else in_words(error, say, provider=provider_of(request)),
        provider=provider_of(request),
        done=done,
        **values,
    )
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, TooManyTriesError):
        headers["Retry-After"] = str(error.seconds)
    return HTMLResponse(body, status_code=status, headers=headers)


def in_words(error: MattingError, say: Words, *, provider: str) -> str:
    """The error in the reader's language."""
    key = f"refused_{code_of(error)}"
    if isinstance(error, BrokenRuleError):
        key = f"{key}_{error.rule}"
    values: dict[str, object] = {"provider": provider}
    if isinstance(error, AccountLockedError):
        values["minutes"] = max(1, math.ceil((error.until - clock.utc_now()).total_seconds() / 60))
    if isinstance(error, TooManyTriesError):
        values["seconds"] = error.seconds
    try:
        return say(key, **values)
    except KeyError:  # an error of the store's own, such as being busy: a sentence in English is better than none
        return str(error)


def provider_of(request: Request) -> str:
    """What people call the identity provider; empty without one."""
    provider = request.app.state.identity_provider
    return "" if provider is None else provider.label


def _status_of(error: MattingError) -> int:
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), UNPROCESSABLE)
