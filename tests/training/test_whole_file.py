import errno
import os

import pytest

from training.whole_file import write_atomically


def test_a_file_takes_the_place_of_the_one_before(tmp_path):
    path = tmp_path / "new" / "state"
    for data in (b"first", b"second"):
        write_atomically(path, data)
        assert path.read_bytes() == data
    assert list(path.parent.iterdir()) == [path]


def test_without_room_the_file_before_stays_and_nothing_lies_beside_it(tmp_path, monkeypatch):
    def refuse(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "state"
    write_atomically(path, b"first")
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]
