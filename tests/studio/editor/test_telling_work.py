"""The desk tells how long somebody was at each photo."""

import time
from collections.abc import Callable

import pytest
from browsers import in_both_browsers
from playwright.sync_api import expect
from stand_in import StandInImage

pytestmark = pytest.mark.browser


def wait_for_work(image: StandInImage) -> tuple[str, list[dict[str, float]]]:
    """What is told of the image first."""
    ends = time.monotonic() + 10
    while not image.worked and time.monotonic() < ends:
        time.sleep(0.02)
    return image.worked[0]


@in_both_browsers
def test_work_is_told_when_a_photo_is_decided_and_when_the_page_is_left(desk: Callable) -> None:
    at = desk(2)
    at.wait_for("ready")
    at.draw((20, 20), (60, 30))
    at.press("approve")
    expect(at.page.get_by_test_id("image-name")).to_have_text(at.images[1].name)
    purpose, spans = wait_for_work(at.images[0])
    assert purpose == "correction"
    assert 30 > spans[0]["began_ago"] > spans[-1]["ended_ago"] >= 0
    assert at.images[1].worked == []
    at.draw((20, 20), (60, 30))
    at.page.evaluate("matteloopEditor.whenSaved()")
    at.page.goto(f"{at.address}/")
    assert wait_for_work(at.images[1])[0] == "correction"


def test_a_photo_that_is_opened_ahead_has_no_work(desk: Callable) -> None:
    at = desk(2)
    at.wait_for("ready")
    at.page.wait_for_function("matteloopEditor.ahead() === 2")
    at.draw((20, 20), (60, 30))
    at.page.evaluate("matteloopEditor.whenSaved()")
    at.page.goto(f"{at.address}/")
    wait_for_work(at.images[0])
    assert at.images[1].worked == []


def test_nobody_notices_when_work_cannot_be_told(desk: Callable) -> None:
    at = desk(2)
    at.wait_for("ready")
    at.page.route("**/work", lambda route: route.abort())
    at.draw((20, 20), (60, 30))
    at.press("approve")
    expect(at.page.get_by_test_id("image-name")).to_have_text(at.images[1].name)
    at.page.evaluate("matteloopEditor.whenDecided()")
    assert at.images[0].state == "approved"
    expect(at.page.get_by_test_id("notice-error")).to_have_count(0)
    at.page.unroute("**/work")
    at.page.goto(f"{at.address}/")  # what waited is told with the rest
    assert wait_for_work(at.images[0])[0] == "correction"
