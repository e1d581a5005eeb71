"""``/healthz`` and ``/readyz``: what a container's keeper or a proxy asks, many times a minute and without signing in.

``/healthz``: the process lives; it asks neither database nor disk, for starting anew mends neither. ``/readyz``: people
can be served.
"""

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from studio.studio import Studio

ALIVE = "/healthz"
READY = "/readyz"
UNKEPT = {"Cache-Control": "no-store"}


class Probes:
    """ASGI middleware before the door, behind the guard: it answers under the studio's own names alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in (ALIVE, READY):
            await self._app(scope, receive, send)
            return
        studio: Studio = scope["app"].state.studio
        answer = await _answer(studio, scope["method"], scope["path"])
        await answer(scope, receive, send)


async def _answer(studio: Studio, method: str, path: str) -> Response:
    if method not in ("GET", "HEAD"):
        return Response(status_code=405, headers={"Allow": "GET, HEAD", **UNKEPT})
    if path == ALIVE:
        return JSONResponse({"alive": True}, headers=UNKEPT)
    failing = await studio.readiness.failing()
    return JSONResponse({"ready": not failing, "failing": failing}, status_code=503 if failing else 200, headers=UNKEPT)
