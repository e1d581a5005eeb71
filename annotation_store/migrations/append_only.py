"""Triggers that let rows of a table be added, and neither changed nor deleted.

SQLite's batch operations rebuild a table and lose its triggers: a later migration that alters one of these tables calls
`protect` again at its end.
"""

from collections.abc import Sequence

from alembic import op

APPEND_ONLY = ("revisions", "edit_log", "decisions", "events", "training_sets", "training_set_items")
_CHANGES = ("update", "delete")


def protect(tables: Sequence[str] = APPEND_ONLY) -> None:
    """Refuse UPDATE and DELETE on `tables` from now on."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$ BEGIN "
            "RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME; END $$ LANGUAGE plpgsql"
        )
    for table in tables:
        for change in _CHANGES:
            op.execute(_trigger(table, change))


def release(tables: Sequence[str] = APPEND_ONLY) -> None:
    """Take the triggers away, for a migration that must change what was written."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in tables:
        for change in _CHANGES:
            on_table = f" ON {table}" if is_postgresql else ""
            op.execute(f"DROP TRIGGER IF EXISTS {_name(table, change)}{on_table}")
    if is_postgresql and set(tables) == set(APPEND_ONLY):
        op.execute("DROP FUNCTION IF EXISTS refuse_change()")


def _trigger(table: str, change: str) -> str:
    head = f"CREATE TRIGGER {_name(table, change)} BEFORE {change.upper()} ON {table} FOR EACH ROW"
    if op.get_bind().dialect.name == "postgresql":
        return f"{head} EXECUTE FUNCTION refuse_change()"
    return f"{head} BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed'); END"


def _name(table: str, change: str) -> str:
    return f"no_{change}_of_{table}"
