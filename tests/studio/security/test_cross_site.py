import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import WebSocketRoute
from starlette.testclient import WebSocketDenialResponse

from studio.security.cross_site import CrossSiteGuard, refuse
from studio.security.own_names import OwnNames

HERE = "127.0.0.1:7860"


@pytest.mark.parametrize("host", [HERE, "localhost:7860", "LOCALHOST", "[::1]:7860", "127.0.0.1", "127.0.0.2:7860"])
def test_this_computer_is_served_under_its_own_names(host):
    assert refuse("GET", Headers({"host": host})) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "0.0.0.0",  # noqa: S104
        "[",
        "[::1",
    ],
)
def test_any_other_name_is_refused(host):
    assert "only under the address of this computer" in refuse("GET", Headers({"host": host}))


@pytest.mark.parametrize(
    "headers",
    [
        {},  # a script, which sends no such headers
        {"origin": f"http://{HERE}"},
        {"origin": f"http://{HERE}", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "WEBSOCKET"])
def test_the_studios_own_pages_may_change_things(method, headers):
    assert refuse(method, Headers({"host": HERE, **headers})) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": f"http://{HERE}.evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://localhost:7860"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": ""},
        {"origin": f"http://{HERE}", "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "WEBSOCKET"])
def test_another_website_is_refused(method, headers):
    assert "another website" in refuse(method, Headers({"host": HERE, **headers}))


PUBLIC = OwnNames(literal=True, public="https://matte.example.com")


@pytest.mark.parametrize("host", [HERE, "192.168.1.20:7860", "matte.example.com"])
def test_with_accounts_the_studio_answers_under_literal_addresses_and_its_public_name(host):
    assert refuse("GET", Headers({"host": host}), PUBLIC) is None
    origin = "https://matte.example.com" if host == "matte.example.com" else f"http://{host}"
    assert refuse("POST", Headers({"host": host, "origin": origin}), PUBLIC) is None


def test_with_accounts_other_names_are_refused_with_advice_for_the_admin():
    assert "MATTELOOP_PUBLIC_URL" in refuse("GET", Headers({"host": "evil.example"}), PUBLIC)


@pytest.mark.parametrize(
    "origin", ["http://matte.example.com", "https://evil.example", "https://matte.example.com.evil.example"]
)
def test_a_page_from_elsewhere_is_refused_under_the_public_name_too(origin):
    assert "another website" in refuse("POST", Headers({"host": "matte.example.com", "origin": origin}), PUBLIC)


def test_a_proxy_may_ask_for_us_by_our_own_address():
    headers = Headers({"host": HERE, "origin": "https://matte.example.com", "sec-fetch-site": "same-origin"})
    assert refuse("POST", headers, PUBLIC) is None
    assert "another website" in refuse("POST", headers)


def test_following_a_link_from_another_website_is_no_change():
    assert refuse("GET", Headers({"host": HERE, "sec-fetch-site": "cross-site"})) is None


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/upload", "/queue/join"])
def test_the_routes_of_gradio_are_guarded_too(client, path):
    foreign = client.post(path, json={"data": []}, headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403
    assert "another website" in foreign.json()["detail"]
    assert client.post(path, json={"data": []}, headers={"Origin": "http://127.0.0.1"}).status_code != 403


@pytest.mark.parametrize("path", ["/", "/correct", "/theme.css", "/editor/editor.js", "/api/v1/queue/next"])
def test_no_page_answers_to_a_foreign_host(client, path):
    assert client.get(path, headers={"Host": "rebound.example"}).status_code == 403
    assert client.get(path).status_code == 200


@pytest.fixture
def echo():
    """A guarded application that answers on a websocket."""

    async def speak(websocket):
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    app = Starlette(routes=[WebSocketRoute("/speak", speak)])
    app.add_middleware(CrossSiteGuard)
    return TestClient(app, base_url=f"http://{HERE}")


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_a_foreign_websocket_is_refused(echo, headers):
    with (
        pytest.raises(WebSocketDenialResponse) as caught,
        echo.websocket_connect(f"ws://{HERE}/speak", headers=headers),
    ):
        pass
    assert caught.value.status_code == 403


def test_a_websocket_of_our_own_pages_is_opened(echo):
    with echo.websocket_connect(f"ws://{HERE}/speak", headers={"Host": HERE, "Origin": f"http://{HERE}"}) as websocket:
        assert websocket.receive_text() == "hello"
