"""Which migration the tables have reached, and whether this program can work with them.

A newer program brings the tables up to itself while older ones are at work. Each migration says in `compatible_from`
which program is the oldest that can go on with what it leaves behind, and the tables keep that word, since an older
program does not know the migration (docs/decisions/0029).
"""

from enum import StrEnum
from functools import cache
from pathlib import Path

from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, column, delete, insert, inspect, select, table

from annotation_store.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"
COMPATIBLE_FROM = "compatible_from"
"""What a migration since 0008 calls the oldest revision of a program that works with the tables that it leaves."""

_VERSIONS = table("schema_versions", column("revision"), column(COMPATIBLE_FROM))


class Age(StrEnum):
    """Of tables, beside this program's."""

    OLDER = "older"
    THE_SAME = "the same"
    COMPATIBLE = "newer, and made so that this program can go on"
    NEWER = "newer"  # or of another program altogether
    NONE = "none"  # no migration has been there


class NewerTablesError(StoreError):
    """The work needs to know every table, and a newer program has brought more of them."""


def schema_revision(connection: Connection) -> str | None:
    """The migration that the database has reached; None if it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The last migration that this program knows."""
    return _known(MIGRATIONS)[0]


def age_of(revision: str | None) -> Age:
    """How a schema at `revision` compares with this program; whether that can go on, only the tables can tell."""
    if revision is None:
        return Age.NONE
    if revision == newest_revision():
        return Age.THE_SAME
    return Age.OLDER if revision in _known(MIGRATIONS) else Age.NEWER


def age_of_tables(connection: Connection) -> Age:
    """How the tables compare with this program."""
    revision = schema_revision(connection)
    age = age_of(revision)
    if age is Age.NEWER and _oldest_program(connection, str(revision)) in _known(MIGRATIONS):
        return Age.COMPATIBLE
    return age


def check_every_table_is_known(connection: Connection) -> None:
    """Raises NewerTablesError where the tables are newer than this program, also if it can go on with them."""
    revision = schema_revision(connection)
    if age_of(revision) is Age.NEWER:
        raise NewerTablesError(
            f"The database is that of a newer version of Matteloop already (its tables are at {revision}), so this "
            "version does not know all that is kept there: give the command with the newer version."
        )


def note_version(connection: Connection, step: MigrationInfo) -> None:
    """Keep the word of a migration that was just made, or forget that of one that was taken back."""
    module = getattr(step.up_revision, "module", None)
    oldest: str | None = getattr(module, COMPATIBLE_FROM, None)
    if oldest is None or not inspect(connection).has_table(_VERSIONS.name):
        return
    revision = step.up_revision_id
    connection.execute(delete(_VERSIONS).where(_VERSIONS.c.revision == revision))
    if step.is_upgrade:
        connection.execute(insert(_VERSIONS).values(revision=revision, compatible_from=oldest))


def _oldest_program(connection: Connection, revision: str) -> str | None:
    """By its newest revision; None where the tables say nothing of `revision`."""
    if not inspect(connection).has_table(_VERSIONS.name):
        return None
    word = select(_VERSIONS.c.compatible_from).where(_VERSIONS.c.revision == revision)
    found: str | None = connection.execute(word).scalar()
    return found


@cache
def _known(folder: Path) -> tuple[str, ...]:
    """All migrations of this program, the newest first: Alembic reads them all for that, so once is enough."""
    known = tuple(script.revision for script in ScriptDirectory(str(folder)).walk_revisions())
    assert known  # noqa: S101, the program comes with migrations
    return known
