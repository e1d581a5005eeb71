import re

import pytest
from asgi import piece, request
from starlette.responses import HTMLResponse, JSONResponse

from studio.security.headers import SecurityHeaders, nonce_of

PAGES = ("/", "/correct", "/learn", "/export")
NOT_PAGES = ("/api/v1/queue/next", "/editor/editor.js", "/theme.css", "/no/such/page", "/gradio_api/app_id")
FOREIGN = {"Host": "evil.example"}


def policy_of(answer):
    """``{"script-src": {"'self'", ...}, ...}``"""
    directives = (part.split() for part in answer.headers["content-security-policy"].split(";"))
    return {name: set(sources) for name, *sources in directives}


@pytest.mark.parametrize("path", PAGES + NOT_PAGES)
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(headers["permissions-policy"].split(", "))


def test_a_refusal_carries_them_too(client):
    for answer in (client.get("/", headers=FOREIGN), client.post("/", content=b"x" * 4_000_001)):
        assert answer.status_code in (403, 413)
        assert policy_of(answer)["default-src"] == {"'none'"}
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing_but_the_studios_own_scripts(client, path):
    answer = client.get(path)
    policy = policy_of(answer)
    (nonce,) = re.findall(r'<script nonce="([^"]+)" data-gradio-mode>', answer.text)
    assert policy["default-src"] == {"'none'"}
    assert policy["script-src"] == {"'self'", f"'nonce-{nonce}'"}
    assert policy["connect-src"] == policy["form-action"] == policy["base-uri"] == {"'self'"}
    assert policy["frame-ancestors"] == {"'none'"}
    everything = set().union(*policy.values())
    assert "'unsafe-eval'" not in everything
    assert [name for name in policy if "'unsafe-inline'" in policy[name]] == ["style-src"]
    assert not any("*" in source or "//" in source for source in everything)


def test_no_two_pages_have_the_same_nonce(client):
    policies = {client.get("/").headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


@pytest.mark.parametrize("path", NOT_PAGES)
def test_what_is_no_page_may_do_nothing_when_it_is_opened_as_one(client, path):
    policy = policy_of(client.get(path))
    assert policy == {"default-src": {"'none'"}, "frame-ancestors": {"'none'"}, "sandbox": set()}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("path", ["/", "/theme.css", "/gradio_api/app_id"])
def test_no_other_origin_is_invited_to_read_an_answer(client, host, path):
    answer = client.get(path, headers={"Host": host, "Origin": "http://localhost:9999"})
    assert answer.status_code == 200
    assert [name for name in answer.headers if name.startswith("access-control-")] == []


def test_a_stream_passes_piece_by_piece():
    async def stream(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
        for number in range(3):
            await send({"type": "http.response.body", "body": b"%d" % number, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    bodies = [message.get("body") for message in request(SecurityHeaders(stream), "/", []).messages]
    assert bodies == [None, b"0", b"1", b"2", b""]


def test_a_page_of_any_kind_finds_its_nonce_in_the_request():
    async def page(scope, receive, send):
        await HTMLResponse(nonce_of(scope))(scope, receive, send)

    answer = request(SecurityHeaders(page), "/", [piece(b"", more=False)])
    headers = dict(answer.messages[0]["headers"])
    assert b"'nonce-" + answer.body + b"'" in headers[b"content-security-policy"]


def test_a_header_of_the_same_name_is_replaced():
    async def own(scope, receive, send):
        await JSONResponse({}, headers={"X-Frame-Options": "ALLOWALL"})(scope, receive, send)

    headers = request(SecurityHeaders(own), "/", []).messages[0]["headers"]
    assert [value for name, value in headers if name == b"x-frame-options"] == [b"DENY"]
