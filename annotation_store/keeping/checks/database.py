"""The database itself: whether its file is sound, whom its rows name, and whether this version knows its words."""

from collections.abc import Iterator

from sqlalchemy import Column, Enum, String, exists, func, select, text, type_coerce
from sqlalchemy.orm import Session

from annotation_store.keeping.finding import Finding, damage, warning
from annotation_store.keeping.row_copy import SQLITE
from annotation_store.schema import Base
from annotation_store.schema_version import Age, age_of, newest_revision, schema_revision

RESTORE = "restore the studio from a backup"


def schema_version(session: Session) -> Iterator[Finding]:
    """The tables are those of this version; otherwise nobody can say what their rows mean."""
    revision = schema_revision(session.connection())
    match age_of(revision):
        case Age.OLDER:
            yield warning(
                "schema-version",
                f"The database was last used by an older version (its tables are at {revision}, this version's at "
                f"{newest_revision()}), so its rows were not looked at: make a backup with the older version, then "
                "start this one once.",
            )
        case Age.NEWER:
            yield warning(
                "schema-version",
                f"The database was written by a newer version (its tables are at {revision}), so its rows were not "
                "looked at: use that version's doctor.",
            )
        case Age.NONE:
            yield damage("schema-version", f"The database has no tables of a studio: {RESTORE}.")


def integrity(session: Session) -> Iterator[Finding]:
    """The database's own view of its files."""
    if session.get_bind().dialect.name == SQLITE:
        problems = [row[0] for row in session.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
        if problems:
            more = f", and {len(problems) - 1} more problems" if len(problems) > 1 else ""
            yield damage("integrity", f"The file of the database is damaged ({problems[0]}{more}): {RESTORE}.")
        return
    for (index,) in session.execute(text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")):
        yield damage("integrity", f"PostgreSQL does not trust its index {index}: have it made anew (REINDEX).")


def references(session: Session) -> Iterator[Finding]:
    """Rows that other rows name are there."""
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            named = key.column.table.alias()
            is_there = exists().where(named.c[key.column.name] == key.parent)
            query = select(func.count()).select_from(table).where(key.parent.is_not(None), ~is_there)
            if count := session.scalar(query):
                rows = "row names" if count == 1 else "rows name"
                yield damage(
                    "references",
                    f"{count} {rows} something in {table.name}.{key.parent.name} that {key.column.table.name} does not "
                    f"hold: {RESTORE}.",
                )


def vocabulary(session: Session) -> Iterator[Finding]:
    """States and kinds are among those that the program knows."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Enum):
                for word in _unknown_words(session, column, column.type):
                    yield damage(
                        "vocabulary",
                        f"In {table.name}, {column.name} is “{word}”, which means nothing to this version: {RESTORE}.",
                    )


def _unknown_words(session: Session, column: Column[str], known: Enum) -> list[str]:
    word = type_coerce(column, String())
    query = select(word).distinct().where(column.is_not(None), word.not_in(known.enums)).order_by(word)
    return list(session.scalars(query))
