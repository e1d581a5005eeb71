"""A number for each request: in its answer, in log lines and in the audit trail, so that one leads to the others."""

import re
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from annotation_store.events import request_id

HEADER = "X-Request-Id"
_SOUND = re.compile(r"[A-Za-z0-9-]{8,64}")


class RequestIds:
    """ASGI middleware. The number that a client or a proxy sends is taken over if it is one, else a new one is made.

    It reaches endpoints that run in a thread: Starlette gives the thread a copy of the request's context.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = number_of(Headers(scope=scope).get(HEADER))

        async def with_number(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = number
            await send(message)

        token = request_id.set(number)
        try:
            with structlog.contextvars.bound_contextvars(request_id=number):
                await self._app(scope, receive, with_number)
        finally:
            request_id.reset(token)


def number_of(sent: str | None) -> str:
    """`sent` if it is 8 to 64 letters, digits and hyphens, else a new one: nobody writes into the log from outside."""
    return sent if sent is not None and _SOUND.fullmatch(sent) else uuid4().hex
