import shutil

import pytest
from every_table import all_rows, fill_every_table
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from annotation_store import schema
from annotation_store.database import Database
from annotation_store.events import record_event
from annotation_store.keeping.row_copy import copy_rows


@pytest.fixture
def sqlite(tmp_path, empty_store_folder):
    """``sqlite(name)``: a new SQLite database with the tables of a store."""
    opened = []

    def make(name):
        path = shutil.copy(empty_store_folder / "matteloop.sqlite3", tmp_path / name)
        opened.append(Database(f"sqlite:///{path}"))
        return opened[-1]

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def full(sqlite):
    database = sqlite("full.sqlite3")
    with database.write() as session:
        fill_every_table(session.connection())
    return database


def copy(source, target, **options):
    with source.read() as reader, target.write() as writer:
        return copy_rows(reader.connection(), writer.connection(), **options)


def rows_of(database):
    with database.read() as session:
        return all_rows(session.connection())


def test_every_row_of_every_table_arrives_and_comes_back_as_it_was(full, store, sqlite):
    """From SQLite into each engine, and from there into SQLite; rows name each other in circles."""
    expected = rows_of(full)
    assert all(len(rows) == 2 for rows in expected.values())
    assert copy(full, store.database) == 2 * len(expected)
    assert rows_of(store.database) == expected
    back = sqlite("back.sqlite3")
    copy(store.database, back)
    assert rows_of(back) == expected


def test_the_next_row_has_the_number_after_the_highest(full, store):
    copy(full, store.database)
    with store.database.write() as session:
        record_event(session, actor="keiko", action="test.first")
        session.flush()
        assert session.query(schema.Event.id).filter_by(action="test.first").scalar() == 3


def test_a_table_without_rows_begins_with_number_one(sqlite, store):
    copy(sqlite("empty.sqlite3"), store.database)
    with store.database.write() as session:
        record_event(session, actor="keiko", action="test.first")
        session.flush()
        assert session.query(schema.Event.id).scalar() == 1


def test_words_that_the_program_does_not_know_are_copied_as_they_stand(full, store):
    with full.write() as session:
        session.execute(text("UPDATE images SET state = 'in_limbo' WHERE id = 1"))
    copy(full, store.database)
    assert rows_of(store.database) == rows_of(full)


def test_numbers_that_are_none_become_null_where_json_is_kept_by_its_standard(full, store):
    with full.write() as session:
        session.execute(text("""UPDATE model_versions SET metrics = '{"sad": NaN, "all": [-Infinity, 1.5]}'"""))
    copy(full, store.database)
    with store.database.read() as session:
        metrics = session.query(schema.ModelVersion.metrics).first()[0]
    expected = {"sad": None, "all": [None, 1.5]}
    assert metrics == expected or (store.database.engine.dialect.name == "sqlite" and metrics["all"][1] == 1.5)


def test_a_row_that_names_nothing_is_refused_and_nothing_is_copied(full, store):
    with full.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(text("UPDATE images SET project_id = 404 WHERE id = 1"))
        connection.commit()
    before = rows_of(store.database)
    with pytest.raises(IntegrityError):
        copy(full, store.database)
    assert rows_of(store.database) == before


def test_references_are_checked_at_once_again_afterwards(full, store):
    copy(full, store.database)
    with pytest.raises(IntegrityError), store.database.write() as session:
        record_event(session, actor="keiko", action="test.orphan", image_id=404)
    with store.database.engine.connect() as connection:
        keys = [key for table in schema.Base.metadata.tables for key in inspect(connection).get_foreign_keys(table)]
    assert not any(key["options"].get("deferrable") for key in keys)


def test_progress_is_told_table_by_table(full, store):
    told = []
    copy(full, store.database, on_rows=lambda done, table: told.append((done, table)))
    assert told[-1][0] == 2 * len(schema.Base.metadata.tables)
    assert {table for _, table in told} == set(schema.Base.metadata.tables)
