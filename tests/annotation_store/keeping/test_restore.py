import json
import shutil

import pytest
from alembic import command
from every_table import all_rows

from annotation_store.corrections import open_document
from annotation_store.errors import StoreUnavailableError
from annotation_store.events import recent_events, record_event
from annotation_store.keeping import restore as restoring
from annotation_store.keeping.backup import back_up
from annotation_store.keeping.blob_references import referenced
from annotation_store.keeping.copying import mark_of
from annotation_store.keeping.keeping_errors import DamagedBackupError, NotABackupError, UnsuitablePlaceError
from annotation_store.keeping.manifest import MANIFEST_FILE, read_manifest
from annotation_store.keeping.restore import restore
from annotation_store.keeping.snapshot import make_single_file
from annotation_store.revisions import get_revision, load_matte
from annotation_store.store import DATABASE_FILE, UNFINISHED_RESTORE_FILE, holds_store, look_into, open_store

BESIDES = ("guidelines.md", "runs/*/training.log")
on_sqlite = pytest.mark.parametrize("database_url", [""], ids=["sqlite"])
"""For what the engine has no part in."""


@pytest.fixture
def backup(world, store, tmp_path):
    """The backup of a store in which something has happened."""
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "a", "b")
    (store.folder / "guidelines.md").write_text("Soft edges.")
    back_up(store, tmp_path / "backup", besides=BESIDES)
    return tmp_path / "backup"


@pytest.fixture(params=["sqlite", "postgresql"])
def target_url(request):
    """Where the tables go: a backup of either engine is restored into either."""
    return "" if request.param == "sqlite" else request.getfixturevalue("bare_postgresql_url")


def test_a_restored_studio_goes_on_where_the_backup_was_made(world, store, backup, tmp_path, target_url):
    report = restore(backup, tmp_path / "new", database_url=target_url, besides=BESIDES)
    assert (report.blobs.copied.files, report.blobs.lost) == (4, ())
    restored = open_store(tmp_path / "new", database_url=target_url)
    with restored.database.read() as new, store.database.read() as old:
        assert all_rows(new.connection()) == all_rows(old.connection())
        assert all(restored.blobs.get(name) == store.blobs.get(name) for name in referenced(new))
    assert (restored.folder / "guidelines.md").read_text() == "Soft edges."
    assert not any("restor" in path.name.lower() for path in restored.folder.iterdir())
    again = type(world)(restored)
    again.stroke(1, "c")
    assert open_document(restored, 1).position == 3
    again.draft("scarf_1.png")
    again.approve(1)
    assert [event.id for event in recent_events(restored)] == list(range(len(recent_events(restored)), 0, -1))
    restored.database.close()


@on_sqlite
def test_an_older_schema_is_brought_up_to_this_version(world, store, backup, tmp_path):
    """As if the backup had been made by the program of that time."""
    snapshot = backup / read_manifest(backup).snapshot / DATABASE_FILE
    database = look_into(snapshot.parent).database
    with database.migration() as config:
        command.downgrade(config, "0003")
    database.close()
    make_single_file(snapshot)
    content = json.loads((backup / MANIFEST_FILE).read_text())
    mark = mark_of(snapshot)
    content["files"][DATABASE_FILE] = {"sha256": mark.sha256, "size": mark.size}
    (backup / MANIFEST_FILE).write_text(json.dumps(content | {"schema_revision": "0003"}))
    restore(backup, tmp_path / "new")
    restored = open_store(tmp_path / "new")
    assert open_document(restored, 1) == open_document(store, 1)
    load_matte(restored, get_revision(restored, 1))


@on_sqlite
def test_a_newer_schema_is_refused_in_words(backup, tmp_path):
    content = json.loads((backup / MANIFEST_FILE).read_text())
    (backup / MANIFEST_FILE).write_text(json.dumps(content | {"schema_revision": "9999", "program_version": "7.0"}))
    with pytest.raises(NotABackupError, match=r"a newer version of Matteloop \(7\.0\)"):
        restore(backup, tmp_path / "new")
    assert not (tmp_path / "new").exists()


@on_sqlite
def test_nothing_is_restored_over_what_is_there(store, backup, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "holiday.jpg").write_bytes(b"beach")
    for place, why in [
        (tmp_path / "full", "not empty"),
        (tmp_path / "full" / "holiday.jpg", "is a file"),
        (store.folder, "not empty"),
        (backup, "lie in each other"),
        (backup / "new", "lie in each other"),
        (backup.parent, "lie in each other"),
    ]:
        with pytest.raises(UnsuitablePlaceError, match=why):
            restore(backup, place)
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["holiday.jpg"]


