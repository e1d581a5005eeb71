import os
from pathlib import Path

import pytest

from annotation_store import schema
from annotation_store.durable_files import UNFINISHED_PREFIX
from annotation_store.keeping.checks import blobs
from annotation_store.keeping.doctor import Depth
from annotation_store.keeping.finding import Severity
from annotation_store.learning import model_registry, standings
from annotation_store.store import DATABASE_FILE

pytestmark = pytest.mark.parametrize("database_url", [""], ids=["sqlite"])


@pytest.fixture
def image(world):
    return world.draft("cup_1.png")[0]


def age(path):
    os.utime(path, (0, 0))


def only(findings):
    (finding,) = findings
    return finding.severity, finding.check, finding.message


@pytest.mark.parametrize("depth", Depth)
def test_a_missing_blob(store, image, findings, depth):
    store.blobs.path(image.photo_blob).unlink()
    assert only(findings(depth)) == (
        Severity.DAMAGE,
        "missing-blob",
        "The photo “cup_1.png” is missing: restore it from a backup, or take the same file in again. "
        f"It is the file {image.photo_blob}.",
    )


def test_a_blob_whose_bytes_have_changed(store, image, findings):
    store.blobs.path(image.thumbnail_blob).write_bytes(b"rotten")
    severity, check, message = only(findings())
    assert (severity, check) == (Severity.DAMAGE, "damaged-blob")
    assert message.startswith("The thumbnail of “cup_1.png” is damaged: restore it from a backup.")
    assert findings(Depth.DEEP) == findings()
    assert findings(Depth.QUICK) == []


def test_an_empty_blob_is_seen_without_reading(store, image, findings):
    store.blobs.path(image.photo_blob).write_bytes(b"")
    assert only(findings(Depth.QUICK))[1] == "damaged-blob"


def test_a_blob_that_cannot_be_read(image, findings, monkeypatch):
    open_any = Path.open

    def open_but_one(path, *arguments, **options):
        if path.name == image.photo_blob:
            raise PermissionError(13, "Permission denied")
        return open_any(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", open_but_one)
    assert only(findings())[1] == "damaged-blob"


def test_a_blob_that_several_rows_need_is_told_once(world, store, image, findings):
    world.draft("scarf_1.png")  # with the same matte
    with store.database.read() as session:
        trimap = session.query(schema.Revision.trimap_blob).first()[0]
    store.blobs.path(trimap).unlink()
    assert "The trimap of revision 1 of “cup_1.png” (and for 1 more) is missing" in only(findings())[2]


def test_lost_weights_say_what_to_do_until_they_are_back(store, findings):
    model = model_registry.register_candidate(
        store, architecture="compact", weights=b"weights", parent_id=None, run_id=None, metrics={}, licence="MIT",
        code_version="1",
    )  # fmt: skip
    standings.go_live(store, model.id, verdict="", by="ren")
    store.blobs.path(model.weights_blob).unlink()
    severity, check, message = only(findings())
    assert (severity, check) == (Severity.DAMAGE, "missing-blob")
    assert "The weights of the model compact-0001 is missing" in message
    assert "models --use NAME" in message


def test_files_that_nothing_needs_are_told_once_no_row_can_be_about_to_come(store, image, findings):
    orphan = store.blobs.put(b"nobody's")
    assert findings() == []
    age(store.blobs.path(orphan))
    assert only(findings()) == (
        Severity.NOTICE,
        "orphans",
        "Nothing needs 1 file (8 bytes) among the blobs: `collect` makes room.",
    )


def test_files_that_were_set_aside(store, image, findings):
    store.blobs.set_aside(store.blobs.put(b"nobody's"))
    assert only(findings())[:2] == (Severity.NOTICE, "set-aside")


def test_a_needed_blob_that_was_set_aside_is_there_and_stays_where_it_is(store, image, findings):
    store.blobs.set_aside(image.photo_blob)
    assert findings(Depth.DEEP) == []
    assert [path.name for path in store.blobs.files_aside()] == [image.photo_blob]


def test_what_crashed_writers_left(store, image, findings):
    half = store.blobs.root / f"{UNFINISHED_PREFIX}x"
    half.write_bytes(b"half")
    assert findings() == []  # somebody may be writing it
    age(half)
    assert only(findings())[:2] == (Severity.NOTICE, "leftovers")


def test_files_that_are_not_the_studios(store, image, findings):
    (store.blobs.root / "notes.txt").write_text("whose?")
    severity, check, message = only(findings())
    assert (severity, check) == (Severity.NOTICE, "strange-files")
    assert "notes.txt" in message


def test_blobs_are_looked_at_even_if_the_database_tells_nothing(store, image, findings):
    store.blobs.path(image.photo_blob).write_bytes(b"rotten")
    store.database.close()
    (store.folder / DATABASE_FILE).write_bytes(b"not a database " * 999)
    told = findings()
    assert [finding.check for finding in told] == ["database", "damaged-blob"]
    assert image.photo_blob in told[1].message


def test_photos_that_come_meanwhile_are_no_findings(world, store, image, findings, monkeypatch):
    referenced = blobs.referenced

    def ask_then_work_on(session):
        names = referenced(session)
        world.take_in("scarf_1.png")
        return names

    monkeypatch.setattr(blobs, "referenced", ask_then_work_on)
    assert findings() == []
