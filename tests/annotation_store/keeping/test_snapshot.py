import threading

import pytest
from every_table import all_rows
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from annotation_store import schema
from annotation_store.database import Database
from annotation_store.errors import StoreUnavailableError
from annotation_store.events import record_event
from annotation_store.keeping.snapshot import make_single_file, open_snapshot, take_snapshot
from annotation_store.schema_version import newest_revision, schema_revision
from annotation_store.store import DATABASE_FILE


def test_a_snapshot_holds_every_row_and_the_schema_in_one_sqlite_file(world, store, tmp_path):
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a", "b")
    target = tmp_path / "100% copy?.sqlite3"
    take_snapshot(store.database, target)
    with open_snapshot(target) as copy, store.database.read() as original:
        assert all_rows(copy.connection()) == all_rows(original.connection())
        assert schema_revision(copy.connection()) == newest_revision()
    assert [path.name for path in tmp_path.glob("100%*")] == [target.name]


def test_reading_a_snapshot_changes_not_a_bit_of_it(world, store, tmp_path):
    world.take_in("cup_1.png")
    take_snapshot(store.database, tmp_path / "copy.sqlite3")
    before = (tmp_path / "copy.sqlite3").read_bytes()
    with open_snapshot(tmp_path / "copy.sqlite3") as session:
        assert session.scalar(select(func.count()).select_from(schema.Image)) == 1
        with pytest.raises(OperationalError, match="readonly"):
            session.execute(text("DELETE FROM leases"))
    assert (tmp_path / "copy.sqlite3").read_bytes() == before


def test_a_snapshot_can_be_worked_with(world, store, tmp_path):
    world.take_in("cup_1.png")
    take_snapshot(store.database, tmp_path / "copy.sqlite3")
    copy = Database(f"sqlite:///{tmp_path / 'copy.sqlite3'}")
    copy.migrate()
    with copy.write() as session:
        record_event(session, actor="keiko", action="test.written", image_id=1)
    copy.close()


def test_a_snapshot_shows_one_instant_while_others_write(store, tmp_path):
    """Each writer adds two rows in one transaction, so a snapshot with an odd number would show half of one."""
    done = threading.Event()

    def write():
        while not done.is_set():
            with store.database.write() as session:
                record_event(session, actor="keiko", action="test.first")
                record_event(session, actor="keiko", action="test.second")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            take_snapshot(store.database, tmp_path / f"{number}.sqlite3")
    finally:
        done.set()
        writer.join()
    for number in range(3):
        with open_snapshot(tmp_path / f"{number}.sqlite3") as session:
            assert session.scalar(select(func.count()).select_from(schema.Event)) % 2 == 0


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "copy.sqlite3").write_bytes(b"not a database " * 999)
    with pytest.raises(StoreUnavailableError, match=r"The database is damaged .*not a database"):
        make_single_file(tmp_path / "copy.sqlite3")


@pytest.mark.parametrize("database_url", [""], ids=["sqlite"])
def test_a_damaged_database_has_no_snapshot(world, store, tmp_path):
    world.draft("cup_1.png")
    store.database.close()
    file = store.folder / DATABASE_FILE
    pages = bytearray(file.read_bytes())
    for page in range(4, len(pages) // 4096):
        pages[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    file.write_bytes(pages)
    with pytest.raises(StoreUnavailableError, match="malformed"):
        take_snapshot(store.database, tmp_path / "copy.sqlite3")
