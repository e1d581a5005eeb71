"""A real studio for benchmarks, ``python app.py`` in a process of its own, and a headless browser to look at it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
CHROMIUM_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
CLOSING_SECONDS = 120


@contextmanager
def open_studio(folder: Path, **more: str) -> Iterator[str]:
    """The address of a studio with its data in `folder`; closed by Ctrl-C, as a person would. more: settings by their
    environment variables."""
    settings = {**_own_data(folder), "MATTELOOP_PORT": "0", "MATTELOOP_LOG_LEVEL": "WARNING"}
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **settings, **more}, stdout=subprocess.PIPE, text=True
    )
    try:
        yield _address(process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(CLOSING_SECONDS)


def _own_data(folder: Path) -> dict[str, str]:
    """All in `folder`, wherever the tables of the studio of whoever measures are."""
    return {"MATTELOOP_DATA_DIR": str(folder), "MATTELOOP_DATABASE_URL": ""}


def _address(process: subprocess.Popen[str]) -> str:
    for line in process.stdout or ():
        if found := re.search(r"http://\S+", line):
            return found.group()
    raise RuntimeError("the studio ended before it said where it is")


def take_in(folder: Path, photos: Path) -> None:
    """Put the photos in `photos` into the studio of `folder`, in the order of their names: they get the ids 1, 2, …"""
    command = [sys.executable, "app.py", "ingest", str(photos)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **_own_data(folder)}, check=True, stdout=subprocess.DEVNULL)


def wait_for_drafts(page: Page, address: str, count: int, *, patience_seconds: float = 600) -> None:
    """Return when `count` photos can be corrected."""
    patience = time.monotonic() + patience_seconds
    while page.request.get(f"{address}/api/v1/queue/next").json()["left"] < count:
        if time.monotonic() > patience:
            raise TimeoutError(f"not all of {count} photos were drafted within {patience_seconds:.0f} seconds")
        time.sleep(0.5)


@contextmanager
def headless_chromium() -> Iterator[Browser]:
    """The system's Chromium, drawing without a graphics card."""
    executable = shutil.which("chromium")
    if executable is None:
        raise RuntimeError("no `chromium` on the PATH: install it (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS.split())
        yield browser
        browser.close()
