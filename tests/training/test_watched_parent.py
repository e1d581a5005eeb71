import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotation_store.workers.places import process_is_alive
from training import watched_parent
from training.watched_parent import ending_with

STATUS = 70
ORPHAN = """
import os, sys, time
from pathlib import Path
from training import watched_parent
watched_parent.WATCH_SECONDS = 0.02
child = os.fork()
if child == 0:
    with watched_parent.ending_with(os.getppid(), status=70):
        Path(sys.argv[1]).write_text(str(os.getpid()))
        time.sleep(60)
while not Path(sys.argv[1]).exists():
    time.sleep(0.01)
"""


@pytest.fixture
def ends(monkeypatch):
    """The statuses with which this process would have ended."""
    told = []
    monkeypatch.setattr(os, "_exit", told.append)
    monkeypatch.setattr(watched_parent, "WATCH_SECONDS", 0.01)
    return told


def test_a_process_whose_parent_is_gone_before_it_asks_ends(ends):
    gone = 2**22 + 1
    with ending_with(gone, status=STATUS):
        while not ends:
            time.sleep(0.01)
    assert set(ends) == {STATUS}


@pytest.mark.parametrize("parent", [os.getppid, lambda: 0])
def test_a_process_whose_parent_lives_or_that_has_none_goes_on(ends, parent):
    with ending_with(parent(), status=STATUS):
        time.sleep(0.1)
    assert ends == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows forks no process")
def test_an_orphan_ends_in_the_middle_of_its_work(tmp_path):
    note = tmp_path / "pid"
    subprocess.run([sys.executable, "-c", ORPHAN, str(note)], check=True, cwd=Path(__file__).parents[2])
    end = time.monotonic() + 20
    while process_is_alive(int(note.read_text())):
        assert time.monotonic() < end
        time.sleep(0.02)
