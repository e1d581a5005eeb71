"""Who may talk to a studio without accounts: this computer, from the studio's own pages.

Two attacks come through the operator's own browser and are refused here, before any route: a foreign page that posts
to the studio (cross-site request forgery), and a foreign name that resolves to 127.0.0.1 (DNS rebinding).
"""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SAME_SITE = frozenset({"same-origin", "none"})


class CrossSiteGuard:
    """ASGI middleware; covers the API, the pages and Gradio's own routes alike."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        # a websocket has no method: a foreign page may open one, so it is checked like a POST
        refusal = refuse(scope.get("method", "WEBSOCKET"), Headers(scope=scope))
        if refusal is not None:
            await JSONResponse({"detail": refusal}, status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def refuse(method: str, headers: Headers) -> str | None:
    """The reason to refuse a request, or None."""
    host = headers.get("host", "")
    if not _is_this_computer(_name_in(host)):
        return "The studio answers only under the address of this computer, http://127.0.0.1."
    if method in SAFE_METHODS:
        return None
    site = headers.get("sec-fetch-site")
    if site is not None and site not in SAME_SITE:
        return "This request came from another website and was refused."
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        return "This request came from another website and was refused."
    return None


def _is_this_computer(name: str | None) -> bool:
    """Whether a name is localhost or a loopback address: those that `Settings.host` accepts."""
    if name is None or name == "localhost":
        return name is not None
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _name_in(host: str) -> str | None:
    """The name or address in a Host header, without its port; None if it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
