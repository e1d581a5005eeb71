"""Alembic's entry: runs on the connection that `Database.migration` hands over, leaves logging alone."""

from alembic import context

from annotation_store.schema import Base
from annotation_store.schema_version import note_version

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by rebuilding it
    on_version_apply=lambda step, **_: note_version(connection, step),
)
with context.begin_transaction():
    context.run_migrations()
