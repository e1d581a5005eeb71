"""What only Firefox does: it can be set to falsify what a page reads out of a canvas, as a guard against trackers.

What both browsers must do is tested where it belongs, by tests that are marked with `in_both_browsers`.
"""

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def guarded_firefox(launch_firefox: Callable[..., Browser]) -> Browser:
    """Firefox as LibreWolf and the Tor Browser set it: getImageData answers with noise."""
    return launch_firefox({"privacy.resistFingerprinting": True})


@pytest.mark.parametrize("desk", ["guarded_firefox"], indirect=True)
def test_no_pixel_is_read_out_of_a_canvas(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.press("ink-background")
    at.draw((70, 60), (80, 60))
    at.press("undo")
    at.press("ink-unknown")
    at.draw((20, 20), (30, 20))
    at.assert_same_as_server(at.images[0])
    at.wait_for("saved")
    at.page.mouse.move(5, 5)
    at.page.wait_for_timeout(300)  # the fine drawing follows when it is calm
    shown = np.asarray(Image.open(BytesIO(at.page.screenshot())).convert("RGB"))
    pane = at.page.get_by_test_id("pane-matte").bounding_box()
    column, row = round(pane["x"] + pane["width"] / 2), round(pane["y"] + pane["height"] / 2)

    assert shown[row, column].tolist() == pytest.approx(at.images[0].rgb[60, 80].tolist(), abs=6)  # through a JPEG
