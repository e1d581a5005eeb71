"""Who may talk to the studio: its own pages, under its own names.

Two attacks come through a person's own browser and are refused here, before any route: a foreign page that posts
to the studio (cross-site request forgery), and a foreign name that resolves to the studio's address (DNS rebinding).
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from studio.security.own_names import THIS_COMPUTER, OwnNames
from studio.security.refusals import refusal

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SAME_SITE = frozenset({"same-origin", "none"})


class CrossSiteGuard:
    """ASGI middleware; covers the API, the pages and Gradio's own routes alike."""

    def __init__(self, app: ASGIApp, *, names: OwnNames = THIS_COMPUTER) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        # a websocket has no method: a foreign page may open one, so it is checked like a POST
        sentence = refuse(scope.get("method", "WEBSOCKET"), Headers(scope=scope), self._names)
        if sentence is not None:
            await refusal(403, sentence, code="foreign_request")(scope, receive, send)
            return
        await self._app(scope, receive, send)


def refuse(method: str, headers: Headers, names: OwnNames = THIS_COMPUTER) -> str | None:
    """The reason to refuse a request, or None."""
    host = headers.get("host", "")
    if not names.answers_to(host):
        if names is THIS_COMPUTER:
            return "The studio answers only under the address of this computer, http://127.0.0.1."
        return "The studio does not answer under this name: an admin sets the right one as MATTELOOP_PUBLIC_URL."
    if method in SAFE_METHODS:
        return None
    site = headers.get("sec-fetch-site")
    if site is not None and site not in SAME_SITE:
        return "This request came from another website and was refused."
    origin = headers.get("origin")
    if origin is not None and not names.is_own(origin, host=host):
        return "This request came from another website and was refused."
    return None
