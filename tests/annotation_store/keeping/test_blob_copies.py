import os

import pytest

from annotation_store.blob_folder import BlobFolder
from annotation_store.keeping.blob_copies import BlobCopies, copy_blobs
from annotation_store.keeping.tally import Tally


@pytest.fixture
def source(tmp_path):
    return BlobFolder(tmp_path / "source")


@pytest.fixture
def target(tmp_path):
    return BlobFolder(tmp_path / "target")


def test_the_named_blobs_are_copied_and_nothing_else(source, target):
    one, two, _ = (source.put(data) for data in (b"one", b"three", b"not named"))
    told = []
    copies = copy_blobs({one, two}, source, target, on_blob=told.append)
    assert copies == BlobCopies(copied=Tally(2, 8), there=Tally(), lost=())
    assert (target.get(one), target.get(two)) == (b"one", b"three")
    assert len(list(target.files())) == 2
    assert told == [1, 2]


def test_copies_are_files_of_their_own(source, target):
    name = source.put(b"one")
    copy_blobs({name}, source, target)
    assert not target.place(name).samefile(source.place(name))


def test_what_is_there_is_not_copied_again(source, target):
    name = source.put(b"one")
    copy_blobs({name}, source, target)
    os.utime(target.place(name), (0, 0))
    assert copy_blobs({name}, source, target) == BlobCopies(copied=Tally(), there=Tally(1, 3), lost=())
    assert target.place(name).stat().st_mtime == 0


@pytest.mark.parametrize(("damage", "verify", "mended"), [(b"", False, 1), (b"eno", False, 0), (b"eno", True, 1)])
def test_a_damaged_copy_is_noticed_by_its_size_or_on_request_by_its_bytes(source, target, damage, verify, mended):
    name = source.put(b"one")
    copy_blobs({name}, source, target)
    target.place(name).write_bytes(damage)
    assert copy_blobs({name}, source, target, verify=verify).copied.files == mended
    assert (target.place(name).read_bytes() == b"one") is bool(mended)


def test_lost_blobs_are_named_and_do_not_stop_the_others(source, target):
    missing, damaged, sound = (source.put(data) for data in (b"missing", b"damaged", b"sound"))
    source.place(missing).unlink()
    source.place(damaged).write_bytes(b"DAMAGED")
    copies = copy_blobs({missing, damaged, sound}, source, target)
    assert copies == BlobCopies(copied=Tally(1, 5), there=Tally(), lost=tuple(sorted((missing, damaged))))
    assert not target.has(damaged)


def test_a_blob_that_only_the_target_still_has_counts_if_it_is_sound(source, target):
    sound, damaged = (source.put(data) for data in (b"sound", b"damaged"))
    copy_blobs({sound, damaged}, source, target)
    for name in (sound, damaged):
        source.place(name).unlink()
    target.place(damaged).write_bytes(b"DAMAGED")
    assert copy_blobs({sound, damaged}, source, target) == BlobCopies(Tally(), Tally(1, 5), lost=(damaged,))


def test_a_blob_that_was_set_aside_is_copied_and_stays_where_it_is(source, target):
    name = source.put(b"one")
    source.set_aside(name)
    assert copy_blobs({name}, source, target).copied == Tally(1, 3)
    assert next(source.files_aside()).name == name


def test_a_blob_that_is_moved_while_it_is_copied_is_found_again(source, target, monkeypatch):
    name = source.put(b"one")
    find = BlobFolder.find

    def find_and_move(store, wanted):
        found = find(store, wanted)
        monkeypatch.undo()
        source.set_aside(name)
        return found

    monkeypatch.setattr(BlobFolder, "find", find_and_move)
    assert copy_blobs({name}, source, target).copied == Tally(1, 3)
