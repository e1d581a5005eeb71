"""What tests of several floors share."""

import shutil

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are skipped where there is no Chromium, and say how to get it."""
    if shutil.which("chromium") is not None:
        return
    missing = pytest.mark.skip(reason="no Chromium: install it with `apt-get install chromium` to run browser tests")
    for item in items:
        if item.get_closest_marker("browser") is not None:
            item.add_marker(missing)
