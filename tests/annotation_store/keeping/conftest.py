"""A store that can be damaged in ways that the program itself does not allow, and what the doctor says to it."""

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Connection, text

from annotation_store.keeping.doctor import Depth, examine
from annotation_store.keeping.finding import Finding
from annotation_store.store import Store, look_into


@pytest.fixture
def spoil(store: Store) -> Callable[..., None]:
    """``spoil("UPDATE … :value", value=…)``: statements that no reference and no trigger stands in the way of."""

    def run(*statements: str, **values: object) -> None:
        with store.database.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                _release_sqlite(connection)
            else:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement), values)
            connection.commit()
        store.database.close()  # SQLite's connections remember that references are not checked

    return run


def _release_sqlite(connection: Connection) -> None:
    connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
    triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
    for trigger in triggers:
        connection.execute(text(f"DROP TRIGGER {trigger}"))


@pytest.fixture
def findings(store: Store, database_url: str) -> Callable[..., Sequence[Finding]]:
    """``findings(depth)``: all that the doctor finds in the store."""

    def look(depth: Depth = Depth.USUAL) -> Sequence[Finding]:
        looked = look_into(store.folder, database_url=database_url)
        try:
            return list(examine(looked, depth=depth))
        finally:
            looked.database.close()

    return look
