import errno

import pytest

from studio.commands.errors import CommandError
from studio.commands.whole_files import whole_file


def test_the_old_file_stays_until_the_new_one_is_complete(tmp_path):
    target = tmp_path / "out.zip"
    target.write_bytes(b"old")
    with whole_file(target) as file:
        file.write(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt])
def test_an_unfinished_file_leaves_no_trace(tmp_path, interruption):
    def write_half():
        with whole_file(tmp_path / "out.zip") as file:
            file.write(b"half")
            raise interruption

    with pytest.raises(interruption):
        write_half()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_in_words_and_leaves_what_was_there(tmp_path, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    target = tmp_path / "out.zip"
    target.write_bytes(b"old")
    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(CommandError, match=r"out\.zip cannot be written .*make room"), whole_file(target) as file:
        file.write(b"new")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_an_error_about_another_file_stays_about_that_one(tmp_path):
    with pytest.raises(FileNotFoundError, match="missing"), whole_file(tmp_path / "out.zip"):
        (tmp_path / "missing").read_bytes()


def test_a_folder_is_not_a_file_name(tmp_path):
    with pytest.raises(CommandError, match="is a folder"), whole_file(tmp_path):
        pass


def test_the_folder_must_exist(tmp_path):
    with pytest.raises(CommandError, match="there is no folder"), whole_file(tmp_path / "none" / "out.zip"):
        pass
