"""Two rows in every table, whatever tables there are, each naming the other row wherever it names one at all."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Enum, Float, Integer, LargeBinary, Table, select, text

from annotation_store.keeping.row_copy import plain
from annotation_store.schema import Base
from annotation_store.schema.base import UtcDateTime

MOMENT = datetime(2026, 11, 26, 3, 15, 0, 123_456, tzinfo=UTC)


def fill_every_table(sqlite: Connection) -> None:
    """In the place of what the migrations brought."""
    sqlite.execute(text("PRAGMA defer_foreign_keys = ON"))
    for table in reversed(Base.metadata.sorted_tables):
        sqlite.execute(table.delete())
    for table in Base.metadata.sorted_tables:
        sqlite.execute(table.insert(), [{c.name: _value(c, row) for c in table.columns} for row in (1, 2)])


def all_rows(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Of every table, as they stand in the database."""
    tables: list[Table] = [plain(table) for table in Base.metadata.sorted_tables]
    return {
        table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
        for table in tables
    }


def _value(column: Column[Any], row: int) -> Any:
    if column.foreign_keys:
        return 3 - row
    match column.type:
        case Enum() as words:
            return words.enum_class(words.enums[row - 1]) if words.enum_class else words.enums[row - 1]
        case Integer() if column.primary_key:
            return row
        case Boolean():
            return row == 1
        case Integer():
            return 10 * row
        case Float():
            return 0.1 + row
        case LargeBinary():
            return bytes([0, 255, row])
        case JSON():
            return {"日本": [row, {"share": 0.1}], "none": None, "text": "“quoted”"}
        case UtcDateTime():
            return MOMENT + timedelta(days=row)
    return f"{column.name} “{row}” 日本"
