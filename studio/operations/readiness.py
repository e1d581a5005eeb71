"""Whether the studio can serve people: its store answers, its tables are the program's, its blobs can be written.

Anybody may ask, as often as they like. So one look serves all who ask within a second, there is never more than one
look at a time, and what is answered is the name of a check; the reason stands in the log.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum

import structlog

from annotation_store.database import FIT
from annotation_store.schema_version import Age
from annotation_store.store import Store
from studio.operations.closing import Closing

log = structlog.get_logger()

PATIENCE_SECONDS = 1.0
"""A store that answers later does not answer."""
FRESH_SECONDS = 1.0


class Check(StrEnum):
    """What can be wrong."""

    CLOSING = "closing"
    STORE = "store"
    MIGRATIONS = "migrations"
    BLOBS = "blobs"


class Readiness:
    """Of one opened studio."""

    def __init__(self, store: Store, closing: Closing) -> None:
        self._closing = closing
        self._has_told_of_newer_tables = False
        self._looks = (
            _Look(Check.STORE, lambda: self._of_tables(store.database.age())),
            _Look(Check.BLOBS, store.blobs.check_writable),
        )

    async def failing(self) -> tuple[Check, ...]:
        """The checks that fail; none if people can be served. Comes within PATIENCE_SECONDS."""
        found = await asyncio.gather(*(look.found() for look in self._looks))
        failing = tuple(check for check in found if check is not None)
        return (Check.CLOSING, *failing) if self._closing.has_begun else failing

    def _of_tables(self, age: Age) -> Check | None:
        if age is Age.COMPATIBLE and not self._has_told_of_newer_tables:
            self._has_told_of_newer_tables = True
            log.info("the tables are a newer version's, and this one goes on: replace it soon")
        return None if age in FIT else Check.MIGRATIONS


class _Look:
    """A look in a thread of its own, which nothing waits for at the end: a disk may hang for ever.

    ask: returns the check that fails, None if all is well, or raises, and then `check` fails.
    """

    def __init__(self, check: Check, ask: Callable[[], Check | None]) -> None:
        self._check = check
        self._ask = ask
        self._lock = threading.Lock()
        self._newest: Future[Check | None] | None = None
        self._begun = 0.0
        self._told: Check | None = None

    async def found(self) -> Check | None:
        look = self._look()
        if look.done():
            return look.result()
        try:
            left = self._begun + PATIENCE_SECONDS - time.monotonic()
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(look)), max(0.0, left))
        except TimeoutError:
            self._tell(self._check, "no answer in time")
            return self._check

    def _look(self) -> Future[Check | None]:
        """The newest look: a new one, unless that is young or not at its end."""
        with self._lock:
            is_old = time.monotonic() - self._begun >= FRESH_SECONDS
            if self._newest is None or (self._newest.done() and is_old):
                self._newest, self._begun = Future(), time.monotonic()
                threading.Thread(target=self._run, args=(self._newest,), name="readiness", daemon=True).start()
            return self._newest

    def _run(self, look: "Future[Check | None]") -> None:
        failing, reason = None, ""
        try:
            failing = self._ask()
        except Exception as error:
            failing, reason = self._check, str(error)
        self._tell(failing, reason)
        look.set_result(failing)

    def _tell(self, failing: Check | None, reason: str) -> None:
        """The log, once for each change: whoever asks again and again does not fill it."""
        if failing is self._told:
            return
        self._told = failing
        if failing is None:
            log.info("ready again", check=self._check.value)
        else:
            log.warning("not ready", check=failing.value, reason=reason)
