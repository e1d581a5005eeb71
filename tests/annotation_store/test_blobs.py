import errno
import hashlib
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.blob_folder import BlobFolder
from annotation_store.errors import DamagedBlobError, InvalidDigestError, StoreUnavailableError


@pytest.fixture
def blobs(tmp_path):
    return BlobFolder(tmp_path / "blobs")


@pytest.mark.parametrize("data", [b"", b"photo", bytes(range(256)) * 999])
def test_a_blob_comes_back_under_its_hash(blobs, data):
    digest = blobs.put(data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert blobs.get(digest) == data
    assert blobs.has(digest)
    assert blobs.path(digest).relative_to(blobs.root).parts == (digest[:2], digest[2:4], digest)


def test_the_same_bytes_are_stored_once_and_leave_no_temporary_file(blobs):
    assert blobs.put(b"twice") == blobs.put(b"twice")
    assert [path.name for path in blobs.root.rglob("*") if path.is_file()] == [hashlib.sha256(b"twice").hexdigest()]


def test_changed_bytes_are_noticed_and_mended_by_storing_them_again(blobs):
    digest = blobs.put(b"sound")
    blobs.path(digest).write_bytes(b"rotten")
    with pytest.raises(DamagedBlobError, match="has changed"):
        blobs.get(digest)
    blobs.put(b"sound")
    assert blobs.get(digest) == b"sound"


def test_a_missing_blob_is_damage(blobs):
    digest = hashlib.sha256(b"never stored").hexdigest()
    assert not blobs.has(digest)
    with pytest.raises(DamagedBlobError, match="missing"):
        blobs.get(digest)


def test_a_full_disk_is_told_in_words_and_leaves_nothing_behind(blobs, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    blobs.put(b"first")
    monkeypatch.setattr("annotation_store.blob_folder.os.fsync", fail)
    with pytest.raises(StoreUnavailableError, match=r"No space left on device.*make room"):
        blobs.put(b"second")
    assert len([path for path in blobs.root.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "/" + "a" * 63]
)
def test_no_other_text_becomes_a_path(blobs, name):
    for use in (blobs.get, blobs.has, blobs.path, blobs.place, blobs.find, blobs.set_aside):
        with pytest.raises(InvalidDigestError):
            use(name)


def test_storing_bytes_again_makes_them_as_young_as_new_ones(blobs):
    digest = blobs.put(b"photo")
    os.utime(blobs.path(digest), (0, 0))
    blobs.put(b"photo")
    assert blobs.path(digest).stat().st_mtime > 1e9


@pytest.mark.parametrize("ask", ["get", "has", "path"])
def test_a_blob_that_was_set_aside_is_found_and_back_in_its_place(blobs, ask):
    digest = blobs.put(b"photo")
    place = blobs.path(digest)
    blobs.set_aside(digest)
    assert not place.exists()
    assert getattr(blobs, ask)(digest) in (b"photo", True, place)
    assert place.read_bytes() == b"photo"
    assert list(blobs.files_aside()) == []


def test_finding_a_blob_moves_nothing(blobs):
    digest = blobs.put(b"photo")
    assert blobs.find(digest) == blobs.place(digest)
    blobs.set_aside(digest)
    assert blobs.find(digest).read_bytes() == b"photo"
    assert blobs.find(digest) == blobs.find(digest) == next(blobs.files_aside())
    assert blobs.find(hashlib.sha256(b"never stored").hexdigest()) is None


def test_a_blob_counts_its_age_anew_from_when_it_was_set_aside(blobs):
    digest = blobs.put(b"photo")
    os.utime(blobs.path(digest), (0, 0))
    blobs.set_aside(digest)
    assert blobs.find(digest).stat().st_mtime > 1e9


def test_setting_aside_what_is_not_there_does_nothing(blobs):
    blobs.set_aside(hashlib.sha256(b"never stored").hexdigest())
    assert list(blobs.files_aside()) == []


def test_storing_the_bytes_of_a_blob_that_was_set_aside_does_not_rely_on_that_file(blobs):
    digest = blobs.put(b"photo")
    blobs.set_aside(digest)
    blobs.put(b"photo")
    for file in blobs.files_aside():
        file.unlink()
    assert blobs.get(digest) == b"photo"


def test_a_blob_that_is_set_aside_while_it_is_stored_again_or_read_is_not_lost(blobs, monkeypatch):
    """The moves that `path`, `utime` and `read_bytes` cannot exclude."""
    digest = blobs.put(b"photo")
    read_bytes = type(blobs.root).read_bytes

    def set_aside_before_the_first_read(path):
        monkeypatch.undo()
        blobs.set_aside(digest)
        return read_bytes(path)

    for use in (lambda: blobs.get(digest) == b"photo", lambda: blobs.put(b"photo") == digest):
        monkeypatch.setattr(type(blobs.root), "read_bytes", set_aside_before_the_first_read)
        assert use()
        assert blobs.get(digest) == b"photo"


@given(st.text())
def test_arbitrary_text_never_becomes_a_path(tmp_path_factory, name):
    with pytest.raises(InvalidDigestError):
        BlobFolder(tmp_path_factory.getbasetemp()).path(name)
