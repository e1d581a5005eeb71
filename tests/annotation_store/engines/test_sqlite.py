import sqlite3
import threading

import pytest
from sqlalchemy import event, make_url, text
from sqlalchemy.exc import OperationalError

from annotation_store.database import Database
from annotation_store.engines.sqlite import SqliteEngine
from annotation_store.errors import StoreBusyError, StoreUnavailableError
from annotation_store.events import recent_events, record_event
from annotation_store.store import DATABASE_FILE


@pytest.fixture
def database_url():
    """These tests are about SQLite alone."""
    return ""


def write(database, data=None):
    with database.write() as session:
        record_event(session, actor="keiko", action="test.written", data=data)


def test_a_new_database_that_another_connection_holds_is_waited_for(tmp_path):
    """SQLite itself refuses at once to change the journal of a file that somebody reads or is just creating."""
    path = tmp_path / "matteloop.sqlite3"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE elsewhere (id INTEGER)")
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.5, other.rollback)
    release.start()
    with Database(f"sqlite:///{path}").read() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    release.join()
    other.close()


def test_connections_are_durable_and_patient_also_after_a_write(store):
    write(store.database)
    with store.database.read() as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_full_disk_is_told_and_nothing_is_changed(store):
    write(store.database)
    store.database.close()
    event.listen(store.database.engine, "connect", _let_no_page_be_added)
    with pytest.raises(StoreUnavailableError, match=r"(?s)matteloop.sqlite3 .*full.*make room") as caught:
        write(store.database, {"much": "x" * 100_000})
    assert "nothing was changed" in str(caught.value)
    event.remove(store.database.engine, "connect", _let_no_page_be_added)
    store.database.close()
    write(store.database, {"much": "x" * 100_000})  # after room was made
    assert len(recent_events(store)) == 2


def _let_no_page_be_added(connection, _record):
    connection.execute("PRAGMA max_page_count = 1")  # never below what the file has already


def test_a_file_that_may_only_be_read_can_be_read_and_says_so_to_writers(store):
    write(store.database)
    store.database.close()
    read_only = Database(f"sqlite:///file:{store.folder / DATABASE_FILE}?mode=ro&uri=true")
    with read_only.read() as session:
        assert session.scalar(text("SELECT count(*) FROM events")) == 1
    with pytest.raises(StoreUnavailableError, match=r"(?s)readonly.*permissions"):
        write(read_only)
    read_only.close()


def test_a_damaged_file_says_what_to_do(store):
    store.database.close()
    path = store.folder / DATABASE_FILE
    path.write_bytes(path.read_bytes()[:4096] + b"damage" * 9999)
    with pytest.raises(StoreUnavailableError, match="restore it from a backup"):
        recent_events(store)


def test_a_folder_that_is_gone_is_named(tmp_path):
    with pytest.raises(StoreUnavailableError, match="unable to open"):
        write(Database(f"sqlite:///{tmp_path / 'gone' / 'store.sqlite3'}"))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusyError),
        (sqlite3.SQLITE_LOCKED_SHAREDCACHE, StoreBusyError),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreUnavailableError),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreUnavailableError),
    ],
)
def test_what_an_operator_can_do_something_about_is_told_in_words(code, kind):
    cause = sqlite3.OperationalError("what SQLite says")
    cause.sqlite_errorcode = code
    assert isinstance(engine.in_words(OperationalError("COMMIT", None, cause)), kind)


@pytest.mark.parametrize("cause", [sqlite3.OperationalError("no such table"), sqlite3.IntegrityError("UNIQUE")])
def test_a_fault_of_the_program_stays_one(cause):
    cause.sqlite_errorcode = sqlite3.SQLITE_ERROR
    assert engine.in_words(OperationalError("COMMIT", None, cause)) is None


engine = SqliteEngine(make_url("sqlite:////nowhere/store.sqlite3"))
