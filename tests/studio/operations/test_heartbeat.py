import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from studio.operations import heartbeat

ROOT = Path(__file__).parents[3]


def test_a_worker_beats_until_it_ends(tmp_path, monkeypatch, eventually):
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.01)
    end = threading.Event()
    worker = threading.Thread(target=heartbeat.beat, args=(tmp_path,), kwargs={"until": end})
    assert heartbeat.silence(tmp_path) is None
    worker.start()
    eventually(lambda: heartbeat.silence(tmp_path) is not None)
    first = (tmp_path / heartbeat.FILE).stat().st_mtime_ns
    eventually(lambda: (tmp_path / heartbeat.FILE).stat().st_mtime_ns > first)
    end.set()
    worker.join(20)
    assert not worker.is_alive()


def test_silence_is_counted_from_the_last_beat_and_clocks_that_differ_do_no_harm(tmp_path):
    file = tmp_path / heartbeat.FILE
    file.touch()
    os.utime(file, (time.time() - 100, time.time() - 100))
    assert heartbeat.silence(tmp_path) == pytest.approx(100, abs=30)
    os.utime(file, (time.time() + 1000, time.time() + 1000))
    assert heartbeat.silence(tmp_path) == 0


def test_a_folder_that_cannot_be_written_to_stops_no_worker(tmp_path):
    end = threading.Event()
    end.set()
    heartbeat.beat(tmp_path / "gone", until=end)
    assert heartbeat.silence(tmp_path / "gone") is None


def test_a_containers_keeper_asks_for_an_exit_status(tmp_path):
    def ask():
        program = [sys.executable, "-m", "studio.operations.heartbeat", str(tmp_path)]
        return subprocess.run(program, cwd=ROOT, check=False).returncode

    assert ask() == 1
    (tmp_path / heartbeat.FILE).touch()
    assert ask() == 0
