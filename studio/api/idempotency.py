"""``Idempotency-Key``: a request that changes something may be sent again, and is carried out once.

After the IETF's draft (draft-ietf-httpapi-idempotency-key-header). A request is known by its method, its path with the
query, its body, and what its sender may do; an upload or a picture by its length in the place of its body, which is not
read for that. Answers of 408, 429 and 5xx are not kept, nor are those above 4 MB, nor those to a body that broke off.
What holds a secret says ``Cache-Control: no-store``: that it was answered is kept, and nothing of the answer.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog
from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from annotation_store import replays
from annotation_store.replays import Answer, Attempt
from annotation_store.store import Store
from matting_core.errors import MattingError
from studio.problems import Problem
from studio.security.request_limits import brings_files
from studio.sign_in.visitor import Visitor, visitor_of

log = structlog.get_logger()

API = "/api/v1/"
HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LARGEST_ANSWER = 4_000_000
HEARTBEAT = 10.0
"""Seconds. One beat may wait in vain for a busy store (30 s), and the next still comes within `replays.PATIENCE`."""
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
        if brings_files(scope["method"], scope["path"]) and "content-length" not in Headers(scope=scope):
            sentence = f"What brings files under the header {HEADER} says its length: send Content-Length, or no key."
            await Problem(411, sentence, code="length_required")(scope, receive, send)
            return
        try:
            fingerprint, body = await _fingerprint(scope, receive, visitor)
        except ClientDisconnect:
            return
        store: Store = scope["app"].state.studio.store
        begun = await _in_thread(replays.begin, store, visitor.name, key, fingerprint)
        if isinstance(begun, Attempt):
            await self._attempt(store, begun, scope, body, send)
        elif _is_secret(begun.headers):
            await _not_kept()(scope, receive, send)
        else:
            await _give_again(begun, send)

    async def _attempt(self, store: Store, attempt: Attempt, scope: Scope, body: "_Body", send: Send) -> None:
        recorder = _Recorder(send)
        async with _heart(store, attempt):
            try:
                await self._app(scope, body.receive, recorder.take)
            except BaseException:
                await _quietly(replays.drop, store, attempt)
                raise
            if body.broke_off or (answer := recorder.answer) is None:
                await _quietly(replays.drop, store, attempt)
            else:
                await _quietly(replays.keep, store, attempt, answer)
        await recorder.hand_on()


class _Body:
    """What comes in of a request. read: its body, if that was read whole before.

    broke_off: whether its reader was told that no more comes before it was complete. The reader may make an answer of
    that (Starlette's forms do: 400), which tells nothing of the request.
    """

    def __init__(self, receive: Receive, *, read: bytes | None = None) -> None:
        self._receive = receive
        self._read = read
        self._is_complete = read is not None
        self.broke_off = False

    async def receive(self) -> Message:
        if self._read is not None:
            read, self._read = self._read, None
            return {"type": "http.request", "body": read, "more_body": False}
        if self._is_complete:
            return await self._receive()
        try:
            message = await self._receive()
        except Exception:  # a limit of request_limits.py
            self.broke_off = True
            raise
        self.broke_off = self.broke_off or message["type"] == "http.disconnect"
        self._is_complete = not message.get("more_body", False)
        return message


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
        if _is_secret(headers):
            return Answer(status, {"cache-control": "no-store"}, b"") if status < 400 else None
        kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
        return Answer(status, kept, b"".join(message.get("body", b"") for message in self._held[1:]))


def _key_in(scope: Scope) -> str | None:
    if scope["type"] != "http" or scope["method"] not in CHANGING or not scope["path"].startswith(API):
        return None
    return Headers(scope=scope).get(HEADER)


async def _fingerprint(scope: Scope, receive: Receive, visitor: Visitor) -> tuple[str, _Body]:
    """Of the request, and its body for the next who reads it. Raises ClientDisconnect."""
    rights = (str(visitor.role), _in_words(visitor.projects), _in_words(visitor.scopes))
    parts = [text.encode() for text in (scope["method"], scope["path"], *rights)]
    parts.append(scope["query_string"])
    if brings_files(scope["method"], scope["path"]):
        parts.append(Headers(scope=scope)["content-length"].encode())
        body = _Body(receive)
    else:
        read = await Request(scope, receive).body()
        parts.append(read)
        body = _Body(receive, read=read)
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8))  # so that nothing of one part is taken for the beginning of the next
        digest.update(part)
    return digest.hexdigest(), body


def _in_words(rights: Collection[object] | None) -> str:
    return "all" if rights is None else ",".join(sorted(map(str, rights)))


def _is_secret(headers: Mapping[str, str]) -> bool:
    return "no-store" in headers.get("cache-control", "").lower()


def _not_kept() -> Problem:
    sentence = "This was carried out before. Its answer holds a secret, so it is not kept: look at what there is now, "
    return Problem(409, sentence + "and ask for a new secret with a new key.", code="answer_not_kept")


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


@asynccontextmanager
async def _heart(store: Store, attempt: Attempt) -> AsyncIterator[None]:
    """Renews the attempt for as long as it is worked on."""
    beating = asyncio.create_task(_beat(store, attempt))
    try:
        yield
    finally:
        beating.cancel()


async def _beat(store: Store, attempt: Attempt) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT)
        try:
            # not in the threads that requests are worked on in: all of them may be taken for long
            await asyncio.to_thread(replays.renew, store, attempt)
        except Exception as error:  # the work goes on, and the next beat comes
            log.warning("an attempt could not be renewed", reason=str(error))


async def _in_thread(function: Callable[..., Result], *arguments: object) -> Result:
    return await to_thread.run_sync(lambda: function(*arguments))


async def _quietly(function: Callable[..., None], *arguments: object) -> None:
    """What was done is done, whether or not its answer can be kept."""
    try:
        await _in_thread(function, *arguments)
    except MattingError as error:
        log.warning("an answer could not be kept for its key", reason=str(error))
