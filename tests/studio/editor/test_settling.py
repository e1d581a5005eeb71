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
    at.press("ink-background")
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
    at.press("ink-background")
    at.draw((40, 60), (60, 60))
    status = at.page.get_by_test_id("editor-status")
    expect(status).to_have_text("Saved, refining…", timeout=5000)
    at.images[0].settle_seconds = 30  # the second settling does not come in the way
    at.draw((100, 60), (120, 60))
    at.page.evaluate("matteloopEditor.whenSaved()")
    at.page.wait_for_timeout(1200)  # the answer of the first settling has come by now
    assert at.images[0].settled == [2]  # the log was longer when it answered
    at.assert_same_as_server(at.images[0])


def test_going_on_to_the_next_photo_gives_the_settling_up(desk: Callable) -> None:
    at = desk()
    at.images[0].settle_seconds = 3
    at.wait_for("ready")
    at.press("ink-background")
    at.draw((40, 60), (60, 60))
    expect(at.page.get_by_test_id("editor-status")).to_have_text("Saved, refining…", timeout=5000)
    at.press("next")
    at.expect_text("image-name", "ellipse_2.jpg")
    at.page.wait_for_timeout(300)
    assert at.images[0].left == 1


def test_computing_the_whole_matte_by_hand_needs_no_settling(desk: Callable) -> None:
    at = desk()
    at.wait_for("ready")
    at.page.keyboard.press("r")
    at.wait_for("saved")
    at.page.wait_for_timeout(2200)
    assert at.images[0].settled == []
    assert at.page.evaluate("matteloopEditor.isSettled()")


def test_an_answer_that_is_overtaken_while_it_is_unpacked_is_not_shown(desk: Callable) -> None:
    """The settled matte has arrived, but a stroke begins before its picture is decoded."""
    at = desk()
    at.images[0].fine = FINE
    at.wait_for("ready")
    at.page.evaluate(
        """() => {
          const read = Blob.prototype.arrayBuffer;
          window.isSlow = false;
          Blob.prototype.arrayBuffer = async function () {
            if (window.isSlow) await new Promise((resolve) => (window.letGo = resolve));
            return read.call(this);
          };
        }"""
    )
    at.press("ink-background")
    at.draw((40, 60), (60, 60))
    at.wait_for("saved")
    at.page.evaluate("window.isSlow = true")
    at.page.wait_for_function("() => Boolean(window.letGo)")
    at.page.evaluate("window.isSlow = false")
    at.images[0].settle_seconds = 30  # the second settling does not come in the way
    at.draw((100, 60), (120, 60))
    at.page.evaluate("window.letGo()")
    at.page.evaluate("matteloopEditor.whenSaved()")
    at.page.wait_for_timeout(100)
    at.assert_same_as_server(at.images[0])
