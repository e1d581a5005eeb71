import pytest
from sqlalchemy import text

from annotation_store.schema_version import Age, age_of, newest_revision, schema_revision


def test_a_store_that_was_opened_is_as_new_as_the_program(store):
    with store.database.read() as session:
        revision = schema_revision(session.connection())
    assert revision == newest_revision()
    assert age_of(revision) is Age.THE_SAME


@pytest.mark.parametrize(("revision", "age"), [("0001", Age.OLDER), ("9999", Age.NEWER), (None, Age.NONE)])
def test_other_schemas_are_told_apart(revision, age):
    assert age_of(revision) is age


def test_a_database_without_tables_has_no_revision(store):
    with store.database.write() as session:
        session.execute(text("DROP TABLE alembic_version"))
    with store.database.read() as session:
        assert schema_revision(session.connection()) is None
