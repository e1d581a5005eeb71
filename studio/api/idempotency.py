"""``Idempotency-Key``: a request that changes something may be sent again, and is carried out once.

After the IETF's draft (draft-ietf-httpapi-idempotency-key-header). A request is known by its method, its path with the
query, its body, and the scopes that it came with; an upload by its length in the place of its body, which is not read
for that. Answers of 408, 429 and 5xx are not kept, nor are those above 4 MB.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from annotation_store import replays
from annotation_store.replays import Answer
from annotation_store.store import Store
from matting_core.errors import MattingError
from studio.problems import Problem
from studio.security.request_limits import UPLOADS
from studio.sign_in.visitor import Visitor, visitor_of

log = structlog.get_logger()

API = "/api/v1/"
HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LARGEST_ANSWER = 4_000_000
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_NOT_KEPT = frozenset({408, 429})
_KEPT_HEADERS = ("content-type", "content-disposition", "location", "link", "etag", "cache-control")

Result = TypeVar("Result")


class IdempotencyKeys:
    """ASGI middleware, the innermost: behind the door, which knows whose key it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key, visitor = _key_in(scope), visitor_of(scope)
        if key is None or visitor is None:
            await self._app(scope, receive, send)
            return
        if _KEY.fullmatch(key) is None:
            sentence = f"The header {HEADER} holds 1 to 200 visible ASCII characters, without spaces."
            await Problem(400, sentence, code="invalid_idempotency_key")(scope, receive, send)
            return
        if scope["path"] in UPLOADS and "content-length" not in Headers(scope=scope):
            sentence = f"An upload with the header {HEADER} says its length: send Content-Length, or send no key."
            await Problem(411, sentence, code="length_required")(scope, receive, send)
            return
        try:
            fingerprint, receive = await _fingerprint(scope, receive, visitor)
        except ClientDisconnect:
            return
        store: Store = scope["app"].state.studio.store
        kept = await _in_thread(replays.begin, store, visitor.name, key, fingerprint)
        if kept is not None:
            await _give_again(kept, send)
            return
        recorder = _Recorder(send)
        try:
            await self._app(scope, receive, recorder.take)
        except BaseException:
            await _quietly(replays.drop, store, visitor.name, key)
            raise
        if (answer := recorder.answer) is None:
            await _quietly(replays.drop, store, visitor.name, key)
        else:
            await _quietly(replays.keep, store, visitor.name, key, answer)
        await recorder.hand_on()


class _Recorder:
    """Holds an answer back until it is kept; one that is too large goes on its way, and is not kept."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._held: list[Message] = []
        self._size = 0
        self._passes = False

    async def take(self, message: Message) -> None:
        self._size += len(message.get("body", b""))
        if not self._passes and self._size > LARGEST_ANSWER:
            self._passes = True
            await self.hand_on()
        if self._passes:
            await self._send(message)
        else:
            self._held.append(message)

    async def hand_on(self) -> None:
        for message in self._held:
            await self._send(message)
        self._held.clear()

    @property
    def answer(self) -> Answer | None:
        """What is to be kept, if anything."""
        if self._passes or not self._held or self._held[-1].get("more_body", False):
            return None
        status: int = self._held[0]["status"]
        if status >= 500 or status in _NOT_KEPT:
            return None
        headers = Headers(raw=self._held[0]["headers"])
        kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
        return Answer(status, kept, b"".join(message.get("body", b"") for message in self._held[1:]))


def _key_in(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] not in CHANGING or not scope["path"].startswith(API):
        return None
    return Headers(scope=scope).get(HEADER)


async def _fingerprint(scope: Scope, receive: Receive, visitor: Visitor) -> tuple[str, Receive]:
    """Of the request, and its body for the next who reads it. Raises ClientDisconnect."""
    scopes = "" if visitor.scopes is None else ",".join(sorted(visitor.scopes))
    parts = [scope["method"].encode(), scope["path"].encode(), scope["query_string"], scopes.encode()]
    if scope["path"] in UPLOADS:
        parts.append(Headers(scope=scope)["content-length"].encode())
    else:
        body = await Request(scope, receive).body()
        parts.append(body)
        receive = _again(body, receive)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8))  # so that nothing of one part is taken for the beginning of the next
        digest.update(part)
    return digest.hexdigest(), receive


def _again(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    read = False

    async def replay() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _give_again(answer: Answer, send: Send) -> None:
    start: Message = {"type": "http.response.start", "status": answer.status, "headers": []}
    headers = MutableHeaders(scope=start)
    headers.update(answer.headers)
    headers[REPLAYED] = "true"
    if answer.status not in (204, 304):
        headers["content-length"] = str(len(answer.body))
    start["headers"] = headers.raw
    await send(start)
    await send({"type": "http.response.body", "body": answer.body})


async def _in_thread(function: Callable[..., Result], *arguments: object) -> Result:
    return await to_thread.run_sync(lambda: function(*arguments))


async def _quietly(function: Callable[..., None], *arguments: object) -> None:
    """What was done is done, whether or not its answer can be kept."""
    try:
        await _in_thread(function, *arguments)
    except MattingError as error:
        log.warning("an answer could not be kept for its key", reason=str(error))
