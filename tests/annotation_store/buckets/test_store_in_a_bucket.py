"""A whole studio whose blobs lie in an object store, on a server that speaks S3."""

import shutil

import pytest

from annotation_store.blob_folder import BlobFolder
from annotation_store.buckets.blob_bucket import BlobBucket, place_key
from annotation_store.buckets.objects import ObstoreObjects
from annotation_store.buckets.ownership import MARK, OwnerMark, read_mark, set_mark
from annotation_store.errors import DamagedBlobError, StoreUnavailableError
from annotation_store.keeping.backup import back_up
from annotation_store.keeping.blob_references import referenced
from annotation_store.keeping.collecting import collect
from annotation_store.keeping.doctor import Depth, examine, is_sound
from annotation_store.keeping.keeping_errors import UnsuitablePlaceError
from annotation_store.keeping.moving import FOLDER, move_blobs
from annotation_store.keeping.restore import restore
from annotation_store.store import BLOBS_ELSEWHERE_FILE, UNFINISHED_RESTORE_FILE, look_into, open_store


@pytest.fixture
def opened(empty_store_folder, tmp_path):
    """``opened(name, blob_url)``: a studio of its own, closed at the end."""
    stores = []

    def open_one(name="data", blob_url="", room=1_000_000):
        folder = tmp_path / name
        if not folder.exists():
            shutil.copytree(empty_store_folder, folder)
        stores.append(open_store(folder, blob_url=blob_url, blob_cache_room=room))
        return stores[-1]

    yield open_one
    for each in stores:
        each.database.close()


@pytest.fixture
def full(opened, s3, new_world):
    store = opened(blob_url=s3)
    world = new_world(store)
    (image,) = world.draft("cup_1.png")
    world.stroke(image.id, "one")
    world.approve(image.id)
    return store


def names_in(store):
    with store.database.read() as session:
        return referenced(session)


def test_a_studio_works_and_is_sound(full, s3):
    names = names_in(full)
    assert {file.name for file in full.blobs.in_place()} == names
    assert not list((full.folder / "blobs").rglob("*"))
    for depth in Depth:
        assert list(examine(look_into(full.folder, blob_url=s3), depth=depth)) == []


def test_what_the_doctor_finds(full, s3):
    objects, names = full.blobs.objects, sorted(names_in(full))
    objects.delete(place_key(names[0]))
    objects.put(place_key(names[1]), b"rotten")
    objects.put("blobs/notes.txt", b"whose?")
    full.blobs.set_aside(names[2])
    found = list(examine(look_into(full.folder, blob_url=s3)))
    assert sorted(finding.check for finding in found) == ["damaged-blob", "missing-blob", "strange-files"]
    quick = list(examine(look_into(full.folder, blob_url=s3), depth=Depth.QUICK))
    assert sorted(finding.check for finding in quick) == ["missing-blob", "strange-files"]


def test_what_nothing_needs_is_collected(full, monkeypatch):
    orphan, names = full.blobs.put(b"nobody's"), names_in(full)
    full.blobs.set_aside(min(names))
    full.blobs.get(min(names))
    full.blobs.has(min(names))
    now = full.blobs.now()
    for nights, expected in enumerate([(1, 0), (0, 1), (0, 0)], start=1):
        monkeypatch.setattr(full.blobs, "now", lambda nights=nights: now + nights * 1.1 * 86_400, raising=False)
        collected = collect(full)
        assert (collected.set_aside.files, collected.deleted.files) == expected
    assert full.blobs.size(orphan) is None
    assert {file.name for file in full.blobs.in_place()} == names
    assert list(full.blobs.aside()) == []  # that of a blob which is back in its place as well


def test_a_backup_of_a_bucket_is_a_folder_and_can_be_restored_into_either(full, opened, s3, tmp_path):
    report = back_up(full, tmp_path / "backup")
    names = names_in(full)
    assert {file.name for file in BlobFolder(tmp_path / "backup" / "blobs").in_place()} == names
    assert report.blobs.copied.files == len(names)
    assert back_up(full, tmp_path / "backup").blobs.there.files == len(names)

    restore(tmp_path / "backup", tmp_path / "in-folder")
    assert is_sound(list(examine(look_into(tmp_path / "in-folder"), depth=Depth.DEEP)))
    restore(tmp_path / "backup", tmp_path / "in-bucket", blob_url=f"{s3}/restored")
    restored = opened("in-bucket", f"{s3}/restored")
    assert is_sound(list(examine(restored, depth=Depth.DEEP)))
    assert not list((tmp_path / "in-bucket" / "blobs").rglob("*"))


def test_nothing_is_restored_over_what_a_bucket_holds(full, s3, tmp_path):
    back_up(full, tmp_path / "backup")
    with pytest.raises(UnsuitablePlaceError, match="holds the files of a studio already"):
        restore(tmp_path / "backup", tmp_path / "new", blob_url=s3)


def test_an_interrupted_restore_into_a_bucket_goes_on(full, opened, s3, tmp_path, monkeypatch):
    back_up(full, tmp_path / "backup")
    place = f"{s3}/restored"
    receive, calls = BlobBucket.receive, []

    def fail_at_the_third(bucket, digest, chunks):
        calls.append(digest)
        if len(calls) == 3:
            raise StoreUnavailableError("away")
        return receive(bucket, digest, chunks)

    monkeypatch.setattr(BlobBucket, "receive", fail_at_the_third)
    with pytest.raises(StoreUnavailableError, match="away"):
        restore(tmp_path / "backup", tmp_path / "new", blob_url=place)
    assert (tmp_path / "new" / UNFINISHED_RESTORE_FILE).exists()
    with pytest.raises(StoreUnavailableError, match="are being brought there"):
        opened("another", place)
    report = restore(tmp_path / "backup", tmp_path / "new", blob_url=place)
    assert report.blobs.there.files >= 2
    assert is_sound(list(examine(opened("new", place))))


