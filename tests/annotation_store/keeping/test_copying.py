import hashlib

import pytest

from annotation_store.errors import DamagedBlobError
from annotation_store.keeping.copying import FileMark, copy_file, mark_of

BYTES = b"photo" * 500_000
MARK = FileMark(hashlib.sha256(BYTES).hexdigest(), len(BYTES))


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "source"
    path.write_bytes(BYTES)
    return path


@pytest.mark.parametrize("expected", [None, MARK.sha256])
def test_a_copy_has_the_same_bytes_and_says_which(source, tmp_path, expected):
    target = tmp_path / "new" / "folder" / "copy"
    assert copy_file(source, target, expected=expected) == MARK == mark_of(target)
    assert target.read_bytes() == BYTES


def test_a_file_that_is_not_the_expected_one_leaves_no_copy(source, tmp_path):
    target = tmp_path / "copies" / "copy"
    with pytest.raises(DamagedBlobError, match="has changed on the disk"):
        copy_file(source, target, expected="0" * 64)
    assert list(target.parent.iterdir()) == []


def test_a_file_that_cannot_be_read_leaves_what_was_there(tmp_path):
    target = tmp_path / "copy"
    target.write_bytes(b"before")
    with pytest.raises(DamagedBlobError, match="missing cannot be read \\(No such file"):
        copy_file(tmp_path / "missing", target)
    with pytest.raises(DamagedBlobError, match="cannot be read"):
        mark_of(tmp_path / "missing")
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]
    assert target.read_bytes() == b"before"


def test_a_full_disk_is_not_taken_for_a_damaged_file(source, tmp_path, monkeypatch):
    def fail(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("annotation_store.durable_files.os.fsync", fail)
    (tmp_path / "copies").mkdir()
    with pytest.raises(OSError, match="No space left"):
        copy_file(source, tmp_path / "copies" / "copy")
