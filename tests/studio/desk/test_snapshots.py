import errno
import os
import time
from pathlib import Path

import numpy as np
import pytest
from small_images import disc

from studio.desk import snapshots as snapshots_module
from studio.desk.snapshots import KEPT_SECONDS, Snapshot, Snapshots


@pytest.fixture
def snapshots(tmp_path):
    return Snapshots(tmp_path / "snapshots")


@pytest.fixture
def alpha():
    return disc()[2]


def taken(alpha, matte="a1"):
    return lambda: Snapshot(matte, alpha.copy())


def files_of(tmp_path):
    return sorted(path.name for path in (tmp_path / "snapshots").iterdir())


def test_a_snapshot_comes_back_in_sixteen_bit_steps(snapshots, alpha):
    snapshots.save_soon(7, 3, taken(alpha))
    snapshots.flush()
    assert np.array_equal(np.rint(snapshots.load(7, 3).alpha * 65535), np.rint(alpha * 65535))


def test_what_has_moved_on_before_the_pause_is_not_written(snapshots, tmp_path):
    snapshots.save_soon(7, 3, lambda: None)
    assert snapshots.load(7, 3) is None
    snapshots.flush()
    assert files_of(tmp_path) == []


def test_another_place_in_the_log_has_no_snapshot(snapshots, alpha):
    snapshots.save_soon(7, 3, taken(alpha))
    snapshots.flush()
    assert snapshots.load(7, 2) is None
    assert snapshots.load(8, 3) is None


def test_only_the_newest_of_a_revision_is_kept(tmp_path, snapshots, alpha):
    for position in (1, 2, 10):
        snapshots.save_soon(7, position, taken(alpha))
        snapshots.flush()
    snapshots.save_soon(77, 1, taken(alpha))
    snapshots.flush()
    assert files_of(tmp_path) == ["7-10-a1.png", "77-1-a1.png"]


def test_nothing_is_written_before_the_pause_and_once_after_it(tmp_path, snapshots, alpha, monkeypatch, eventually):
    monkeypatch.setattr(snapshots_module, "PAUSE_SECONDS", 0.3)
    for position in (1, 2, 3):
        snapshots.save_soon(7, position, taken(alpha))
    assert files_of(tmp_path) == []
    eventually(lambda: files_of(tmp_path) == ["7-3-a1.png"])


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n damaged"])
def test_a_damaged_snapshot_is_as_good_as_none(tmp_path, snapshots, content):
    (tmp_path / "snapshots" / "7-3-a1.png").write_bytes(content)
    assert snapshots.load(7, 3) is None


def test_a_folder_that_is_gone_costs_no_error(tmp_path, snapshots, alpha):
    (tmp_path / "snapshots").rmdir()
    snapshots.save_soon(7, 3, taken(alpha))
    snapshots.flush()
    assert snapshots.load(7, 3) is None


def test_what_could_not_be_written_to_its_end_does_not_stay(tmp_path, snapshots, alpha, monkeypatch):
    def fill_the_disk(path, data):
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", fill_the_disk)
        snapshots.save_soon(7, 3, taken(alpha))
        snapshots.flush()
    assert files_of(tmp_path) == []


def test_what_a_killed_process_left_half_written_goes_with_the_next_snapshot_of_its_revision(
    tmp_path, snapshots, alpha
):
    for name in ("7-2-a1.123.part", "7-2.123.part", "7-1.png", "77-2-a1.123.part"):
        (tmp_path / "snapshots" / name).write_bytes(b"half")
    snapshots.save_soon(7, 3, taken(alpha))
    snapshots.flush()
    assert files_of(tmp_path) == ["7-3-a1.png", "77-2-a1.123.part"]
    snapshots.drop(77)
    assert files_of(tmp_path) == ["7-3-a1.png"]


def test_dropping_a_revision_forgets_what_is_written_and_what_waits(snapshots, alpha, tmp_path):
    snapshots.save_soon(7, 3, taken(alpha))
    snapshots.flush()
    snapshots.save_soon(7, 4, taken(alpha))
    snapshots.save_soon(8, 1, taken(alpha))
    snapshots.drop(7)
    snapshots.flush()
    assert files_of(tmp_path) == ["8-1-a1.png"]


def test_a_snapshot_that_waits_to_be_written_is_found(snapshots, alpha):
    snapshots.save_soon(7, 3, taken(alpha))
    assert snapshots.load(7, 2) is None
    assert snapshots.load(7, 3, matte="b2") is None
    found = snapshots.load(7, 3)
    assert np.array_equal(found.alpha, alpha)
    found.alpha[:] = 0
    assert np.array_equal(snapshots.load(7, 3).alpha, alpha)


def save(snapshots, position, alpha, matte):
    snapshots.save_soon(7, position, taken(alpha, matte))
    snapshots.flush()


def test_what_was_computed_at_once_comes_first_and_any_other_by_its_name(snapshots, alpha):
    for matte, level in (("a1", 0.2), ("fine-2-3", 0.4), ("b2", 0.6)):
        save(snapshots, 3, np.full_like(alpha, level), matte)
    assert snapshots.load(7, 3).matte == "fine-2-3"
    assert snapshots.load(7, 3, matte="a1").alpha[0, 0] == pytest.approx(0.2, abs=1e-5)
    assert snapshots.load(7, 3, matte="c3") is None
    assert snapshots.load(7, 3, matte="*") is None
    assert snapshots.load(7, 3, matte="../7-3-a1") is None


def test_a_process_that_is_behind_deletes_nothing_of_one_that_is_ahead(tmp_path, snapshots, alpha):
    ahead = Snapshots(tmp_path / "snapshots")
    save(ahead, 5, alpha, "a1")
    (tmp_path / "snapshots" / "7-6-a2.77.part").write_bytes(b"being written")
    save(snapshots, 4, alpha, "b2")
    assert ahead.load(7, 5).matte == "a1"
    assert "7-6-a2.77.part" in files_of(tmp_path)


def test_two_processes_whose_threads_have_the_same_number_do_not_write_into_one_file(
    tmp_path, snapshots, alpha, monkeypatch
):
    other, write, unfinished = Snapshots(tmp_path / "snapshots"), Path.write_bytes, []

    def meanwhile(path, data):
        unfinished.append(path)
        if len(unfinished) == 1:
            save(other, 3, 1 - alpha, "a1")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", meanwhile)
    save(snapshots, 3, alpha, "a1")
    assert len(set(unfinished)) == 2
    assert np.allclose(snapshots.load(7, 3).alpha, alpha, atol=1e-4)


def test_what_was_not_touched_for_a_week_is_deleted_when_a_process_starts(tmp_path, snapshots, alpha):
    save(snapshots, 3, alpha, "a1")
    snapshots.save_soon(8, 1, taken(alpha))
    snapshots.flush()
    long_ago = time.time() - KEPT_SECONDS - 1
    os.utime(tmp_path / "snapshots" / "7-3-a1.png", (long_ago, long_ago))
    Snapshots(tmp_path / "snapshots")
    assert files_of(tmp_path) == ["8-1-a1.png"]
