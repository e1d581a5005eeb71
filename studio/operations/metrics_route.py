"""``/metrics``: for whoever brings the token of the settings; without such a setting, it is not there."""

import secrets

from anyio import CapacityLimiter, to_thread
from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from studio.operations.metrics import Metrics
from studio.operations.probes import UNKEPT

PATH = "/metrics"


class MetricsRoute:
    """ASGI middleware before the door: neither a sign-in nor a person's token leads here. metrics: None for none."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics | None, token: SecretStr) -> None:
        self._app = app
        self._metrics = metrics
        self._token = token.get_secret_value()
        self._one_at_a_time: CapacityLimiter | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._app(scope, receive, send)
            return
        answer = await self._answer(scope["method"], Headers(scope=scope))
        await answer(scope, receive, send)

    async def _answer(self, method: str, headers: Headers) -> Response:
        if self._metrics is None or not self._token:
            return Response(status_code=404, headers=UNKEPT)
        kind, _, secret = headers.get("authorization", "").partition(" ")
        is_right = secrets.compare_digest(secret.strip().encode(), self._token.encode())
        if kind.lower() != "bearer" or not is_right:
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer", **UNKEPT})
        if method not in ("GET", "HEAD"):
            return Response(status_code=405, headers={"Allow": "GET, HEAD", **UNKEPT})
        self._one_at_a_time = self._one_at_a_time or CapacityLimiter(1)
        accept = headers.get("accept", "")
        text, form = await to_thread.run_sync(self._metrics.exposition, accept, limiter=self._one_at_a_time)
        return PlainTextResponse(text, headers={"Content-Type": form, **UNKEPT})
