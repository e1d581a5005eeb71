"""What no route has foreseen: under /api/, an answer in the form of all others, with the number by which to find it.

Errors that are made on purpose come this far from the layers between this one and the routes: from the door, say, while
the store is busy.
"""

import structlog
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from annotation_store.events import request_id
from matting_core.errors import MattingError
from studio.api.errors import problem_of
from studio.problems import UNEXPECTED, Problem

log = structlog.get_logger()

API = "/api/"


class LastResort:
    """ASGI middleware around the door and the routes. An answer that has begun is broken off, as without it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def answer(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except (MultiPartException, ClientDisconnect, HTTPException):
            raise  # of a body that has broken a limit, or whose sender has gone
        except MattingError as error:
            if has_begun:
                raise
            await problem_of(error)(scope, receive, send)
        except Exception:
            if has_begun:
                raise
            log.exception("unexpected", path=scope["path"])
            await _unexpected()(scope, receive, send)


def _unexpected() -> Problem:
    """Nothing of the error itself: it may hold what is nobody's business."""
    number = request_id.get()
    sentence = "Something went wrong in the studio: tell an admin, who finds it in the log"
    sentence += f" under the number {number}." if number else "."
    return Problem(500, sentence, code=UNEXPECTED, request_id=number)
