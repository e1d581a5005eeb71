import errno
from pathlib import Path

import numpy as np
import pytest
from small_images import disc

from studio.desk import snapshots as snapshots_module
from studio.desk.snapshots import Snapshots


@pytest.fixture
def snapshots(tmp_path):
    return Snapshots(tmp_path / "snapshots")


@pytest.fixture
def alpha():
    return disc()[2]


def files_of(tmp_path):
    return sorted(path.name for path in (tmp_path / "snapshots").iterdir())


def test_a_snapshot_comes_back_in_sixteen_bit_steps(snapshots, alpha):
    snapshots.save_soon(7, 3, alpha.copy)
    snapshots.flush()
    assert np.array_equal(np.rint(snapshots.load(7, 3) * 65535), np.rint(alpha * 65535))


def test_what_has_moved_on_before_the_pause_is_not_written(snapshots, tmp_path):
    snapshots.save_soon(7, 3, lambda: None)
    assert snapshots.load(7, 3) is None
    snapshots.flush()
    assert files_of(tmp_path) == []


def test_another_place_in_the_log_has_no_snapshot(snapshots, alpha):
    snapshots.save_soon(7, 3, alpha.copy)
    snapshots.flush()
    assert snapshots.load(7, 2) is None
    assert snapshots.load(8, 3) is None


def test_only_the_newest_of_a_revision_is_kept(tmp_path, snapshots, alpha):
    for position in (1, 2, 10):
        snapshots.save_soon(7, position, alpha.copy)
        snapshots.flush()
    snapshots.save_soon(77, 1, alpha.copy)
    snapshots.flush()
    assert files_of(tmp_path) == ["7-10.png", "77-1.png"]


def test_nothing_is_written_before_the_pause_and_once_after_it(tmp_path, snapshots, alpha, monkeypatch, eventually):
    monkeypatch.setattr(snapshots_module, "PAUSE_SECONDS", 0.3)
    for position in (1, 2, 3):
        snapshots.save_soon(7, position, alpha.copy)
    assert files_of(tmp_path) == []
    eventually(lambda: files_of(tmp_path) == ["7-3.png"])


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n damaged"])
def test_a_damaged_snapshot_is_as_good_as_none(tmp_path, snapshots, content):
    (tmp_path / "snapshots" / "7-3.png").write_bytes(content)
    assert snapshots.load(7, 3) is None


def test_a_folder_that_is_gone_costs_no_error(tmp_path, snapshots, alpha):
    (tmp_path / "snapshots").rmdir()
    snapshots.save_soon(7, 3, alpha.copy)
    snapshots.flush()
    assert snapshots.load(7, 3) is None


def test_what_could_not_be_written_to_its_end_does_not_stay(tmp_path, snapshots, alpha, monkeypatch):
    def fill_the_disk(path, data):
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", fill_the_disk)
        snapshots.save_soon(7, 3, alpha.copy)
        snapshots.flush()
    assert files_of(tmp_path) == []


def test_what_a_killed_process_left_half_written_goes_with_the_next_snapshot_of_its_revision(
    tmp_path, snapshots, alpha
):
    for name in ("7-2.123.part", "77-2.123.part"):
        (tmp_path / "snapshots" / name).write_bytes(b"half")
    snapshots.save_soon(7, 3, alpha.copy)
    snapshots.flush()
    assert files_of(tmp_path) == ["7-3.png", "77-2.123.part"]
    snapshots.drop(77)
    assert files_of(tmp_path) == ["7-3.png"]


def test_dropping_a_revision_forgets_what_is_written_and_what_waits(snapshots, alpha, tmp_path):
    snapshots.save_soon(7, 3, alpha.copy)
    snapshots.flush()
    snapshots.save_soon(7, 4, alpha.copy)
    snapshots.save_soon(8, 1, alpha.copy)
    snapshots.drop(7)
    snapshots.flush()
    assert files_of(tmp_path) == ["8-1.png"]


def test_a_snapshot_that_waits_to_be_written_is_found(snapshots, alpha):
    snapshots.save_soon(7, 3, alpha.copy)
    assert snapshots.load(7, 2) is None
    found = snapshots.load(7, 3)
    assert np.array_equal(found, alpha)
    found[:] = 0
    assert np.array_equal(snapshots.load(7, 3), alpha)
