"""Queues on a PostgreSQL server, which may be the one of the tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from huey import PostgresHuey
from huey.storage import PostgresStorage
from psycopg.conninfo import conninfo_to_dict

from annotation_store.errors import StoreUnavailableError
from studio.jobs.plain_messages import PlainMessages
from studio.jobs.queues import UNREADABLE

TABLES = "matteloop_jobs"
"""How the names of the tables begin. All studios of a database share them; each row names its queue."""

_MAKING = int.from_bytes(b"jobtable")
"""The number of the advisory lock under which the tables are made: two at once would be in each other's way."""

_DEFAULTS = {
    "application_name": "matteloop",
    "connect_timeout": "10",
    "tcp_user_timeout": "10000",  # a server that has vanished keeps nobody waiting for a quarter of an hour
}


class PostgresqlQueues:
    """url: as libpq takes it."""

    is_shared = True

    def __init__(self, url: str) -> None:
        try:
            self._options: dict[str, Any] = {**_DEFAULTS, **conninfo_to_dict(url)}
        except psycopg.ProgrammingError:
            raise StoreUnavailableError(UNREADABLE) from None  # the cause could quote the password
        where = self._options.get("host") or "this computer"
        self._place = f"the database “{self._options.get('dbname', '')}” on {where}"

    def open(self, name: str) -> PostgresHuey:
        """See Queues."""
        return PostgresHuey(
            name,
            results=False,
            serializer=PlainMessages(),
            storage_class=_Storage,
            table_prefix=TABLES,
            blocking=False,  # to be told would take a connection for each thread, and poolers pass nothing on
            connection=lambda: psycopg.connect(**self._options),
        )

    @contextmanager
    def in_words(self) -> Iterator[None]:
        """See Queues."""
        try:
            yield
        except psycopg.Error as error:
            words = " ".join(str(error).split())
            raise StoreUnavailableError(
                f"The queue of jobs in {self._place} cannot be used ({words}): see whether its server runs, and "
                "whether address, name and password are right, then try again."
            ) from error


class _Storage(PostgresStorage):
    """One connection for all threads, made again when it is lost."""

    def initialize_schema(self) -> None:
        with self.db(commit=True, close=True) as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
            for statement in self.ddl:
                cursor.execute(statement)

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        had_connection = self._conn is not None
        try:
            super().enqueue(data, priority)
        except psycopg.OperationalError:
            if not had_connection:
                raise
            super().enqueue(data, priority)  # the server was started anew since; a message twice is as once

    def peek_many(self, keys: object) -> dict[str, bytes]:
        """Whether a message was revoked: none ever is, and one that was taken must not be lost over the question."""
        return {}