@on_sqlite
def test_nothing_is_restored_over_the_tables_of_another_studio(backup, tmp_path, postgresql_url):
    with open_store(tmp_path / "other", database_url=postgresql_url).database.write() as session:
        record_event(session, actor="ren", action="model.registered")
    with pytest.raises(UnsuitablePlaceError, match="holds a studio already"):
        restore(backup, tmp_path / "new", database_url=postgresql_url)
    assert not (tmp_path / "new").exists()


@on_sqlite
def test_an_empty_folder_is_a_good_place(backup, tmp_path):
    (tmp_path / "new").mkdir()
    restore(backup, tmp_path / "new")
    assert holds_store(tmp_path / "new")


@on_sqlite
@pytest.mark.parametrize("step", ["_bring_up_to_date", "copy_blobs", "_fill"])
def test_an_interrupted_restore_is_no_studio_and_can_be_given_again(
    backup, tmp_path, monkeypatch, step, bare_postgresql_url
):
    url = bare_postgresql_url if step == "_fill" else ""

    def interrupt(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(restoring, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        restore(backup, tmp_path / "new", database_url=url)
    assert "until" not in (tmp_path / "new" / UNFINISHED_RESTORE_FILE).read_text()
    for use in (open_store, holds_store, look_into):
        with pytest.raises(StoreUnavailableError, match="was not finished"):
            use(tmp_path / "new", database_url=url)
    monkeypatch.undo()
    report = restore(backup, tmp_path / "new", database_url=url)
    assert report.blobs.there.files == (4 if step == "_fill" else 0)
    assert open_document(open_store(tmp_path / "new", database_url=url), 1).position == 2


@on_sqlite
def test_rows_come_to_a_server_all_at_once(backup, tmp_path, monkeypatch, bare_postgresql_url):
    def copy_half(_source, target, **_options):
        copy_rows(_source, target)
        raise KeyboardInterrupt

    copy_rows = restoring.copy_rows
    monkeypatch.setattr(restoring, "copy_rows", copy_half)
    with pytest.raises(KeyboardInterrupt):
        restore(backup, tmp_path / "new", database_url=bare_postgresql_url)
    monkeypatch.undo()
    restore(backup, tmp_path / "new", database_url=bare_postgresql_url)
    assert open_document(open_store(tmp_path / "new", database_url=bare_postgresql_url), 1).position == 2


@on_sqlite
def test_a_blob_that_the_backup_lost_is_named_and_does_not_stop_the_others(backup, tmp_path):
    first, second, *_ = sorted(path for path in (backup / "blobs").rglob("*") if path.is_file())
    first.unlink()
    second.write_bytes(b"rotten")
    report = restore(backup, tmp_path / "new")
    assert report.blobs.lost == (first.name, second.name)
    assert report.blobs.copied.files == 2
    assert holds_store(tmp_path / "new")


@on_sqlite
@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"rotten")])
@pytest.mark.parametrize("name", [DATABASE_FILE, "guidelines.md"])
def test_a_damaged_file_beside_the_blobs_is_refused(backup, tmp_path, name, damage):
    damage(backup / read_manifest(backup).snapshot / name)
    with pytest.raises(DamagedBackupError, match="use another backup"):
        restore(backup, tmp_path / "new", besides=BESIDES)
    assert (tmp_path / "new" / UNFINISHED_RESTORE_FILE).exists()


@on_sqlite
def test_files_that_a_manifest_smuggles_in_are_not_restored(backup, tmp_path):
    """The job queue is pickled: whoever can put one into a data folder can run code as the studio."""
    manifest = read_manifest(backup)
    snapshot = backup / manifest.snapshot
    shutil.copy(snapshot / "guidelines.md", snapshot / "jobs.sqlite3")
    content = json.loads((backup / MANIFEST_FILE).read_text())
    content["files"]["jobs.sqlite3"] = content["files"]["guidelines.md"]
    (backup / MANIFEST_FILE).write_text(json.dumps(content))
    restore(backup, tmp_path / "new", besides=BESIDES)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["blobs", "guidelines.md", DATABASE_FILE]


@on_sqlite
def test_a_folder_that_is_no_backup_is_told(tmp_path, store):
    with pytest.raises(NotABackupError, match="no finished backup"):
        restore(store.folder, tmp_path / "new")


@on_sqlite
def test_a_full_disk_is_told_in_words(backup, tmp_path, monkeypatch):
    def fail(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("annotation_store.durable_files.os.fsync", fail)
    with pytest.raises(StoreUnavailableError, match=r"No space left on device.*make room"):
        restore(backup, tmp_path / "new")


@on_sqlite
def test_progress_is_told(backup, tmp_path):
    told = []
    restore(backup, tmp_path / "new", say=lambda share, text: told.append((share, text)))
    assert (told[0], told[-1]) == ((0, "copying the database"), (1, "file 4 of 4"))
