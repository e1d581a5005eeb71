"""Whose a session of Gradio is. Gradio asks nobody: who names a session reads its answers, and sets its state.

The name of a session (`session_hash`) is made by the page, by `Math.random()`, and stands in addresses, so that it
reaches logs. Here it belongs to the person who used it first; nobody else may name it.
"""

import json
import re
from collections import OrderedDict
from collections.abc import Hashable

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.routing import get_route_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.security.refusals import refusal
from studio.sign_in.visitor import visitor_of

CAPACITY = 10_000
_NAME = re.compile(r"[0-9a-z]{1,32}")
_HEARTBEAT = "/gradio_api/heartbeat/"
_JOIN = "/gradio_api/queue/join"
_DATA = "/gradio_api/queue/data"


class GradioSessions:
    """ASGI middleware around Gradio, behind the door and the limits: it reads the body that joins the queue."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._owners: OrderedDict[str, Hashable] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = get_route_path(scope) if scope["type"] == "http" else ""
        if path.startswith(_HEARTBEAT):
            name: object = path.removeprefix(_HEARTBEAT)
        elif path == _DATA:
            name = QueryParams(scope["query_string"]).get("session_hash")
        elif path == _JOIN:
            try:
                body = await Request(scope, receive).body()
            except ClientDisconnect:
                return
            name, receive = _named_in(body), _again(body, receive)
        else:
            await self._app(scope, receive, send)
            return
        if self._is_theirs(name, scope):
            await self._app(scope, receive, send)
        else:
            await refusal(403, "This is no session of yours: load the page anew.", code="not_your_session")(
                scope, receive, send
            )

    def _is_theirs(self, name: object, scope: Scope) -> bool:
        if not isinstance(name, str):
            return True  # none is named: Gradio says what is missing
        if _NAME.fullmatch(name) is None:
            return False
        visitor = visitor_of(scope)
        person = None if visitor is None else visitor.person_id
        owner = self._owners.setdefault(name, person)
        self._owners.move_to_end(name)
        if len(self._owners) > CAPACITY:
            self._owners.popitem(last=False)
        return owner == person


def _named_in(body: bytes) -> object:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return fields.get("session_hash") if isinstance(fields, dict) else None


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, for the next who reads it."""
    read = False

    async def replay() -> Message:
        nonlocal read
        if read:
            return await receive()
        read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
