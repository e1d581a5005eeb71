"""Which browsers an editor's test runs in: Chromium, unless it says that it runs in both."""

import pytest

in_both_browsers = pytest.mark.parametrize("desk", ["browser", "firefox"], ids=["chromium", "firefox"], indirect=True)
