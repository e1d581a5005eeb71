"""When the operator pauses, the whole matte is computed finely; what is drawn meanwhile comes first."""

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

FINE = 77


def unknown_alphas(at: object) -> set[int]:
    """The alphas that the browser shows where its trimap is unknown."""
    trimap, alpha = (np.frombuffer(plane, np.uint8) for plane in (at.trimap(), at.alpha()))
    return set(alpha[trimap == 128].tolist())


def test_after_a_pause_the_whole_matte_is_settled_and_the_status_tells(desk: Callable) -> None:
    at = desk()
    at.images[0].fine, at.images[0].settle_seconds = FINE, 0.5
    at.wait_for("ready")
    at.press("tool-background")
    at.draw((40, 60), (60, 60))
    at.wait_for("saved")
    assert unknown_alphas(at) != {FINE}
    status = at.page.get_by_test_id("editor-status")
    expect(status).to_have_text("Saved, refining…", timeout=5000)
    expect(status).to_have_text("Saved", timeout=5000)
    assert at.images[0].settled == [1]
    assert unknown_alphas(at) == {FINE}


def test_a_photo_that_was_only_looked_at_is_not_settled(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.wait_for_timeout(2000)
    assert at.images[0].settled == []


def test_a_stroke_during_the_settling_is_not_taken_back_by_its_answer(desk: Callable) -> None:
    at = desk()
    at.images[0].fine, at.images[0].settle_seconds = FINE, 1.0
    at.wait_for("ready")
    at.press("tool-background")
    at.draw((40, 60), (60, 60))
    status = at.page.get_by_test_id("editor-status")
    expect(status).to_have_text("Saved, refining…", timeout=5000)
    at.images[0].settle_seconds = 30  # the second settling does not come in the way
    at.draw((100, 60), (120, 60))
    at.page.evaluate("matteloopEditor.whenSaved()")
    at.page.wait_for_timeout(1200)  # the answer of the first settling has come by now
    assert at.images[0].settled == [2]  # the log was longer when it answered
    at.assert_same_as_server(at.images[0])
