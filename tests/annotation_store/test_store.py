import multiprocessing
import traceback

import psycopg
import pytest
from sqlalchemy import text

from annotation_store.errors import StoreUnavailableError
from annotation_store.store import DATABASE_FILE, UNFINISHED_RESTORE_FILE, holds_store, look_into, open_store


def test_a_new_folder_becomes_a_store(tmp_path):
    store = open_store(tmp_path / "deep" / "100% データ")
    assert (store.folder / DATABASE_FILE).is_file()
    assert store.blobs.get(store.blobs.put(b"photo")) == b"photo"


def test_a_place_that_cannot_be_a_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailableError, match=r"cannot write to its folder .*file"):
        open_store(tmp_path / "file")


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / DATABASE_FILE).write_bytes(b"not a database " * 999)
    with pytest.raises(StoreUnavailableError, match=r"cannot be used .*not a database"):
        open_store(tmp_path)


def test_a_store_of_a_newer_version_is_left_alone(store, database_url):
    with store.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailableError, match="newer version"):
        open_store(store.folder, database_url=database_url)


def test_looking_into_a_store_does_not_bring_it_up_to_this_version(store, database_url):
    with store.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    looked = look_into(store.folder, database_url=database_url)
    with looked.database.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    assert (looked.folder, looked.blobs.root) == (store.folder, store.blobs.root)
    looked.database.close()


def test_looking_into_a_folder_creates_nothing(tmp_path):
    look_into(tmp_path / "data")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("use", [open_store, holds_store, look_into])
def test_a_folder_whose_restore_is_unfinished_is_no_store(tmp_path, use):
    (tmp_path / UNFINISHED_RESTORE_FILE).write_text("")
    with pytest.raises(StoreUnavailableError, match=r"was not finished.*give the same `restore` again"):
        use(tmp_path)


def test_a_new_folder_holds_no_store_and_is_not_made_one_by_asking(tmp_path):
    assert not holds_store(tmp_path / "data")
    assert list(tmp_path.iterdir()) == []
    open_store(tmp_path / "data").database.close()
    assert holds_store(tmp_path / "data")


def test_an_empty_database_holds_no_store_until_one_is_opened_in_it(tmp_path, bare_postgresql_url):
    assert not holds_store(tmp_path, database_url=bare_postgresql_url)
    open_store(tmp_path, database_url=bare_postgresql_url).database.close()
    assert holds_store(tmp_path, database_url=bare_postgresql_url)
    assert not holds_store(tmp_path)  # its tables are not in the folder


def test_tables_of_another_program_are_left_alone(tmp_path, bare_postgresql_url):
    with psycopg.connect(bare_postgresql_url) as other:
        other.execute("CREATE TABLE images (id INTEGER)")
    with pytest.raises(StoreUnavailableError, match=r"cannot be used .*already exists"):
        open_store(tmp_path, database_url=bare_postgresql_url)


@pytest.mark.parametrize(
    "wrong",
    [
        "mysql://keiko:s3cret@db.example/store",
        "postgresql://keiko:s3cret@db.example:port/store",
        "keiko:s3cret",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(tmp_path, wrong):
    with pytest.raises(StoreUnavailableError, match="address of the database cannot be read") as caught:
        open_store(tmp_path, database_url=wrong)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_processes_may_open_the_same_new_store_at_once(tmp_path, engine, request):
    database_url = "" if engine == "sqlite" else request.getfixturevalue("bare_postgresql_url")
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        opened = pool.starmap(open_folder, [(tmp_path / "data", database_url)] * 4, chunksize=1)
    assert opened == [tmp_path / "data"] * 4


def open_folder(folder, database_url):
    return open_store(folder, database_url=database_url).folder
