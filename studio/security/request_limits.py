"""How much a request may bring, and how long it may take: nobody fills the memory, nor keeps a connection for ever.

Gradio limits the size and the number of the files of an upload. It does not limit what it keeps in memory: JSON, and
parts of an upload that are no files.
"""

import asyncio
import re
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import NoReturn

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.responses import Response
from starlette.routing import get_route_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matting_core.image_io import DEFAULT_LIMITS
from studio.security.refusals import refusal
from studio.security.upload_parts import NotAFileError, UploadParts

UPLOAD = "/gradio_api/upload"
IMPORT = "/api/v1/models/import"
PHOTOS = "/api/v1/images"
UPLOADS = frozenset({UPLOAD, IMPORT, PHOTOS})
"""Paths of requests that bring files."""
PICTURES = re.compile(r"PUT /api/v1/images/[0-9]{1,19}/(alpha|trimap)|POST /api/v1/exports/grounds")
"""Requests that bring one picture, which is held in memory; all the others are small."""


def brings_files(method: str, path: str) -> bool:
    """Whether a request is an upload or brings a picture: its body may be large."""
    return path in UPLOADS or PICTURES.fullmatch(f"{method} {path}") is not None


@dataclass(frozen=True, slots=True)
class Limit:
    """largest: bytes. seconds: for the whole body. pause: seconds until its next piece."""

    largest: int
    seconds: float
    pause: float


BODY = Limit(4_000_000, seconds=60, pause=60)
"""Of every request but an upload. The desk's largest holds 60 000 points of strokes, each of up to 30 bytes."""


class BrokenOffError(MultiPartException):
    """Ends the reading of a body. Gradio removes what it has stored of an upload if the error is of this kind."""


PICTURE = Limit(DEFAULT_LIMITS.max_bytes, seconds=600, pause=60)
"""Of a matte that is put in the place of another, and of a background: as large as any picture may be."""


def upload_limit(megabytes: int) -> Limit:
    """Of all files that come in by one request. An upload may take hours, as long as something arrives."""
    return Limit(megabytes * 1_000_000, seconds=inf, pause=60)


class RequestLimits:
    """ASGI middleware. Bodies pass piece by piece, as they come."""

    def __init__(self, app: ASGIApp, *, upload: Limit, other: Limit = BODY) -> None:
        self._app = app
        self._upload = upload
        self._other = other

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = self._body_of(scope, receive)
        has_begun = False

        async def answer(message: Message) -> None:
            nonlocal has_begun
            if body.refused is None or has_begun:
                has_begun = True
                await send(message)

        try:
            if body.refused is None:
                await self._app(scope, body.receive, answer)
        except Exception:
            if body.refused is None or has_begun:
                raise
        if body.refused is not None and not has_begun:
            await body.refused(scope, receive, send)

    def _body_of(self, scope: Scope, receive: Receive) -> "_Body":
        if get_route_path(scope) in UPLOADS:
            return _Upload(scope, receive, self._upload)
        if PICTURES.fullmatch(f"{scope['method']} {get_route_path(scope)}"):
            return _Body(scope, receive, PICTURE)
        return _Body(scope, receive, self._other)


class _Body:
    """The body of one request. refused: the answer to it, once it has broken its limit."""

    def __init__(self, scope: Scope, receive: Receive, limit: Limit) -> None:
        headers = Headers(scope=scope)
        self._receive = receive
        self._limit = limit
        self._left = limit.largest
        self._end = monotonic() + limit.seconds
        self._is_complete = False
        self.refused: Response | None = None
        announced = headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit.largest:
            self.refused = self._too_large()

    async def receive(self) -> Message:
        """As the server's own. Raises BrokenOffError when the limit is broken."""
        if self._is_complete:
            return await self._receive()
        try:
            async with asyncio.timeout(min(self._limit.pause, self._end - monotonic())):
                message = await self._receive()
        except TimeoutError:
            self._refuse(refusal(408, "The request was too slow: try again.", code="too_slow"))
        if message["type"] != "http.request":
            return self.left_behind(message)
        piece = message.get("body", b"")
        self._is_complete = not message.get("more_body", False)
        self._left -= len(piece)
        if self._left < 0:
            self._refuse(self._too_large())
        self.look_at(piece)
        return message

    def look_at(self, piece: bytes) -> None:
        """What has come in."""

    def left_behind(self, message: Message) -> Message:
        """What to say of a client that has gone before the body was complete."""
        return message

    def _refuse(self, answer: Response) -> NoReturn:
        self.refused = answer
        raise BrokenOffError("the request broke a limit")

    def _too_large(self) -> Response:
        largest = self._limit.largest // 1_000_000
        return refusal(413, f"The request is larger than {largest} MB: send it in smaller parts.", code="too_large")


class _Upload(_Body):
    def __init__(self, scope: Scope, receive: Receive, limit: Limit) -> None:
        super().__init__(scope, receive, limit)
        self._parts = UploadParts(Headers(scope=scope).get("content-type", ""))

    def look_at(self, piece: bytes) -> None:
        try:
            self._parts.follow(piece)
        except NotAFileError:
            self._refuse(refusal(422, "An upload holds files and nothing else.", code="not_a_file"))

    def left_behind(self, message: Message) -> Message:
        raise BrokenOffError("the client has gone")
