"""Which programs can work with the tables, for those that do not know the newest migration."""

from sqlalchemy.orm import Mapped, mapped_column

from annotation_store.schema.base import Base


class SchemaVersion(Base):
    """A migration that was made, and the oldest program that can go on after it, told by that one's newest migration.

    Written by Alembic's steps (`schema_version.note_version`).
    """

    __tablename__ = "schema_versions"

    revision: Mapped[str] = mapped_column(primary_key=True)
    compatible_from: Mapped[str]
