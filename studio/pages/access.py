"""Which page is for whom.

The functions of a page are guarded one by one (door.py); this keeps people from dead ends.
"""

from collections.abc import Mapping
from html import escape

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from annotation_store.people.roles import Ability
from studio.i18n import Words
from studio.sign_in.visitor import visitor_of

PAGES: Mapping[str, Ability] = {
    "/": Ability.LOOK,
    "/correct": Ability.CORRECT,
    "/review": Ability.REVIEW,
    "/learn": Ability.LEAD,
    "/insights": Ability.LEAD,
    "/pilot": Ability.LEAD,
    "/compare": Ability.LOOK,
    "/export": Ability.LEAD,
    "/projects": Ability.LEAD,
    "/people": Ability.ADMINISTER,
}
"""Path of each page, and what a person must be allowed to do to see it."""
UPLOADS = {"/gradio_api/upload": Ability.LEAD}
"""Where photos come in, before any function of a page hears of them."""
_NEEDED = {**PAGES, **UPLOADS}


class PageAccess:
    """ASGI middleware, behind the door: a page that is not for this person is a sentence and a way back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ability = _NEEDED.get(scope["path"].rstrip("/") or "/") if scope["type"] == "http" else None
        visitor = visitor_of(scope)
        if ability is None or (visitor is not None and visitor.may(ability)):
            await self._app(scope, receive, send)
            return
        await _refusal(Words.in_language(Headers(scope=scope).get("accept-language", "")))(scope, receive, send)


def _refusal(words: Words) -> HTMLResponse:
    body = (
        f'<!doctype html><html lang="{words.language}"><meta charset="utf-8"><title>Matteloop</title>'
        f'<p>{escape(words("forbidden"))}</p><p><a href="/">{escape(words("nav_photos"))}</a></p></html>'
    )
    return HTMLResponse(body, status_code=403)
