"""What a migration does to tables that programs before it cannot live with, told by the tables before and after.

It looks at the tables, not at the code of the migration: so it does not matter by which words they were changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, inspect

_OF_ALEMBIC = "alembic_version"


@dataclass(frozen=True)
class Shape:
    """columns: by table and name. rules: what rows must obey besides, by table."""

    columns: dict[str, dict[str, Any]]
    rules: dict[str, set[str]]


def shape_of(connection: Connection) -> Shape:
    """All tables as they stand in the database."""
    inspector = inspect(connection)
    tables = [name for name in inspector.get_table_names() if name != _OF_ALEMBIC]
    return Shape(
        {name: {each["name"]: each for each in inspector.get_columns(name)} for name in tables},
        {name: set(_rules(inspector, name)) for name in tables},
    )


def breaking_changes(before: Shape, after: Shape) -> Iterator[str]:
    """In words; none where a program that knows the tables `before` can read and write those `after`."""
    for table, columns in before.columns.items():
        if table not in after.columns:
            yield f"the table {table} is gone"
            continue
        now = after.columns[table]
        for name, was in columns.items():
            if name not in now:
                yield f"the column {table}.{name} is gone"
            else:
                yield from _changes_of_column(f"{table}.{name}", was, now[name])
        for name in sorted(now.keys() - columns.keys()):
            if not now[name]["nullable"] and now[name]["default"] is None:
                yield f"{table}.{name} is new, NOT NULL and has no default on the server"
        for rule in sorted(after.rules[table] - before.rules[table]):
            yield f"rows of {table} must obey a new rule: {rule}"


def _changes_of_column(name: str, was: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    if str(was["type"]) != str(now["type"]):
        yield f"{name} was {was['type']} and is {now['type']}"
    if was["nullable"] and not now["nullable"]:
        yield f"{name} has become NOT NULL"
    if was["default"] is not None and now["default"] is None and not now["nullable"]:
        yield f"{name} has lost its default"


def _rules(inspector: Any, table: str) -> Iterator[str]:
    for index in inspector.get_indexes(table):
        if index["unique"]:
            yield f"unique {index['column_names']}"
    for unique in inspector.get_unique_constraints(table):
        yield f"unique {unique['column_names']}"
    for key in inspector.get_foreign_keys(table):
        yield f"{key['constrained_columns']} names a row of {key['referred_table']}"
    for check in inspector.get_check_constraints(table):
        yield f"check {check['sqltext']}"
