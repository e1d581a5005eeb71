import os
import stat

import pytest

from annotation_store.blobs import digest_of
from annotation_store.durable_files import UNFINISHED_PREFIX
from annotation_store.errors import InvalidExportError, StoreFullError, StoreUnavailableError
from annotation_store.exports.destinations.folder import FolderDestination
from annotation_store.exports.destinations.ledger import LEDGER

FILES = {"alpha/a.png": b"a" * 1000, "夏/b c.png": b"b", "manifest.json": b"{}"}


def filled(folder, files=FILES, mark="mark"):
    destination = FolderDestination(folder)
    there = destination.begin(mark)
    for path, data in files.items():
        destination.put(path, data)
    destination.finish()
    return there


def seen(folder):
    """What a reader sees who passes over hidden files."""
    paths = (path for path in folder.rglob("[!.]*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def digests(files):
    return {path: digest_of(data) for path, data in files.items()}


def test_files_lie_where_they_were_put(tmp_path):
    assert filled(tmp_path / "deep" / "out") == {}
    assert seen(tmp_path / "deep" / "out") == FILES


def test_the_same_export_finds_what_is_there(tmp_path):
    filled(tmp_path)
    assert FolderDestination(tmp_path).begin("mark") == digests(FILES)
    # and again, from the ledger that was written anew
    assert FolderDestination(tmp_path).begin("mark") == digests(FILES)


def test_what_was_changed_or_lost_since_is_not_relied_on(tmp_path):
    filled(tmp_path)
    (tmp_path / "alpha" / "a.png").write_bytes(b"x" * 1000)
    (tmp_path / "manifest.json").unlink()
    assert filled(tmp_path) == digests({"夏/b c.png": b"b"})
    assert seen(tmp_path) == FILES


def test_a_file_that_was_put_twice_counts_as_it_was_last(tmp_path):
    filled(tmp_path)
    filled(tmp_path, {"alpha/a.png": b"new"})
    assert FolderDestination(tmp_path).begin("mark")["alpha/a.png"] == digest_of(b"new")


def test_after_a_crash_half_a_file_is_gone_and_half_a_line_is_passed_over(tmp_path):
    filled(tmp_path)
    half = tmp_path / "alpha" / f"{UNFINISHED_PREFIX}x"
    half.write_bytes(b"half")
    with (tmp_path / LEDGER).open("ab") as ledger:
        ledger.write(b'{"path": "alpha/')
    filled(tmp_path, {"alpha/z.png": b"z"})
    assert not half.exists()
    assert FolderDestination(tmp_path).begin("mark") == digests({**FILES, "alpha/z.png": b"z"})


def test_a_crash_before_the_first_line_is_no_hindrance(tmp_path):
    (tmp_path / f"{UNFINISHED_PREFIX}x").write_bytes(b"")
    assert filled(tmp_path) == {}


def test_another_export_or_files_of_a_person_are_left_alone(tmp_path):
    filled(tmp_path / "export")
    (tmp_path / "person").mkdir()
    (tmp_path / "person" / "letter.txt").write_bytes(b"dear")
    with pytest.raises(InvalidExportError, match=r"Another export .* new one"):
        FolderDestination(tmp_path / "export").begin("other mark")
    with pytest.raises(InvalidExportError, match=r"of no export.* new one"):
        FolderDestination(tmp_path / "person").begin("mark")
    with pytest.raises(InvalidExportError, match="is a file"):
        FolderDestination(tmp_path / "person" / "letter.txt").begin("mark")
    assert seen(tmp_path / "export") == FILES
    assert [path.name for path in (tmp_path / "person").iterdir()] == ["letter.txt"]


def test_others_may_read_what_the_system_lets_them(tmp_path):
    before = os.umask(0o022)
    try:
        filled(tmp_path)
    finally:
        os.umask(before)
    assert {stat.S_IMODE((tmp_path / path).stat().st_mode) for path in FILES} == {0o644}


def test_a_disk_that_refuses_is_told_in_words(tmp_path, monkeypatch):
    destination = FolderDestination(tmp_path)
    destination.begin("mark")

    def refuse(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("annotation_store.exports.destinations.folder.durable_file", refuse)
    with pytest.raises(StoreFullError, match="make room"):
        destination.put("a", b"")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreUnavailableError, match="cannot write"):
        FolderDestination(tmp_path / "file" / "out").begin("mark")
