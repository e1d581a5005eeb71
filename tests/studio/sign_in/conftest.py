"""A studio with accounts, its door and the pages of the sign-in, without Gradio; and browsers before it."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from small_accounts import CHEAP, PASSWORD, StandingClock, enrol
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.websockets import WebSocket

from annotation_store import clock
from annotation_store.people import passwords
from annotation_store.records import PersonRecord
from annotation_store.store import open_store
from studio.api.errors import install_error_handlers
from studio.image_projects import ImageProjects
from studio.security.cross_site import CrossSiteGuard
from studio.security.own_names import OwnNames
from studio.settings import Settings
from studio.sign_in.install import install_door
from studio.sign_in.visitor import visitor_of
from studio.studio import Studio

Browser = Callable[..., TestClient]
SignIn = Callable[..., Response]


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", CHEAP)


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock:
    standing = StandingClock()
    monkeypatch.setattr(clock, "utc_now", standing)
    return standing


@pytest.fixture
def more_settings() -> dict[str, object]:
    """What a test sets besides; override it."""
    return {}


@pytest.fixture
def studio(settings: Settings, more_settings: dict[str, object]) -> Iterator[Studio]:
    """As much of an open studio with accounts as the door and its pages need."""
    with_accounts = Settings(_env_file=None, **(settings.model_dump() | {"accounts": True} | more_settings))
    store = open_store(settings.data_dir)
    parts = {
        "live": None,
        "turns": None,
        "sessions": None,
        "jobs": None,
        "projects": ImageProjects(store),
        "blind": None,
    }
    yield Studio(with_accounts, store, accounts=True, **parts)  # type: ignore[arg-type]
    store.database.close()


@pytest.fixture(name="enrol")
def enrol_here(studio: Studio) -> Callable[..., PersonRecord]:
    """``enrol("keiko", Role.LEAD, email=…)``"""
    return partial(enrol, studio.store)


@pytest.fixture
def house(studio: Studio) -> FastAPI:
    """The door with something behind it: a page, a route of the API, a websocket, and Gradio's queue."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.studio = studio
    install_door(app, studio)

    @app.get("/api/v1/who")
    def who(request: Request) -> JSONResponse:
        visitor = visitor_of(request.scope)
        assert visitor is not None
        projects = None if visitor.projects is None else sorted(visitor.projects)
        return JSONResponse({"name": visitor.name, "role": visitor.role, "projects": projects})

    @app.post("/gradio_api/queue/join")
    def queue() -> str:
        return "joined"

    @app.get("/{page}")
    def page(page: str) -> HTMLResponse:
        return HTMLResponse(f"<p>the page {page}</p>")

    @app.websocket("/speak")
    async def speak(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    install_error_handlers(app)
    app.add_middleware(CrossSiteGuard, names=OwnNames(literal=True, public=studio.settings.public_url))
    return app


@pytest.fixture
def new_browser(house: FastAPI, studio: Studio) -> Browser:
    """``new_browser("http://127.0.0.1")``: with a jar of its own; it follows no redirects by itself."""

    def make(address: str = "", *, language: str = "en") -> TestClient:
        headers = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": language, "User-Agent": FIREFOX}
        base = address or studio.settings.public_url or "http://127.0.0.1"
        return TestClient(house, base_url=base, headers=headers, follow_redirects=False)

    return make


@pytest.fixture
def browser(new_browser: Browser) -> TestClient:  # type: ignore[override]
    return new_browser()


@pytest.fixture
def sign_in() -> SignIn:
    """``sign_in(browser, "keiko", password=…, next=…)``"""

    def post(browser: TestClient, name: str, **fields: str) -> Response:
        return browser.post("/sign-in", data={"name": name, "password": PASSWORD, **fields})

    return post


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
