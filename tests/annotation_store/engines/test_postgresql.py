import time

import psycopg
import pytest
from postgresql_server import address_of
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from annotation_store import gallery
from annotation_store.database import Database
from annotation_store.engines import postgresql
from annotation_store.engines.postgresql import PostgresqlEngine
from annotation_store.engines.store_engine import PATIENCE
from annotation_store.errors import NOT_NOW, InvalidTextError, StoreBusyError, StoreUnavailableError
from annotation_store.events import recent_events, record_event


@pytest.fixture
def database_url(postgresql_url):
    """These tests are about PostgreSQL alone."""
    return postgresql_url


def write(database):
    with database.write() as session:
        record_event(session, actor="keiko", action="test.written")


def shown(session, *names):
    return [session.scalar(text(f"SHOW {name}")) for name in names]


def test_readers_have_a_snapshot_and_writers_see_all_that_is_committed(store):
    with store.database.read() as session:
        assert shown(session, "transaction_isolation", "transaction_read_only") == ["repeatable read", "on"]
    with store.database.write() as session:
        assert shown(session, "transaction_isolation", "transaction_read_only") == ["read committed", "off"]


def test_what_is_committed_is_on_the_disk_also_where_the_server_is_set_up_to_be_quick(store):
    with store.database.engine.connect() as connection:
        name = connection.engine.url.database
        connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
        connection.commit()
    store.database.close()
    with store.database.read() as session:
        assert shown(session, "synchronous_commit") == ["off"]
    with store.database.write() as session:
        assert shown(session, "synchronous_commit") == ["on"]


def test_writing_goes_on_after_many_transactions_on_one_connection(store):
    for _ in range(12):  # a statement that comes often is prepared by the driver
        write(store.database)
    assert len(recent_events(store)) == 12


def test_a_server_that_was_started_anew_is_found_again(store):
    write(store.database)
    with psycopg.connect(address_of(store.database.engine.url), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    write(store.database)
    assert len(recent_events(store)) == 2


def test_a_connection_that_is_lost_amid_a_write_is_told_and_nothing_is_changed(store):
    def write_and_lose():
        with store.database.write() as session:
            record_event(session, actor="keiko", action="test.lost")
            session.flush()
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreUnavailableError, match="whether its server runs"):
        write_and_lose()
    assert recent_events(store) == ()


@pytest.mark.parametrize(
    "other",
    [
        {"host": "127.0.0.1", "port": 1, "query": {}},
        {"username": "nobody_of_this_name"},
        {"database": "no_database_of_this_name"},
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_the_password(database_url, other):
    wrong = make_url(database_url).set(**{"password": "s3cret/word"} | other)
    with pytest.raises(StoreUnavailableError, match="cannot be used") as caught:
        write(Database(wrong))
    assert "s3cret" not in str(caught.value) + repr(Database(wrong).engine)


def test_text_that_postgresql_cannot_keep_is_refused_in_words(store):
    with pytest.raises(InvalidTextError, match="NUL"):
        gallery.list_images(store, search="a\0b")


def test_a_table_that_somebody_else_holds_is_not_waited_for_without_end(store, monkeypatch):
    monkeypatch.setattr("annotation_store.database.PATIENCE", 0.1)
    with psycopg.connect(address_of(store.database.engine.url)) as other:
        other.execute("LOCK TABLE events")
        with pytest.raises(StoreBusyError, match="holds the database"):
            write(store.database)


@pytest.mark.parametrize(
    ("cause", "kind", "words"),
    [
        (psycopg.errors.LockNotAvailable("canceling statement"), StoreBusyError, "try again"),
        (
            psycopg.errors.DiskFull("could not extend file"),
            StoreUnavailableError,
            "on db.example .*looked after",
        ),
        (psycopg.errors.IoError("could not read"), StoreUnavailableError, "looked after"),
        (psycopg.errors.InsufficientPrivilege("permission denied"), StoreUnavailableError, "given the right"),
        (psycopg.errors.ReadOnlySqlTransaction("cannot execute"), StoreUnavailableError, "given the right"),
        (psycopg.errors.TooManyConnections("sorry, too many"), StoreUnavailableError, "looked after"),
        (psycopg.errors.AdminShutdown("terminating"), StoreUnavailableError, "whether its server runs"),
    ],
)
def test_what_an_operator_can_do_something_about_is_told_in_words(cause, kind, words):
    with pytest.raises(kind, match=words):
        raise engine.in_words(DBAPIError("COMMIT", None, cause))


def test_a_fault_of_the_program_stays_one():
    assert engine.in_words(DBAPIError("SELECT", None, psycopg.errors.UndefinedTable("no such table"))) is None


engine = PostgresqlEngine(make_url("postgresql://keiko:s3cret@db.example/store"))


def test_a_computer_that_falls_asleep_with_the_pen_stops_nobody_for_long(store, monkeypatch):
    monkeypatch.setattr(postgresql, "SILENT_MS", 300)
    other = Database(store.database.engine.url)

    def fall_asleep():
        with store.database.write() as session:
            record_event(session, actor="keiko", action="test.asleep")
            session.flush()
            write(other)  # its turn comes although this one has not ended
            record_event(session, actor="keiko", action="test.awake")

    began = time.monotonic()
    with pytest.raises(NOT_NOW):
        fall_asleep()
    other.close()
    assert time.monotonic() - began < PATIENCE
    assert [event.action for event in recent_events(store)] == ["test.written"]
