import os
import time
from datetime import timedelta

import pytest
from filelock import FileLock

from annotation_store.durable_files import UNFINISHED_PREFIX
from annotation_store.keeping import collecting
from annotation_store.keeping.blob_references import referenced
from annotation_store.keeping.collecting import AlreadyCollectingError, Collected, collect
from annotation_store.keeping.tally import Tally
from annotation_store.store import open_store

A_DAY = timedelta(days=1)
NOTHING = Collected(Tally(), Tally(), Tally())


@pytest.fixture
def pass_time(store):
    """``pass_time(days)``: let every file of the store's blobs grow older."""

    def age(days):
        for file in [path for path in store.blobs.root.rglob("*") if path.is_file()]:
            moment = file.stat().st_mtime - days * 86_400
            os.utime(file, (moment, moment))

    return age


def test_what_no_row_names_is_set_aside_after_a_day_and_deleted_after_another(store, pass_time):
    orphan = store.blobs.put(b"nobody's")
    assert collect(store) == NOTHING
    pass_time(1.1)
    assert collect(store) == Collected(set_aside=Tally(1, 8), deleted=Tally(), leftovers=Tally())
    assert store.blobs.find(orphan).parent.name == ".unwanted"
    assert collect(store) == NOTHING
    pass_time(1.1)
    assert collect(store) == Collected(set_aside=Tally(), deleted=Tally(1, 8), leftovers=Tally())
    assert store.blobs.find(orphan) is None


def test_what_rows_name_stays_however_old_it_is(world, store, pass_time):
    world.draft("cup_1.png")
    for _ in range(3):
        pass_time(10)
        assert collect(store) == NOTHING
    with store.database.read() as session:
        assert {path.name for path in store.blobs.files()} == referenced(session)


def test_a_row_written_after_the_blob_was_set_aside_keeps_it(world, store, photo, pass_time):
    data = photo(sum(b"cup_1.png") * 7919 + len("cup_1.png"))
    store.blobs.put(data)
    pass_time(1.1)
    assert collect(store).set_aside.files == 1
    (image,) = world.take_in("cup_1.png")
    pass_time(5)
    collect(store)
    pass_time(5)
    collect(store)
    assert store.blobs.get(image.photo_blob) == data


def test_a_named_blob_that_lies_aside_is_never_deleted(world, store, pass_time):
    (image,) = world.take_in("cup_1.png")
    store.blobs.set_aside(image.photo_blob)
    pass_time(5)
    assert collect(store) == NOTHING
    assert store.blobs.has(image.photo_blob)


def test_the_grace_is_a_choice(store, pass_time):
    store.blobs.put(b"nobody's")
    pass_time(0.1)
    assert collect(store, grace=timedelta(hours=1)).set_aside.files == 1


def test_what_crashed_writers_left_is_deleted_once_nobody_can_be_writing_it(store, pass_time):
    store.blobs.put(b"photo")
    old = store.blobs.root / f"{UNFINISHED_PREFIX}old"
    old.write_bytes(b"half")
    pass_time(1.1)
    new = store.blobs.root / f"{UNFINISHED_PREFIX}new"
    new.write_bytes(b"half")
    assert collect(store).leftovers == Tally(1, 4)
    assert (old.exists(), new.exists()) == (False, True)


def test_files_of_other_kinds_are_left_alone(store, pass_time):
    strange = store.blobs.root / "notes.txt"
    strange.write_text("whose?")
    pass_time(9)
    assert collect(store) == NOTHING
    assert strange.exists()


def test_a_blob_that_is_asked_for_while_it_is_deleted_does_not_stop_the_others(store, pass_time, monkeypatch):
    first, second = sorted(store.blobs.put(data) for data in (b"one", b"two"))
    pass_time(1.1)
    collect(store)
    pass_time(1.1)
    unlink = type(store.folder).unlink

    def ask_first(path, missing_ok=False):
        if path.name == first:
            assert store.blobs.has(first)
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(type(store.folder), "unlink", ask_first)
    assert collect(store).deleted.files == 1
    assert (store.blobs.has(first), store.blobs.has(second)) == (True, False)


def test_two_collections_do_not_run_at_once(store):
    with FileLock(store.folder / ".collecting.lock"), pytest.raises(AlreadyCollectingError, match="already: wait"):
        collect(store)


def test_the_clock_is_read_before_the_rows(store, pass_time, monkeypatch):
    """A row may be committed while the rows are read, so only what was old before that may be touched."""
    order = []
    monkeypatch.setattr(
        "annotation_store.keeping.collecting.referenced", lambda _session: order.append("rows") or set()
    )
    now = time.time
    monkeypatch.setattr("annotation_store.blob_folder.time.time", lambda: order.append("clock") or now())
    collect(store)
    assert order[:2] == ["clock", "rows"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_collections_do_not_run_at_once_on_two_computers(store, database_url, tmp_path):
    there = open_store(tmp_path / "another computer", database_url=database_url)
    with there.database.alone(7) as first, store.database.alone(7) as second, store.database.alone(8) as third:
        assert (first, second, third) == (True, False, True)
    with there.database.alone(collecting.NUMBER), pytest.raises(AlreadyCollectingError, match="already: wait"):
        collect(store)
    assert collect(store) == NOTHING
    there.database.close()
