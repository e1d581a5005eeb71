"""An ASGI application called as a server calls it, message by message."""

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message


@dataclass
class Answer:
    """What an application has sent."""

    messages: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int | None:
        return next((message["status"] for message in self.messages if "status" in message), None)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)


def request(app: ASGIApp, path: str, pieces: Iterable[Message], **scope: Any) -> Answer:
    """POST to the application. pieces: what the server says of the body; after the last the client is silent."""
    answer, said = Answer(), iter(pieces)

    async def receive() -> Message:
        message = next(said, None)
        return await asyncio.Event().wait() if message is None else message  # type: ignore[return-value]

    async def send(message: Message) -> None:
        answer.messages.append(message)

    headers = [(name.encode(), value.encode()) for name, value in scope.pop("headers", {}).items()]
    whole = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
        **scope,
    }
    with ThreadPoolExecutor(1) as thread:  # in this one, Playwright may hold a loop of its own
        thread.submit(asyncio.run, asyncio.wait_for(app(whole, receive, send), 20)).result()
    return answer


def piece(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


GONE: Message = {"type": "http.disconnect"}
