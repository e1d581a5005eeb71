import os
import time

import pytest

from studio.steady_files import SteadyFiles


class Clock:
    def __init__(self):
        self.ahead = 10.0

    def __call__(self):
        return time.time() + self.ahead


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def look(tmp_path, clock):
    files = SteadyFiles(tmp_path, now=clock)
    return lambda: [path.relative_to(tmp_path).as_posix() for path in files.look()]


def test_a_file_is_whole_once_two_looks_have_seen_the_same(tmp_path, look):
    (tmp_path / "b.jpg").write_bytes(b"half")
    assert look() == []
    (tmp_path / "b.jpg").write_bytes(b"half and half")
    (tmp_path / "a.jpg").write_bytes(b"whole")
    assert look() == []
    assert look() == ["a.jpg", "b.jpg"]
    os.utime(tmp_path / "a.jpg", (1, 1))
    assert look() == ["b.jpg"]


def test_what_was_written_to_a_moment_ago_may_be_written_to_again(tmp_path, look, clock):
    (tmp_path / "a.jpg").write_bytes(b"whole")
    clock.ahead = 0.0
    assert look() == look() == []
    clock.ahead = 1.5
    assert look() == ["a.jpg"]


def test_an_empty_file_is_the_beginning_of_one_for_a_minute(tmp_path, look, clock):
    (tmp_path / "a.jpg").touch()
    assert look() == look() == []
    clock.ahead = 61.0
    assert look() == ["a.jpg"]


def test_the_clock_of_a_camera_may_be_ahead(tmp_path, look):
    (tmp_path / "a.jpg").write_bytes(b"whole")
    os.utime(tmp_path / "a.jpg", (time.time() + 1e6,) * 2)
    look()
    assert look() == ["a.jpg"]


def test_what_is_no_finished_file_is_passed_over(tmp_path, look):
    for name in (".hidden.jpg", "a.part", "b.JPG.crdownload", "~$list.csv", "c.tmp", "Thumbs.db", "report.csv"):
        (tmp_path / name).write_bytes(b"x")
    for folder in ("taken-in", "duplicates", "rejected", ".git", "Shoes/deeper"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "d.jpg").write_bytes(b"x")
    (tmp_path / "link.jpg").symlink_to("/etc/passwd")
    (tmp_path / "linked").symlink_to("/etc")
    (tmp_path / "Shoes" / "report.csv").write_bytes(b"x")
    (tmp_path / "Shoes" / "e.jpg").write_bytes(b"x")
    look()
    assert look() == ["Shoes/e.jpg", "Shoes/report.csv"]


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        SteadyFiles(tmp_path / "none").look()
