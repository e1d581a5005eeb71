"""Which migration a database has reached, and which one this program knows as the newest."""

from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_MIGRATIONS = Path(__file__).parent.parent / "migrations"


class Age(StrEnum):
    """Of a schema, beside this program's."""

    OLDER = "older"
    THE_SAME = "the same"
    NEWER = "newer"  # or of another program altogether
    NONE = "none"  # no migration has been there


def schema_revision(connection: Connection) -> str | None:
    """The migration that the database has reached; None if it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def newest_revision() -> str:
    """The last migration that this program knows."""
    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    assert head is not None  # noqa: S101, the program comes with migrations
    return head


def age_of(revision: str | None) -> Age:
    """How a schema at `revision` compares with this program."""
    if revision is None:
        return Age.NONE
    if revision == newest_revision():
        return Age.THE_SAME
    known = {script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}
    return Age.OLDER if revision in known else Age.NEWER
