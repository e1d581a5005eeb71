import errno
import os
import stat

import pytest

from annotation_store.durable_files import UNFINISHED_PREFIX, durable_file, make_folder, sync_file


def test_the_old_file_stays_until_the_new_one_is_on_the_disk(tmp_path):
    target = tmp_path / "list.json"
    target.write_bytes(b"old")
    with durable_file(target) as file:
        file.write(b"new")
        beside = [path.name for path in tmp_path.iterdir() if path != target]
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert [name.startswith(UNFINISHED_PREFIX) for name in beside] == [True]
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
def test_an_unfinished_file_leaves_the_old_one_and_no_trace(tmp_path, interruption):
    def write_half():
        with durable_file(tmp_path / "list.json") as file:
            file.write(b"half")
            raise interruption

    (tmp_path / "list.json").write_bytes(b"old")
    with pytest.raises(interruption):
        write_half()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_bytes_that_cannot_be_flushed_never_take_the_name(tmp_path, monkeypatch):
    def fail(_descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("annotation_store.durable_files.os.fsync", fail)
    with pytest.raises(OSError, match="Input/output error"), durable_file(tmp_path / "list.json") as file:
        file.write(b"new")
    assert list(tmp_path.iterdir()) == []


def test_folders_are_made_with_their_parents_and_may_be_there(tmp_path):
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()


def test_flushing_a_file_changes_nothing_in_it(tmp_path):
    (tmp_path / "file").write_bytes(b"as it is")
    sync_file(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"as it is"


@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o640)])
def test_others_may_read_a_file_only_if_it_is_not_private(tmp_path, private, mode):
    before = os.umask(0o027)
    try:
        with durable_file(tmp_path / "list.json", private=private) as file:
            file.write(b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "list.json").stat().st_mode) == mode
    assert len(list(tmp_path.iterdir())) == 1
