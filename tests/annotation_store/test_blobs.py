import errno
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation_store.blobs import BlobStore
from annotation_store.errors import DamagedBlobError, InvalidDigestError, StoreUnavailableError


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(tmp_path / "blobs")


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
    monkeypatch.setattr("annotation_store.blobs.os.fsync", fail)
    with pytest.raises(StoreUnavailableError, match=r"No space left on device.*make room"):
        blobs.put(b"second")
    assert len([path for path in blobs.root.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 65, "a" * 64 + "\n", "/" + "a" * 63]
)
def test_no_other_text_becomes_a_path(blobs, name):
    for use in (blobs.get, blobs.has, blobs.path):
        with pytest.raises(InvalidDigestError):
            use(name)


@given(st.text())
def test_arbitrary_text_never_becomes_a_path(tmp_path_factory, name):
    with pytest.raises(InvalidDigestError):
        BlobStore(tmp_path_factory.getbasetemp()).path(name)
