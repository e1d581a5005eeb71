"""A disk of a few megabytes that can be filled, emptied, and made read-only: a file system in memory."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

MEGABYTES = 8


class SmallDisk:
    """Mounted at `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filling = folder / "filling"

    @contextmanager
    def full(self, *, less: int = 0) -> Iterator[None]:
        """Not a byte is left inside, or only so many."""
        self.fill(less=less)
        try:
            yield
        finally:
            self.make_room()

    def fill(self, *, less: int = 0) -> None:
        with self._filling.open("wb", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    continue
            file.truncate(file.tell() - less)

    def make_room(self) -> None:
        self._filling.unlink()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nobody may have a file open for writing on it."""
        _run("mount", "-o", "remount,ro", str(self.folder))
        try:
            yield
        finally:
            _run("mount", "-o", "remount,rw", str(self.folder))


@contextmanager
def mounted_at(folder: Path, *, megabytes: int = MEGABYTES) -> Iterator[SmallDisk]:
    """Skips the test, and says why, where this system does not let a file system be mounted."""
    folder.mkdir()
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder))
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", None) or error
        pytest.skip(f"a small disk cannot be mounted here, run as root on Linux to test it: {str(said).strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
