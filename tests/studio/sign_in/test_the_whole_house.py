"""The web application as it is served, Gradio and all: nothing of it is open but the way in."""

import re

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from small_accounts import PASSWORD, enrol
from starlette.routing import Mount

from annotation_store.kinds import Role
from annotation_store.people.accounts import list_people
from studio.settings import Settings
from studio.sign_in.authentication import is_open
from studio.studio import open_studio

PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Built once: Gradio's pages take a second."""
    from studio.web import create_app

    folder = tmp_path_factory.mktemp("house") / "data"
    return create_app(open_studio(Settings(_env_file=None, data_dir=folder, accounts=True)))


@pytest.fixture
def outside(served):
    return TestClient(served, base_url="http://127.0.0.1", follow_redirects=False)


def doors(routes, prefix=""):
    """Method and path of whatever the application answers to, Gradio's and those of mounted files as well."""
    for context in iter_route_contexts(routes):
        if isinstance(context.original_route, Mount):
            mounted = context.original_route
            yield from doors(getattr(mounted.app, "routes", None) or [], prefix + mounted.path)
            yield "GET", f"{prefix}{mounted.path}/anything"
        elif context.path is not None:
            path = re.sub(r"{[^}]*}", "1", prefix + context.path)
            for method in context.methods or ("GET",):
                yield method, path


def test_nothing_is_open_but_the_way_in(served, outside):
    found = set(doors(served.routes))
    assert len(found) > 90
    assert {("POST", "/gradio_api/queue/join"), ("GET", "/editor/anything"), ("GET", "/account")} <= found
    let_through = set()
    for method, path in sorted(found):
        answer = outside.request(method, path, headers=PAGE)
        if is_open({"type": "http", "path": path}):
            let_through.add(path)
        elif method in ("GET", "HEAD") and not path.startswith(("/api/", "/gradio_api/")):
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in"), path
        else:
            assert answer.status_code == 401, (method, path)
    assert let_through == {
        "/sign-in",
        "/sign-in/style.css",
        "/sign-in/oidc",
        "/sign-in/oidc/callback",
        "/sign-out",
        "/join/1",
        "/new-password/1",
        "/favicon.ico",
    }


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_whoever_keeps_the_studio_running_asks_without_an_account_and_hears_nothing_of_it(outside, path):
    answer = outside.get(path, headers=PAGE)
    assert answer.status_code == 200
    assert set(answer.json()) <= {"alive", "ready", "failing"}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/correct",
        "/review",
        "/learn",
        "/export",
        "/projects",
        "/theme.css",
        "/assets/index.js",
        "/editor/editor.js",
    ],
)
def test_pages_and_files_are_there_for_whom_has_signed_in(served, outside, path):
    store = served.state.studio.store
    name = f"keiko-{len(list_people(store))}"
    enrol(store, name, Role.LEAD)
    assert outside.get(path).status_code == 401
    assert outside.post("/sign-in", data={"name": name, "password": PASSWORD}).status_code == 303
    assert outside.get(path).status_code in (200, 404 if path.startswith("/assets/") else 200)


def test_the_api_knows_who_has_signed_in(served, outside):
    enrol(served.state.studio.store, "aiko", Role.OPERATOR)
    outside.post("/sign-in", data={"name": "aiko", "password": PASSWORD})
    me = outside.get("/api/v1/me").json()
    assert (me["name"], me["has_account"], me["abilities"]) == ("aiko", True, ["look", "correct"])
    assert outside.get("/learn", headers=PAGE).status_code == 403


def test_the_pages_of_the_sign_in_are_there_with_accounts_only(client):
    """`client` reaches a studio without accounts."""
    assert client.get("/account").status_code == 404
    assert client.post("/sign-in", data={"name": "keiko", "password": PASSWORD}).status_code in (404, 405)
