"""Dying at a chosen moment: a process ends itself as `kill -9` would, at the n-th time that something happens.

These are the places where half a change could be left: between the bytes and their name, the name and the row, the row
and its commit, the commit and the answer.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any

from sqlalchemy.engine.default import DefaultDialect
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Moment(StrEnum):
    """Where a process can be made to die."""

    BEFORE_FSYNC = "before a flush to the disk"
    AFTER_FSYNC = "after a flush to the disk"
    BEFORE_RENAME = "before a rename"
    AFTER_RENAME = "after a rename"
    AFTER_STATEMENT = "after a statement that is not committed"
    BEFORE_COMMIT = "before a commit"
    AFTER_COMMIT = "after a commit"
    BEFORE_ANSWER = "before an answer"
    AFTER_ANSWER = "after an answer"


ANSWERING = (Moment.BEFORE_ANSWER, Moment.AFTER_ANSWER)


@dataclass(frozen=True, slots=True)
class Death:
    """moment, times: it comes at this many-th such moment. in_worker: of the worker, not of the web process. together:
    the other one of the two dies at the same moment.
    """

    moment: Moment
    times: int
    in_worker: bool = False
    together: bool = False

    def __str__(self) -> str:
        who = "worker" if self.in_worker else "main process"
        return f"{who} dies {self.moment}, number {self.times}" + (", all with it" if self.together else "")


def arm(death: Death) -> None:
    """From now on the n-th `death.moment` of this process, whichever thread comes to it, is its last."""
    at = _Trigger(death)
    match death.moment:
        case Moment.BEFORE_FSYNC | Moment.AFTER_FSYNC:
            os.fsync = at.call(os.fsync)
        case Moment.BEFORE_RENAME | Moment.AFTER_RENAME:
            os.replace = at.call(os.replace)  # pathlib's rename calls it, too
        case Moment.BEFORE_COMMIT | Moment.AFTER_COMMIT:
            DefaultDialect.do_commit = at.call(DefaultDialect.do_commit)
        case Moment.AFTER_STATEMENT:
            DefaultDialect.do_execute = at.call(DefaultDialect.do_execute, only=_writes)
        case _:
            global _answering
            _answering = at


class MortalApp:
    """An ASGI application around `app` that dies at an answer to a POST, if `arm` was told so."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _answering is None or scope.get("method") != "POST":
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                with _answering.around():  # type: ignore[union-attr]
                    await send(message)
            else:
                await send(message)

        await self._app(scope, receive, answer)


class _Trigger:
    def __init__(self, death: Death) -> None:
        self._death = death
        self._before = death.moment.name.startswith("BEFORE")
        self._count = count(1)  # one step of it is atomic

    def call(self, function: Callable[..., Any], *, only: Callable[..., bool] = lambda *_: True) -> Callable[..., Any]:
        def mortal(*arguments: Any, **named: Any) -> Any:
            if not only(*arguments):
                return function(*arguments, **named)
            with self.around():
                return function(*arguments, **named)

        return mortal

    @contextmanager
    def around(self) -> Iterator[None]:
        is_last = next(self._count) == self._death.times
        if is_last and self._before:
            self._die()
        yield
        if is_last:
            self._die()

    def _die(self) -> None:
        if self._death.together:
            os.killpg(0, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)


_answering: _Trigger | None = None


def _writes(_dialect: object, _cursor: object, statement: str, *_: object) -> bool:
    return not statement.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA"))
