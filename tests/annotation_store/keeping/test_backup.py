import shutil

import pytest
from every_table import all_rows
from filelock import FileLock

from annotation_store.durable_files import UNFINISHED_PREFIX
from annotation_store.errors import StoreUnavailableError
from annotation_store.events import record_event
from annotation_store.keeping import backup
from annotation_store.keeping.backup import back_up
from annotation_store.keeping.blob_references import referenced
from annotation_store.keeping.copying import mark_of
from annotation_store.keeping.keeping_errors import AlreadyAtWorkError, NotABackupError, UnsuitablePlaceError
from annotation_store.keeping.manifest import read_manifest
from annotation_store.keeping.snapshot import open_snapshot
from annotation_store.keeping.tally import Tally
from annotation_store.store import DATABASE_FILE, open_store

on_sqlite = pytest.mark.parametrize("database_url", [""], ids=["sqlite"])
"""For what the engine has no part in."""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "disk" / "backup"


@pytest.fixture
def living(world, store):
    """A store in which something has happened."""
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a")
    return store


def rows_in(folder):
    """Of the snapshot in a backup."""
    with open_snapshot(folder / read_manifest(folder).snapshot / DATABASE_FILE) as session:
        return all_rows(session.connection())


def files_in(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_backup_holds_all_rows_and_the_files_that_they_name(living, folder):
    orphan = living.blobs.put(b"nobody's")
    report = back_up(living, folder)
    with living.database.read() as session:
        assert rows_in(folder) == all_rows(session.connection())
        names = referenced(session)
    copies = {path.name: path for path in (folder / "blobs").rglob("*") if path.is_file()}
    assert set(copies) == names
    assert all(path.read_bytes() == living.blobs.get(name) for name, path in copies.items())
    assert copies.keys().isdisjoint({orphan})
    assert report.blobs.copied == Tally(len(names), sum(len(living.blobs.get(name)) for name in names))


def test_the_manifest_tells_what_there_is_and_how_to_know_it_again(living, folder):
    (living.folder / "guidelines.md").write_text("Soft edges.")
    (living.folder / "runs" / "0001").mkdir(parents=True)
    (living.folder / "runs" / "0001" / "training.log").write_text("learnt")
    (living.folder / "jobs.sqlite3").write_bytes(b"not kept")
    manifest = back_up(living, folder, besides=("guidelines.md", "none.md", "runs/*/training.log")).manifest
    assert manifest == read_manifest(folder)
    assert set(manifest.files) == {DATABASE_FILE, "guidelines.md", "runs/0001/training.log"}
    for name, mark in manifest.files.items():
        assert mark_of(folder / manifest.snapshot / name) == mark
    assert (manifest.rows["images"], manifest.rows["revisions"], manifest.rows["edit_log"]) == (1, 1, 1)
    assert (manifest.engine, manifest.schema_revision) == (living.database.engine.dialect.name, "0008")
    assert (manifest.blobs, manifest.missing) == (4, ())
    assert not any("jobs" in name for name in files_in(folder))


def test_a_second_backup_copies_what_is_new_and_takes_the_place_of_the_first(world, living, folder):
    first = back_up(living, folder)
    world.draft("scarf_1.png")
    second = back_up(living, folder)
    assert second.blobs.there.files == first.blobs.copied.files
    assert second.blobs.copied.files == 2  # its photo and its thumbnail: the draft is the same
    assert len(rows_in(folder)["images"]) == 2
    assert [path.name for path in folder.glob("snapshot-*")] == [second.manifest.snapshot]


@on_sqlite
@pytest.mark.parametrize("step", ["take_snapshot", "copy_blobs", "mark_of", "write_manifest"])
def test_an_interrupted_backup_leaves_the_one_before_whole(world, living, folder, monkeypatch, step):
    manifest = back_up(living, folder).manifest
    before = files_in(folder)
    world.draft("scarf_1.png")

    def interrupt(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(backup, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        back_up(living, folder)
    assert read_manifest(folder) == manifest
    assert before.items() <= files_in(folder).items()
    monkeypatch.undo()
    back_up(living, folder)
    assert len(list(folder.glob("snapshot-*"))) == 1


@on_sqlite
def test_an_interrupted_first_backup_is_none_and_can_be_gone_on_with(living, folder, monkeypatch):
    def interrupt(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(backup, "write_manifest", interrupt)
    with pytest.raises(KeyboardInterrupt):
        back_up(living, folder)
    with pytest.raises(NotABackupError):
        read_manifest(folder)
    monkeypatch.undo()
    assert back_up(living, folder).blobs.there.files == 4


@on_sqlite
def test_what_killed_backups_left_half_written_is_cleared_away(living, folder):
    back_up(living, folder)
    half = folder / "blobs" / "ab" / f"{UNFINISHED_PREFIX}x"
    half.parent.mkdir()
    half.write_bytes(b"half")
    back_up(living, folder)
    assert not half.exists()


def test_a_backup_is_consistent_while_people_work(world, living, folder, monkeypatch):
    """What is written after the snapshot is not in the backup, nor does the backup miss anything that is."""
    take = backup.take_snapshot

    def take_and_work_on(database, target):
        take(database, target)
        world.draft("scarf_1.png")

    monkeypatch.setattr(backup, "take_snapshot", take_and_work_on)
    report = back_up(living, folder)
    assert (report.manifest.rows["images"], report.blobs.lost) == (1, ())
    assert len([path for path in (folder / "blobs").rglob("*") if path.is_file()]) == 4


@on_sqlite
def test_a_damaged_blob_is_named_and_does_not_keep_the_rest_from_being_saved(world, living, folder):
    back_up(living, folder)
    (scarf,) = world.draft("scarf_1.png")
    (cup,) = [name for name in read_names(living) if living.blobs.get(name).startswith(b"\x89PNG")][:1]
    living.blobs.path(cup).unlink()
    living.blobs.path(scarf.photo_blob).write_bytes(b"rotten")
    report = back_up(living, folder)
    assert report.blobs.lost == report.manifest.missing == (scarf.photo_blob,)
    assert report.manifest.blobs == 5  # the earlier backup still has the one that the studio lost


def read_names(store):
    with store.database.read() as session:
        return sorted(referenced(session))


@on_sqlite
def test_a_backup_whose_files_are_damaged_is_mended_on_request(living, folder):
    back_up(living, folder)
    (name, *_) = read_names(living)
    copy = folder / "blobs" / name[:2] / name[2:4] / name
    sound = copy.read_bytes()
    copy.write_bytes(bytes(len(sound)))
    assert back_up(living, folder).blobs.copied.files == 0
    assert back_up(living, folder, verify=True).blobs.copied.files == 1
    assert copy.read_bytes() == sound


@on_sqlite
def test_a_backup_beside_its_studio_is_refused(living):
    for place in (living.folder, living.folder / "backup", living.folder.parent):
        with pytest.raises(UnsuitablePlaceError, match="lie in each other"):
            back_up(living, place)
    assert not (living.folder / "backup").exists()


@on_sqlite
def test_a_folder_with_something_else_is_refused_and_left_alone(living, folder):
    folder.mkdir(parents=True)
    (folder / "holiday.jpg").write_bytes(b"beach")
    with pytest.raises(UnsuitablePlaceError, match="holds something else"):
        back_up(living, folder)
    assert files_in(folder) == {"holiday.jpg": b"beach"}
    with pytest.raises(UnsuitablePlaceError, match="is a file"):
        back_up(living, folder / "holiday.jpg")


@on_sqlite
def test_the_backup_of_another_studio_is_not_replaced(living, folder, tmp_path):
    with open_store(tmp_path / "other").database.write() as session:
        record_event(session, actor="ren", action="model.registered")
    back_up(open_store(tmp_path / "other"), folder)
    before = files_in(folder)
    with pytest.raises(UnsuitablePlaceError, match="another studio"):
        back_up(living, folder)
    assert files_in(folder) == before


@on_sqlite
def test_a_copy_of_a_studio_goes_on_with_its_backup(living, folder, tmp_path):
    back_up(living, folder)
    living.database.close()
    moved = open_store(shutil.copytree(living.folder, tmp_path / "moved"))
    assert back_up(moved, folder).blobs.copied.files == 0


@on_sqlite
def test_two_backups_into_one_folder_do_not_run_at_once(living, folder):
    back_up(living, folder)
    with FileLock(folder / ".matteloop-backup.lock"), pytest.raises(AlreadyAtWorkError, match="Another backup"):
        back_up(living, folder)


@on_sqlite
def test_a_full_disk_is_told_in_words(living, folder, monkeypatch):
    def fail(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("annotation_store.durable_files.os.fsync", fail)
    with pytest.raises(StoreUnavailableError, match=r"No space left on device.*make room"):
        back_up(living, folder)


@on_sqlite
def test_progress_is_told(living, folder):
    told = []
    back_up(living, folder, say=lambda share, text: told.append((share, text)))
    assert told[0] == (0, "copying the database")
    assert told[-1] == (1, "file 4 of 4")


def test_a_store_without_photos_can_be_backed_up(store, folder):
    assert back_up(store, folder).manifest.blobs == 0
