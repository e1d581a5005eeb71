"""What tests of several floors share: one headless browser."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium of the system; its tests are skipped where there is none, and say how to get it."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("no `chromium` on the PATH: install it (Debian: apt-get install chromium) to run this test")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS.split())
        yield chromium
        chromium.close()
