"""A real studio: ``python app.py`` in a process of its own, with an empty data folder."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from studio_address import OpenStudio

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def open_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenStudio]:
    """A studio that trains for a few steps only; closed by Ctrl-C, as a person would."""
    folder = tmp_path_factory.mktemp("studio")
    settings = {
        "MATTELOOP_DATA_DIR": str(folder),
        "MATTELOOP_PORT": "0",
        "MATTELOOP_TRAINING_STEPS": "3",
        "MATTELOOP_OPERATOR": "hanako",
    }
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield OpenStudio(_address(process), folder)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_SECONDS) == 0


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://\S+", line):
            return found.group()
    raise AssertionError("the studio ended before it said where it is")
