"""The number of a request, from its header to the audit trail."""

import re

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from annotation_store.events import recent_events, request_id
from studio.request_ids import RequestIds


@pytest.fixture
def echo():
    """An application that answers with the number that each kind of endpoint sees, and the one that its log has."""
    app = FastAPI()

    def seen():
        return [request_id.get(), structlog.contextvars.get_contextvars().get("request_id")]

    @app.get("/thread")
    def in_a_thread() -> list[str | None]:
        return seen()

    @app.get("/loop")
    async def in_the_loop() -> list[str | None]:
        return seen()

    app.add_middleware(RequestIds)
    return TestClient(app)


@pytest.mark.parametrize("path", ["/thread", "/loop"])
def test_every_endpoint_sees_the_number_of_its_own_request(echo, path):
    for sent in ("caller-0001", "caller-0002"):
        answer = echo.get(path, headers={"X-Request-Id": sent})
        assert answer.json() == [sent, sent]
        assert answer.headers["x-request-id"] == sent
    assert request_id.get() is None
    assert "request_id" not in structlog.contextvars.get_contextvars()


def test_a_request_without_a_number_is_given_one_of_its_own(echo):
    numbers = [echo.get("/thread").headers["x-request-id"] for _ in range(2)]
    assert all(re.fullmatch("[0-9a-f]{32}", number) for number in numbers)
    assert len(set(numbers)) == 2


@pytest.mark.parametrize(
    "sent", ["short", "x" * 65, "with space", "a\tline=forged", "ünicode-0001".encode("latin-1"), ""]
)
def test_what_is_no_number_is_not_taken_over(echo, sent):
    answer = echo.get("/thread", headers={"X-Request-Id": sent})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])
    assert answer.json() == [answer.headers["x-request-id"]] * 2


def test_the_audit_trail_names_the_request_that_changed_something(client, studio, drafted_image):
    answer = client.post(f"/api/v1/images/{drafted_image.id}/flag", json={"note": ""})
    flagged, drafted = recent_events(studio.store, 2)
    assert (flagged.action, flagged.request_id) == ("image.flagged", answer.headers["x-request-id"])
    assert drafted.request_id is None


def test_a_refusal_at_the_door_has_a_number_too(client):
    answer = client.get("/api/v1/queue/next", headers={"Host": "rebound.example", "X-Request-Id": "caller-0001"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (403, "caller-0001")


@pytest.mark.parametrize("path", ["/thread", "/loop"])
def test_a_line_that_is_logged_within_a_request_has_its_number(path):
    app, log = FastAPI(), structlog.get_logger()

    @app.get("/thread")
    def in_a_thread() -> None:
        log.warning("something")

    @app.get("/loop")
    async def in_the_loop() -> None:
        log.warning("something")

    app.add_middleware(RequestIds)
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as lines:
        TestClient(app).get(path, headers={"X-Request-Id": "caller-0001"})
    assert [line["request_id"] for line in lines] == ["caller-0001"]
