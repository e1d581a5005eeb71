"""PostgreSQL: a server, for more people and more computers than one file serves. The same one writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect
from sqlalchemy.exc import DBAPIError

from annotation_store.engines.store_engine import WRITE_WITHIN
from annotation_store.errors import InvalidTextError, StoreBusyError, StoreError, StoreUnavailableError

_PEN = int.from_bytes(b"matteloo")
"""The number of the advisory lock, the same for all versions of the program."""

_OTHERS_HOLD_IT = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,  # with somebody who changes tables by hand: our own transactions take one lock
    psycopg.errors.QueryCanceled,
)

_DEFAULTS = {
    "application_name": "matteloop",
    "connect_timeout": "10",
    "keepalives_idle": "30",  # a server that has vanished is noticed within a minute
    "keepalives_interval": "10",
    "keepalives_count": "3",
}

_NOTICE_US = "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3"
"""So does the server if this computer vanishes: else our turns at chores would be nobody else's for two hours."""

SILENT_MS = 60_000
"""How long whoever holds the pen may have nothing to say: a computer that was put to sleep stops nobody for longer."""


class PostgresqlEngine:
    """url: ``postgresql://USER:PASSWORD@HOST/DATABASE``, with libpq's options after a question mark."""

    def __init__(self, url: URL) -> None:
        where = url.host or url.query.get("host") or "this computer"
        self.place = f"The database “{url.database}” on {where}"
        self.writing = create_engine(
            url.set(drivername="postgresql+psycopg"),
            isolation_level="READ COMMITTED",  # after the pen is taken, each statement sees all that is committed
            pool_size=8,
            max_overflow=24,  # a server takes 100 connections unless told otherwise
            pool_pre_ping=True,  # the server may have been started anew
            use_native_hstore=False,
            connect_args={name: value for name, value in _DEFAULTS.items() if name not in url.query},
        )
        event.listen(self.writing, "connect", _connect)
        event.listen(self.writing, "begin", _begin)
        self.reading: Engine = self.writing.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )

    def holds_tables(self) -> bool:
        """See StoreEngine."""
        with self.reading.connect() as connection:
            return inspect(connection).has_table("alembic_version")

    @contextmanager
    def migration(self, connection: Connection) -> Iterator[None]:
        """See StoreEngine."""
        with connection.begin():
            yield

    @contextmanager
    def alone(self, number: int) -> Iterator[bool]:
        """See StoreEngine. The lock is of the connection: it ends with this process, too."""
        with self.writing.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            is_alone = bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({number})").scalar())
            try:
                yield is_alone
            finally:
                if is_alone:
                    connection.exec_driver_sql(f"SELECT pg_advisory_unlock({number})")

    def in_words(self, error: DBAPIError) -> StoreError | None:
        """See StoreEngine."""
        fault = error.orig
        state = getattr(fault, "sqlstate", None) or ""
        if isinstance(fault, _OTHERS_HOLD_IT):
            return StoreBusyError()
        if isinstance(fault, psycopg.DataError) and "NUL" in str(fault):
            return InvalidTextError("This text holds the invisible character NUL, which cannot be kept: remove it.")
        if isinstance(fault, psycopg.errors.InsufficientPrivilege | psycopg.errors.ReadOnlySqlTransaction):
            advice = "have its user given the right to read and to write there, and to create tables"
        elif state.startswith(("53", "58")):  # insufficient resources, such as a full disk; failures of the system
            advice = "have its server looked after"
        elif isinstance(fault, psycopg.OperationalError) or error.connection_invalidated or _is_of_the_address(fault):
            advice = "see whether its server runs, and whether address, name and password are right"
        else:
            return None
        words = " ".join(str(fault).split())
        return StoreUnavailableError(f"{self.place} cannot be used ({words}): {advice}, then try again.")


def _is_of_the_address(fault: object) -> bool:
    return isinstance(fault, psycopg.ProgrammingError) and "connection option" in str(fault)


def _connect(connection: psycopg.Connection, _record: object) -> None:
    """connection: as the driver has made it, which is to begin no transaction by this."""
    connection.autocommit = True
    connection.execute(_NOTICE_US)
    connection.autocommit = False


def _begin(connection: Connection) -> None:
    patience: float | None = connection.get_execution_options().get(WRITE_WITHIN)
    if patience is None:
        return
    # held until the end of the transaction, and given up only after its commit can be seen; in the order of asking
    connection.exec_driver_sql(
        f"SET LOCAL lock_timeout = {max(1, round(patience * 1000))};"  # 0 would wait for ever
        f"SET LOCAL idle_in_transaction_session_timeout = {SILENT_MS};"
        "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';"
        f"SELECT pg_advisory_xact_lock({_PEN})"
    )
