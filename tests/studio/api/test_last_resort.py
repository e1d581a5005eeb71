import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient

from annotation_store.errors import StoreBusyError
from studio.api.errors import install_error_handlers
from studio.api.last_resort import LastResort
from studio.request_ids import RequestIds


class Door:
    """Fails before any route is asked, where the path says so."""

    def __init__(self, app):
        self._app = app

    async def __call__(self, scope, receive, send):
        if scope.get("path", "").endswith("/door"):
            raise StoreBusyError
        await self._app(scope, receive, send)


@pytest.fixture
def browser():
    app = FastAPI()

    @app.get("/api/v1/fall")
    @app.get("/fall")
    def fall():
        raise RuntimeError("secret path")

    @app.get("/api/v1/midway")
    def midway():
        def chunks():
            yield b"half"
            raise RuntimeError("secret path")

        return StreamingResponse(chunks())

    install_error_handlers(app)
    app.add_middleware(Door)
    app.add_middleware(LastResort)
    app.add_middleware(RequestIds)
    return TestClient(app, raise_server_exceptions=False)


def test_what_nobody_foresaw_is_told_without_details_but_with_its_number(browser):
    answer = browser.get("/api/v1/fall", headers={"X-Request-Id": "find-me-again"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    told = answer.json()
    assert (told["code"], told["request_id"]) == ("unexpected", "find-me-again")
    assert "find-me-again" in told["detail"]
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] == "find-me-again"


def test_an_error_on_purpose_of_the_door_is_told_as_one_of_a_route(browser):
    answer = browser.get("/api/v1/door")
    assert (answer.status_code, answer.json()["code"]) == (503, "store_busy")


def test_pages_fail_as_before(browser):
    answer = browser.get("/fall")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "text/plain; charset=utf-8")


def test_an_answer_that_has_begun_is_broken_off(browser):
    assert b"problem" not in browser.get("/api/v1/midway").content
