import asyncio
import json
from math import inf

import pytest
from asgi import GONE, piece, request
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from studio.pages.face import gradio_app_of
from studio.security.request_limits import PICTURE, UPLOAD, Limit, RequestLimits, upload_limit

FILE = b'--b\r\nContent-Disposition: form-data; name="files"; filename="cup.png"\r\n\r\n'
FIELD = b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\n'
END = b"\r\n--b--\r\n"
MULTIPART = {"content-type": "multipart/form-data; boundary=b"}


async def count(incoming):
    return JSONResponse(len(await incoming.body()))


ECHO = Starlette(routes=[Route(path, count, methods=["POST"]) for path in ("/edits", UPLOAD)])


def limited(*, largest=1000, seconds=5.0, pause=5.0, app=ECHO):
    return RequestLimits(app, upload=Limit(5 * largest, inf, pause), other=Limit(largest, seconds, pause))


def refused(answer):
    """Status and code of a refusal, once it is seen to be one sentence."""
    body = json.loads(answer.body)
    assert body["detail"].endswith(".")
    return answer.status, body["code"]


def test_a_body_within_the_limit_passes_whole():
    answer = request(limited(), "/edits", [piece(b"x" * 400), piece(b"x" * 600, more=False)])
    assert (answer.status, answer.body) == (200, b"1000")


def test_a_body_that_says_it_is_too_large_is_not_even_read():
    answer = request(limited(), "/edits", [], headers={"content-length": "1001"})
    assert refused(answer) == (413, "too_large")


def test_an_endless_body_is_read_no_further_than_the_limit():
    read = 0

    def endless():
        nonlocal read
        while True:
            read += 1
            yield piece(b"x" * 100)

    assert refused(request(limited(), "/edits", endless())) == (413, "too_large")
    assert read == 11


def test_a_small_length_that_is_not_true_does_not_help():
    answer = request(limited(), "/edits", [piece(b"x" * 1001)], headers={"content-length": "10"})
    assert refused(answer) == (413, "too_large")


@pytest.mark.parametrize("limits", [{"pause": 0.01}, {"seconds": 0.01}])
def test_a_body_that_does_not_come_is_given_up(limits):
    assert refused(request(limited(**limits), "/edits", [piece(b"x")])) == (408, "too_slow")


def test_a_client_may_be_silent_once_its_request_is_complete():
    async def waits(scope, receive, send):
        await receive()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await receive()
        await JSONResponse("still here")(scope, receive, send)

    answer = request(limited(pause=0.01, seconds=0.01, app=waits), "/edits", [piece(b"", more=False)])
    assert answer.body == b'"still here"'


def test_an_answer_that_has_begun_is_not_followed_by_another():
    async def hasty(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await receive()

    app = limited(app=hasty)
    with pytest.raises(Exception, match="broke a limit"):
        request(app, "/edits", [piece(b"x" * 1001)])


def test_an_upload_may_be_larger():
    answer = request(limited(), UPLOAD, [piece(FILE + b"x" * 4000 + END, more=False)], headers=MULTIPART)
    assert answer.status == 200


def test_a_picture_that_is_put_in_place_may_be_larger_and_nothing_else_there():
    anything = Starlette(routes=[Route("/{path:path}", count, methods=["PUT"])])
    for path in ("/api/v1/images/17/alpha", "/api/v1/images/17/trimap"):
        assert request(limited(app=anything), path, [piece(b"x" * 4000, more=False)], method="PUT").status == 200
    for path in ("/api/v1/images/17/edits", "/api/v1/images/x/alpha", "/api/v1/images/17/draft/alpha"):
        assert refused(request(limited(app=anything), path, [piece(b"x" * 4000, more=False)], method="PUT")) == (
            413,
            "too_large",
        )
    too_large = {"content-length": str(PICTURE.largest + 1)}
    assert refused(request(limited(), "/api/v1/images/17/alpha", [], method="PUT", headers=too_large)) == (
        413,
        "too_large",
    )


def test_the_files_of_an_upload_have_a_limit_together():
    files = [piece(FILE + b"x" * 1000 + b"\r\n") for _ in range(5)]
    assert refused(request(limited(), UPLOAD, files, headers=MULTIPART)) == (413, "too_large")


def test_an_upload_holds_nothing_but_files():
    endless_field = [piece(FIELD), *[piece(b"x" * 100)] * 1000]
    assert refused(request(limited(), UPLOAD, endless_field, headers=MULTIPART)) == (422, "not_a_file")


def test_the_setting_limits_the_files_of_an_upload_together():
    assert upload_limit(20_000).largest == 20_000_000_000


@pytest.fixture
def temporary(web_app, tmp_path, monkeypatch):
    """Where Gradio keeps uploads."""
    monkeypatch.setattr(gradio_app_of(web_app), "uploaded_file_dir", str(tmp_path / "uploads"))
    return tmp_path / "uploads"


def kept(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_whole_upload_is_kept_for_its_event(web_app, temporary):
    answer = request(web_app, UPLOAD, [piece(FILE + b"pixels" + END, more=False)], headers=MULTIPART)
    assert answer.status == 200
    assert [path.read_bytes() for path in kept(temporary)] == [b"pixels"]


@pytest.mark.parametrize("end", [GONE, piece(FIELD)], ids=["the client has gone", "a limit was broken"])
def test_nothing_is_left_of_an_upload_that_was_broken_off(web_app, temporary, end):
    request(web_app, UPLOAD, [piece(FILE + b"pixels"), piece(b"\r\n"), end], headers=MULTIPART)
    assert temporary.is_dir()
    assert kept(temporary) == []


def test_gradio_takes_a_thousand_files_at_once_and_none_larger_than_the_setting(web_app, temporary, monkeypatch):
    many = b"".join(FILE + b"x\r\n" for _ in range(1001))
    answer = request(web_app, UPLOAD, [piece(many + END, more=False)], headers=MULTIPART)
    assert (answer.status, answer.body) == (400, b"Too many files. Maximum number of files is 1000.")
    monkeypatch.setattr(gradio_app_of(web_app).get_blocks(), "max_file_size", 1000)
    answer = request(web_app, UPLOAD, [piece(FILE + b"x" * 1001 + END, more=False)], headers=MULTIPART)
    assert answer.status in (400, 413)
    assert b"exceeded maximum allowed size of 1000 bytes" in answer.body
    assert kept(temporary) == []


def test_a_request_of_the_api_that_is_too_large_is_refused_in_the_form_of_the_api(client):
    answer = client.post("/api/v1/images/1/edits", content=b"[" * 4_000_001)
    assert answer.status_code == 413
    told = answer.json()
    assert told["detail"] == "The request is larger than 4 MB: send it in smaller parts."
    assert (told["code"], told["status"]) == ("too_large", 413)