def test_two_studios_never_share_a_place(full, opened, s3, new_world):
    with pytest.raises(StoreUnavailableError, match="Another studio keeps its files"):
        opened("other", s3)
    other = opened("other")
    new_world(other).take_in("hat_1.png")
    with pytest.raises(UnsuitablePlaceError, match="Another studio keeps its files"):
        move_blobs(other, s3, alone=True)


def test_the_same_studio_opens_its_place_again_and_from_another_folder(full, opened, s3, tmp_path):
    shutil.copytree(full.folder, tmp_path / "moved")
    assert opened("moved", s3).blobs.size(min(names_in(full)))


def test_a_place_with_something_else_is_refused(opened, s3):
    ObstoreObjects(s3).put("letter.txt", b"dear")
    with pytest.raises(StoreUnavailableError, match="of no studio"):
        opened(blob_url=s3)


def test_a_mark_that_cannot_be_read_opens_nothing(opened, s3):
    ObstoreObjects(s3).put(MARK, b"{}")
    with pytest.raises(StoreUnavailableError, match="is damaged"):
        opened(blob_url=s3)


def test_a_studio_whose_files_are_in_the_folder_is_told_to_move_them(opened, s3, new_world):
    new_world(opened()).take_in("cup_1.png")
    with pytest.raises(StoreUnavailableError, match=r"app.py blobs move s3://"):
        opened(blob_url=s3)
    assert list(ObstoreObjects(s3).listing("")) == []


def test_a_studio_without_its_setting_does_not_open_as_if_all_were_lost(full, opened):
    for use in (opened, lambda: look_into(full.folder)):
        with pytest.raises(StoreUnavailableError, match=r"set MATTELOOP_BLOB_URL to what .*blobs-elsewhere.txt says"):
            use()


def test_a_move_brings_all_and_then_the_studio_opens_there(opened, s3, new_world, tmp_path):
    store = opened()
    world = new_world(store)
    world.draft("cup_1.png", "scarf_1.png")
    first = move_blobs(store, s3, alone=False)
    assert (first.complete, first.blobs.copied.files) == (False, len(names_in(store)))
    with pytest.raises(StoreUnavailableError, match="are being brought there"):
        opened(blob_url=s3)
    world.take_in("hat_1.png")
    second = move_blobs(store, s3, alone=True)
    assert (second.complete, second.blobs.copied.files) == (True, 2)
    moved = opened(blob_url=s3)
    assert is_sound(list(examine(moved)))
    assert moved.blobs.where == s3
    with pytest.raises(UnsuitablePlaceError, match="already"):
        move_blobs(moved, f"{s3}/", alone=True)


def test_a_move_back_into_the_folder(full, opened, s3):
    assert move_blobs(full, FOLDER, alone=True).complete
    with pytest.raises(StoreUnavailableError, match="If they were moved away"):
        opened(blob_url=s3)
    assert not (full.folder / BLOBS_ELSEWHERE_FILE).exists()
    store = opened()
    assert is_sound(list(examine(store, depth=Depth.DEEP)))
    with pytest.raises(UnsuitablePlaceError, match="already"):
        move_blobs(store, FOLDER, alone=True)


def test_a_move_from_one_bucket_to_another_and_back(full, opened, s3):
    assert move_blobs(full, f"{s3}/second", alone=True).complete
    with pytest.raises(StoreUnavailableError, match="If they were moved away"):
        opened(blob_url=s3)
    assert move_blobs(opened(blob_url=f"{s3}/second"), s3, alone=True).complete
    assert is_sound(list(examine(opened(blob_url=s3))))


def test_a_move_that_lacks_a_file_or_brought_a_damaged_one_is_not_complete(opened, s3, new_world):
    store = opened()
    new_world(store).draft("cup_1.png")
    lost = min(names_in(store))
    data = store.blobs.get(lost)
    store.blobs.path(lost).unlink()
    report = move_blobs(store, s3, alone=True)
    assert (report.complete, report.blobs.lost) == (False, (lost,))
    store.blobs.put(data)
    ObstoreObjects(s3).put(place_key(lost), bytes(len(data)))
    assert move_blobs(store, s3, alone=True, verify=True).blobs.copied.files == 1
    assert opened(blob_url=s3).blobs.get(lost) == data


def test_an_empty_studio_that_was_restored_takes_its_place(opened, s3, tmp_path):
    back_up(opened("empty"), tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "new", blob_url=s3)
    assert read_mark(ObstoreObjects(s3)) == OwnerMark(None)
    opened("new", s3)
    assert read_mark(ObstoreObjects(s3)).studio is not None
    set_mark(ObstoreObjects(s3), OwnerMark("0" * 64))
    with pytest.raises(StoreUnavailableError, match="Another studio"):
        opened("new", s3)


def test_a_server_that_is_away_is_told_and_nothing_is_lost(full, monkeypatch, new_world):
    def away(*_arguments):
        raise StoreUnavailableError("away")

    with monkeypatch.context() as patch:
        patch.setattr(full.blobs.objects, "put", away)
        with pytest.raises(StoreUnavailableError):
            new_world(full).take_in("hat_1.png")
    assert len(new_world(full).take_in("hat_1.png")) == 1
    with pytest.raises(DamagedBlobError):
        full.blobs.get("0" * 64)
