"""The tools that watch over the code run with the tests: style, types, and that imports only go down."""

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[1]


def complaints_of(*command: str) -> str:
    """What the tool prints, or nothing if it is content."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else ""


def test_imports_only_go_down():
    complaints = complaints_of(str(Path(sysconfig.get_path("scripts"), "lint-imports")))
    assert not complaints, complaints


def test_ruff_has_no_complaints():
    complaints = complaints_of(sys.executable, "-m", "ruff", "check", "--output-format", "concise")
    assert not complaints, complaints


def test_every_file_is_formatted():
    complaints = complaints_of(sys.executable, "-m", "ruff", "format", "--check", "--output-format", "concise")
    assert not complaints, complaints


def test_types_are_sound():
    complaints = complaints_of(sys.executable, "-m", "mypy")
    assert not complaints, complaints
