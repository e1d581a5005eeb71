"""The door of a studio with accounts: nobody gets further without having signed in."""

import re
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

import structlog
from anyio import CapacityLimiter, to_thread
from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from annotation_store.people import api_tokens
from annotation_store.people.roles import Ability, may
from annotation_store.people.sign_ins import SignedIn, is_worth_noting, look_up, note_seen
from annotation_store.records import SignInRecord
from matting_core.errors import MattingError
from studio.api.errors import code_of
from studio.problems import Problem
from studio.sign_in.bearer import refuse_token, secret_in, visitor_for
from studio.sign_in.cookies import Cookie
from studio.sign_in.errors import SignedOutError
from studio.sign_in.lifetime import lifetime_of
from studio.sign_in.next_page import by_way_of_sign_in
from studio.sign_in.visitor import Visitor, let_in
from studio.studio import Studio

log = structlog.get_logger()

Asked = TypeVarTuple("Asked")
Answer = TypeVar("Answer")

_OPEN = re.compile(
    r"/sign-in(/style\.css|/oidc|/oidc/callback)?|/sign-out|/(join|new-password)/[A-Za-z0-9_-]{1,100}|/favicon\.ico"
)
"""The paths that need no visitor, as a whole: whatever is not named here is closed."""
_KEY = "sign_in"
_THREADS = 8


class Authentication:
    """ASGI middleware in front of the routes, Gradio's and the files': the only place that reads cookies and tokens.

    The store is asked at every request, so that a sign-in or a token is over as soon as somebody has ended it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._threads: CapacityLimiter | None = None
        self._being_noted: set[tuple[str, int]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        studio: Studio = scope["app"].state.studio
        if (secret := secret_in(scope)) is not None:
            await self._come_by_token(studio, secret, scope, receive, send)
            return
        found = await self._look_up(studio, scope)
        if found is not None:
            let_in(scope, visitor_from(found))
            scope["state"][_KEY] = found.sign_in
        elif not is_open(scope):
            await _refusal(scope)(scope, receive, send)
            return
        await self._app(scope, receive, send)
        if found is not None and is_worth_noting(found.sign_in):
            lifetime = lifetime_of(studio.settings)
            await self._note(("sign-in", found.sign_in.id), note_seen, studio.store, found.sign_in, lifetime)

    async def _come_by_token(self, studio: Studio, secret: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Who sends a token comes by it alone, whatever cookie they send besides."""
        holder = await self._ask(api_tokens.look_up, studio.store, secret)
        if holder is None:
            await refuse_token(scope)(scope, receive, send)
            return
        let_in(scope, visitor_for(holder))
        await self._app(scope, receive, send)
        if api_tokens.is_worth_noting(holder.token):
            await self._note(("token", holder.token.id), api_tokens.note_used, studio.store, holder.token)

    async def _look_up(self, studio: Studio, scope: Scope) -> SignedIn | None:
        token = Cookie().read(scope)
        return None if token is None else await self._ask(look_up, studio.store, token)

    async def _ask(self, question: Callable[[Unpack[Asked]], Answer], *asked: *Asked) -> Answer:
        """In threads of its own: those of the routes may all be computing, and the loop must not wait for the store."""
        self._threads = self._threads or CapacityLimiter(_THREADS)
        return await to_thread.run_sync(question, *asked, limiter=self._threads)

    async def _note(self, which: tuple[str, int], note: Callable[[Unpack[Asked]], None], *told: *Asked) -> None:
        """After the answer, so that nobody waits for the disk; once, though a page asks for twenty things at once."""
        if which in self._being_noted:
            return
        self._being_noted.add(which)
        try:
            await self._ask(note, *told)
        except MattingError as error:
            log.warning("it could not be noted that somebody was here", reason=str(error))
        finally:
            self._being_noted.discard(which)


def visitor_from(found: SignedIn) -> Visitor:
    """Who has signed in, as everything behind the door sees them."""
    person = found.person
    return Visitor(
        name=person.name,
        display_name=person.display_name,
        role=person.role,
        projects=None if may(person.role, Ability.ADMINISTER) else found.project_ids,
        person_id=person.id,
    )


def sign_in_of(scope: Scope) -> SignInRecord | None:
    """The sign-in by which a request came through the door."""
    sign_in: SignInRecord | None = scope.get("state", {}).get(_KEY)
    return sign_in


def is_open(scope: Scope) -> bool:
    """Whether a path is for everybody."""
    return scope["type"] == "http" and _OPEN.fullmatch(scope["path"]) is not None


def _refusal(scope: Scope) -> Response:
    """A page leads to the sign-in; whatever a script asked for says so in words that it knows."""
    if _is_page(scope):
        return RedirectResponse(by_way_of_sign_in(scope), status_code=303, headers={"Cache-Control": "no-store"})
    error = SignedOutError()
    return Problem(401, str(error), code=code_of(error), headers={"Cache-Control": "no-store"})


def _is_page(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    if scope["path"].startswith(("/api/", "/gradio_api/")):
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")
