"""Which of Gradio's routes the pages need. What else it answers, today or after an update, does not exist here.

Gradio answers some eighty routes (tests/studio/security/test_gradio_routes.py names them all): among them are files by
path, a proxy, the description of every event, calls past the queue, and an editor of the program's own source.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.routing import compile_path, get_route_path
from starlette.types import ASGIApp, Receive, Scope, Send

from studio.security.refusals import refusal


@dataclass(frozen=True, slots=True)
class Needed:
    """path: as Gradio writes it. reason: what would be missing without it."""

    method: str
    path: str
    reason: str


NEEDED = (
    Needed("GET", "/assets/{path:path}", "Gradio's scripts and styles"),
    Needed("GET", "/theme.css", "colours and sizes of the pages"),
    Needed("GET", "/favicon.ico", "browsers ask for it by themselves"),
    Needed("GET", "/gradio_api/heartbeat/{session_hash}", "tells the server how long a page is open"),
    Needed("GET", "/gradio_api/app_id", "an open page asks whether the studio is back, and loads itself anew"),
    Needed("POST", "/gradio_api/queue/join", "every event of a page"),
    Needed("GET", "/gradio_api/queue/data", "the answers to events, as a stream"),
    Needed("POST", "/gradio_api/upload", "photos come in"),
    Needed("GET", "/gradio_api/upload_progress", "how far they are"),
)


class GradioRoutes:
    """ASGI middleware around Gradio. pages: their names in the address, "" for the first."""

    def __init__(self, app: ASGIApp, *, pages: Iterable[str]) -> None:
        self._app = app
        paths = [(need.method, need.path) for need in NEEDED]
        for page in pages:
            ends = ("", "/") if page else ("",)  # with a stroke at its end it leads to the page
            paths += [("GET", f"/{page}{end}") for end in ends]
        self._open = [(method, compile_path(path)[0]) for method, path in paths]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_open(scope["method"], get_route_path(scope)):
            await refusal(404, "There is no such page.", code="not_found")(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_open(self, method: str, path: str) -> bool:
        return any(wanted == method and pattern.match(path) for wanted, pattern in self._open)
