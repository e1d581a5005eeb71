"""Answers that go on for as long as a page is open (server-sent events): noted, so that a closing studio ends them."""

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.operations.closing import Closing

_KIND = "text/event-stream"


class Streams:
    """ASGI middleware. A stream that is ended ends in order; its page asks for it again, of the next studio."""

    def __init__(self, app: ASGIApp, *, closing: Closing) -> None:
        self._app = app
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        if scope["type"] != "http" or task is None:
            await self._app(scope, receive, send)
            return
        is_over = False

        async def noted(message: Message) -> None:
            nonlocal is_over
            if message["type"] == "http.response.start":
                if Headers(raw=message.get("headers", [])).get("content-type", "").startswith(_KIND):
                    self._closing.streams.add(task)
            elif message["type"] == "http.response.body":
                is_over = not message.get("more_body", False)
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except asyncio.CancelledError:
            if task not in self._closing.streams or not self._closing.has_begun:
                raise
            task.uncancel()
            if not is_over:
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._closing.streams.discard(task)
