import re

import pytest
from asgi import request

from studio.security.gradio_page import GradioPage, rewritten

CONFIG = b"<script>window.gradio_config = {};</script>"
FOREIGN = b"<script>stealEverything()</script>"


def test_the_scripts_that_a_page_needs_get_the_nonce():
    page = rewritten(b"<head></head>" + CONFIG, [], "abc")
    assert page == b'<head></head><script nonce="abc">window.gradio_config = {};</script>'


def test_any_other_script_in_the_page_does_not():
    assert rewritten(b"<head></head>" + FOREIGN + CONFIG, [], "abc").startswith(b"<head></head>" + FOREIGN)


def test_our_scripts_come_before_all_others():
    page = rewritten(b"<head>" + CONFIG + b"</head>", [b"first()", b"second()"], "abc")
    assert page.startswith(b'<head><script nonce="abc">first()</script><script nonce="abc">second()</script><script')


@pytest.mark.parametrize("path", ["/", "/correct", "/learn", "/export"])
def test_every_inline_script_of_the_real_page_is_known(client, path):
    """If this fails after an update of Gradio, look at what its page's scripts do."""
    page = client.get(path).text
    inline = [attributes for attributes in re.findall(r"<script([^>]*)>", page) if " src=" not in attributes]
    assert len(inline) == 2 + 4
    assert all(' nonce="' in attributes for attributes in inline)


def test_the_real_page_asks_for_nothing_that_the_studio_does_not_serve(client):
    page = client.get("/").text
    wanted = re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"', page)
    assert len(wanted) >= 2
    for address in wanted:
        assert client.get(address.removeprefix(".")).status_code == 200
    assert "iframeResizer.contentWindow" not in page


def test_the_length_of_the_page_is_that_of_the_new_page(client):
    answer = client.get("/")
    assert int(answer.headers["content-length"]) == len(answer.content)


async def send_pieces(send, content_type, *more_headers):
    headers = [(b"content-type", content_type), *more_headers]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for part in (b"<head></head>", CONFIG):
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@pytest.mark.parametrize(
    "headers", [(b"text/event-stream",), (b"application/json",), (b"text/html", (b"content-encoding", b"br"))]
)
def test_everything_else_passes_as_it_comes(headers):
    async def app(_scope, _receive, send):
        await send_pieces(send, *headers)

    answer = request(GradioPage(app, scripts=["ours()"]), "/", [], method="GET", state={"nonce": "abc"})
    assert [message.get("body") for message in answer.messages] == [None, b"<head></head>", CONFIG, b""]


def test_a_page_in_pieces_is_rewritten_whole():
    async def app(_scope, _receive, send):
        await send_pieces(send, b"text/html; charset=utf-8")

    answer = request(GradioPage(app, scripts=["ours()"]), "/", [], method="GET", state={"nonce": "abc"})
    assert answer.body == rewritten(b"<head></head>" + CONFIG, [b"ours()"], "abc")
    assert dict(answer.messages[0]["headers"])[b"content-length"] == str(len(answer.body)).encode()
