"""Keys of requests that bring files: what is known of their bodies, and what becomes of one that breaks off."""

from math import inf

import pytest
from asgi import GONE, piece, request
from small_images import disc, png
from starlette.requests import ClientDisconnect

from annotation_store import gallery
from annotation_store.kinds import Role
from studio.api.idempotency import HEADER, REPLAYED
from studio.security.request_limits import Limit, RequestLimits
from studio.sign_in.visitor import Visitor

PHOTOS = "/api/v1/images"
GROUNDS = "/api/v1/exports/grounds"
CUP = png(disc(1)[0])
FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="cup.png"\r\n\r\n' + CUP + b"\r\n--b--\r\n"
KEY = HEADER.lower()  # as a server hands it on
BYTES = {"Content-Type": "application/octet-stream"}


@pytest.fixture
def upload(web_app, client):
    """``upload(piece(FILE, more=False))``: photos under one key."""

    def send(*pieces, through=web_app):
        headers = {"content-type": "multipart/form-data; boundary=b", "content-length": "90", KEY: "a"}
        return request(through, PHOTOS, pieces, headers=headers)

    return send


def was_replayed(answer):
    return (REPLAYED.lower().encode(), b"true") in answer.messages[0]["headers"]


def test_an_upload_that_broke_off_is_tried_again(upload, studio):
    upload(piece(FILE[:100]), GONE)
    again = upload(piece(FILE, more=False))
    assert (again.status, was_replayed(again), len(gallery.list_images(studio.store))) == (200, False, 1)
    assert was_replayed(upload(piece(FILE, more=False)))


@pytest.mark.parametrize(
    ("limit", "pieces", "status"),
    [
        (Limit(1000, inf, pause=0.05), [piece(FILE[:100])], 408),
        (Limit(100, inf, pause=60), [piece(FILE[:60]), piece(FILE[60:], more=False)], 413),
    ],
)
def test_an_upload_that_broke_a_limit_is_tried_again(upload, web_app, studio, limit, pieces, status):
    assert upload(*pieces, through=RequestLimits(web_app, upload=limit)).status == status
    again = upload(piece(FILE, more=False))
    assert (again.status, was_replayed(again), len(gallery.list_images(studio.store))) == (200, False, 1)


def test_a_picture_that_broke_off_is_tried_again(web_app, client, drafted_image):
    picture = png(disc(1)[1])
    document = client.get(f"/api/v1/images/{drafted_image.id}").json()

    def put(*pieces):
        headers = {"content-type": "image/png", "content-length": str(len(picture)), KEY: "a"}
        query = f"revision={document['revision']}".encode()
        path = f"/api/v1/images/{drafted_image.id}/trimap"
        return request(web_app, path, pieces, headers=headers, method="PUT", query_string=query)

    with pytest.raises(ClientDisconnect):
        put(piece(picture[:100]), GONE)
    again = put(piece(picture, more=False))
    assert (again.status, was_replayed(again)) == (200, False)


def test_who_leaves_once_the_body_is_there_finds_its_answer(upload):
    upload(piece(FILE, more=False), GONE)
    assert was_replayed(upload(piece(FILE, more=False)))


def test_an_upload_is_known_by_its_length_and_has_to_say_it(client):
    address = "/api/v1/models/import"
    kind = {"Content-Type": "multipart/form-data; boundary=x"}

    def send(content, key):
        return client.post(address, content=content, headers={HEADER: key, **kind})

    assert send((piece for piece in (b"--x--",)), "a").status_code == 411
    first, second = send(b"--x--\r\n", "b"), send(b"--x--\n\n", "b")
    assert first.status_code == second.status_code
    assert second.headers[REPLAYED] == "true"
    assert send(b"--x--", "b").json()["code"] == "key_reused"


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/api/v1/images/1/alpha"), ("PUT", "/api/v1/images/1/trimap"), ("POST", GROUNDS)],
)
def test_a_picture_has_to_say_its_length(client, drafted_image, method, path):
    answer = client.request(method, path, content=iter([CUP]), headers={HEADER: "a", **BYTES})
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


def test_a_picture_is_known_by_its_length(client):
    def send(content):
        return client.post(GROUNDS, content=content, headers={HEADER: "a", **BYTES})

    first, second = send(CUP), send(CUP[::-1])
    assert (first.status_code, second.headers.get(REPLAYED)) == (201, "true")
    assert second.json() == first.json()
    assert send(CUP + b"x").json()["code"] == "key_reused"


def test_a_picture_is_not_read_before_its_sender_is_known_to_have_the_right(web_app, client, come_as):
    come_as(Visitor("mika", "Mika", Role.REVIEWER, frozenset({1}), 3))
    read = []

    def pieces():
        read.append(1)
        yield piece(CUP, more=False)

    headers = {"content-type": "image/png", "content-length": str(len(CUP)), KEY: "a"}
    assert (request(web_app, GROUNDS, pieces(), headers=headers).status, read) == (403, [])
