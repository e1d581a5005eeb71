import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.testclient import TestClient

from annotation_store.kinds import Role
from studio.operations.finished_requests import FinishedRequests
from studio.sign_in.visitor import Visitor, let_in

KEIKO = Visitor(name="keiko", display_name="", role=Role.OPERATOR, projects=None, person_id=7)


@pytest.fixture
def told():
    return []


@pytest.fixture
def house(told):
    """A route in a router, one of its own, one that fails, and an application that is mounted."""
    app, api, noun, pages = FastAPI(), APIRouter(prefix="/api/v1"), APIRouter(), FastAPI()

    @noun.get("/images/{image_id}")
    def image(image_id: int, request: Request) -> int:
        let_in(request.scope, KEIKO)
        return image_id

    @app.get("/join/{token}")
    def join(token: str) -> str:
        return token

    @app.get("/falls")
    def falls() -> None:
        raise RuntimeError

    @pages.get("/{page}")
    def page(page: str) -> str:
        return page

    api.include_router(noun)
    app.include_router(api)
    app.mount("/", pages)
    app.add_middleware(FinishedRequests, tell=[told.append])
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/api/v1/images/7", "/api/v1/images/{image_id}", 200),
        ("/api/v1/images/cup", "/api/v1/images/{image_id}", 422),
        ("/api/v1/no/such", "other", 404),
        ("/join/secret", "/join/{token}", 200),
        ("/correct", "/{page}", 200),
        ("/falls", "/falls", 500),
        ("/editor/editor.js", "/editor", 404),
        ("/healthz", "/healthz", 200),
    ],
)
def test_what_became_of_a_request_is_told_by_the_template_of_its_route(house, told, path, route, status):
    house.get(path)
    (finished,) = told
    assert (finished.method, finished.route, finished.status) == ("GET", route, status)
    assert finished.seconds > 0


def test_people_are_told_by_their_number(house, told):
    house.get("/api/v1/images/7")
    house.get("/correct")
    assert [finished.person for finished in told] == [7, None]
