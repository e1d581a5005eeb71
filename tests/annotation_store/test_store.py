import multiprocessing

import pytest
from sqlalchemy import text

from annotation_store.errors import StoreUnavailableError
from annotation_store.store import DATABASE_FILE, open_store


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


def test_a_store_of_a_newer_version_is_left_alone(tmp_path):
    with open_store(tmp_path).database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreUnavailableError, match="newer version"):
        open_store(tmp_path)


def test_processes_may_open_the_same_new_store_at_once(tmp_path):
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        opened = pool.map(open_folder, [tmp_path / "data"] * 4, chunksize=1)
    assert opened == [tmp_path / "data"] * 4


def open_folder(folder):
    return open_store(folder).folder
