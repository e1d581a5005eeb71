"""All rows of one database into another, whatever engine either of them has. Rows are inserted, never changed."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON, Column, Connection, Enum, Integer, MetaData, String, Table, func, insert, select, text

from annotation_store.schema import Base

_BATCH = 1000
SQLITE = "sqlite"


def copy_rows(source: Connection, target: Connection, *, on_rows: Callable[[int, str], None] | None = None) -> int:
    """Fill the tables of `target`, which have no rows but those that the migrations brought: these make way.

    source, target: each in a transaction, of the schema of this program; `source` sees one snapshot. Values are taken
    as they stand, words that this program does not know included. on_rows: told how many rows are copied so far, and
    of which table. Returns how many rows there are.
    """
    tables = Base.metadata.sorted_tables
    for table in reversed(tables):
        if target.execute(select(text("1")).select_from(table).limit(1)).first():
            target.execute(table.delete())
    done = 0
    with _references_checked_at_the_end(target, tables):
        for table in map(plain, tables):
            for rows in _batches(source, table):
                target.execute(insert(table), [_storable(row, table, target.dialect.name) for row in rows])
                done += len(rows)
                if on_rows is not None:
                    on_rows(done, table.name)
    _go_on_counting(target, tables)
    return done


@contextmanager
def _references_checked_at_the_end(target: Connection, tables: list[Table]) -> Iterator[None]:
    """Rows that name each other have no order in which each comes after those that it names."""
    if target.dialect.name == SQLITE:
        target.execute(text("PRAGMA defer_foreign_keys = ON"))  # until the commit, which checks them
        yield
        return
    quoted = target.dialect.identifier_preparer.quote
    keys = [(quoted(table.name), quoted(str(key.name))) for table in tables for key in table.foreign_key_constraints]
    for table, key in keys:
        target.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {key} DEFERRABLE INITIALLY DEFERRED"))
    yield
    target.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # checks them now
    for table, key in keys:
        target.execute(text(f"ALTER TABLE {table} ALTER CONSTRAINT {key} NOT DEFERRABLE"))


def plain(table: Table) -> Table:
    """The same table without what the program wants of its values, and without defaults."""
    return Table(
        table.name,
        MetaData(),
        *(
            Column(
                column.name, String() if isinstance(column.type, Enum) else column.type, primary_key=column.primary_key
            )
            for column in table.columns
        ),
    )


def _batches(source: Connection, table: Table) -> Iterator[Any]:
    """Rows in the order of their keys, a thousand at a time."""
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
    return iter(source.execute(query).mappings().partitions())


def _storable(row: Mapping[str, Any], table: Table, engine: str) -> dict[str, Any]:
    """The values of `row`. SQLite takes JSON with NaN and infinities, other engines do not: they get null for these."""
    values = dict(row)
    if engine != SQLITE:
        for column in table.columns:
            if isinstance(column.type, JSON):
                values[column.name] = _finite(values[column.name])
    return values


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list) else value


def _go_on_counting(target: Connection, tables: list[Table]) -> None:
    """Let the next row have the number after the highest; SQLite does so by itself."""
    if target.dialect.name == SQLITE:
        return
    for table in tables:
        for column in table.primary_key.columns:
            if isinstance(column.type, Integer) and table.autoincrement_column is column:
                sequence = func.pg_get_serial_sequence(table.name, column.name)
                highest = select(func.max(column)).scalar_subquery()
                target.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))
