"""What became of each request, told to those who count or note it: by the template of its route, never by its path.

A path names photos and links; a template is one of a few hundred words.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.sign_in.visitor import visitor_of

log = structlog.get_logger()

API = "/api/v1"
OTHER = "other"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
ALONE = ("/healthz", "/readyz", "/metrics")
"""What machines ask for, many times a minute."""
_FILES = "/editor"


@dataclass(frozen=True, slots=True)
class FinishedRequest:
    """status: 0 if nothing was answered, for whoever asked had gone. person: the number of their account, if any."""

    method: str
    route: str
    status: int
    seconds: float
    person: int | None


class FinishedRequests:
    """ASGI middleware around all that answers, within the one that numbers requests."""

    def __init__(self, app: ASGIApp, *, tell: Sequence[Callable[[FinishedRequest], None]]) -> None:
        self._app = app
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        scope.setdefault("state", {})  # here, so that what the door notes in it is seen out here
        try:
            await self._app(scope, receive, seen)
        except Exception:
            status = status or 500  # what answers for it stands around everything of ours
            raise
        finally:
            visitor = visitor_of(scope)
            finished = FinishedRequest(
                method=method_of(scope),
                route=route_of(scope),
                status=status,
                seconds=time.perf_counter() - began,
                person=None if visitor is None else visitor.person_id,
            )
            for tell in self._tell:
                tell(finished)


def method_of(scope: Scope) -> str:
    """The method, `other` for words that are none: whoever asks may send any."""
    method: str = scope["method"]
    return method if method in _METHODS else OTHER


def route_of(scope: Scope) -> str:
    """The template of the route that has answered, as ``/api/v1/images/{image_id}``; `other` where none did."""
    path: str = scope["path"]
    if path in ALONE:
        return path
    if path.startswith(f"{_FILES}/"):
        return _FILES
    template: str | None = getattr(scope.get("route"), "path", None)
    if template is None:
        return OTHER
    # a route that lies in a router knows its path within that alone
    return API + template if path.startswith(f"{API}/") and not template.startswith(API) else template


def note(finished: FinishedRequest) -> None:
    """One line of the log for each request but those of machines that look whether all is well."""
    if finished.route in ALONE:
        return
    log.info(
        "request",
        method=finished.method,
        route=finished.route,
        status=finished.status,
        ms=round(finished.seconds * 1000),
        person=finished.person,
    )
