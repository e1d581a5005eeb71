"""Alembic's entry: runs on the connection that `Database.migration` hands over, leaves logging alone."""

from alembic import context

from annotation_store.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by rebuilding it
)
with context.begin_transaction():
    context.run_migrations()
