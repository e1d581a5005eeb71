"""A studio with more to predict than it can follow says so; nothing of what it turned away is stored."""

import threading
from contextlib import contextmanager

import pytest
from test_images import grey, stroke
from test_plane_routes import OTHER_TRIMAP

from annotation_store import corrections
from matting_core.image_io import encode_trimap
from studio.device.turns import Turns, Urgency


@pytest.fixture
def busy(studio, monkeypatch):
    """``with busy():`` the only turn is taken by somebody else, and nobody may wait."""
    turns = Turns(at_once=lambda: 1, waiting=0)
    monkeypatch.setattr(studio.sessions, "_turn", turns.turn)
    object.__setattr__(studio, "turns", turns)

    @contextmanager
    def at_work():
        began, over = threading.Event(), threading.Event()

        def work():
            with turns.turn("somebody else", Urgency.STROKE):
                began.set()
                assert over.wait(20)

        thread = threading.Thread(target=work)
        thread.start()
        assert began.wait(20)
        try:
            yield turns
        finally:
            over.set()
            thread.join()

    return at_work


def place(client, image):
    told = client.get(f"/api/v1/images/{image.id}").json()
    return {"revision": told["revision"], "position": told["position"]}


def log_of(studio, image):
    return corrections.open_document(studio.store, image.id).position


@pytest.mark.parametrize("header", [{}, {"Idempotency-Key": "stroke-0001"}])
def test_a_stroke_that_is_turned_away_is_not_stored_and_succeeds_when_it_comes_again(
    client, studio, drafted_image, busy, header
):
    address = f"/api/v1/images/{drafted_image.id}/edits"
    body = {**place(client, drafted_image), "edits": [stroke("k-1"), stroke("k-2", x=140)]}
    with busy() as turns:
        answer = client.post(address, json=body, headers=header)
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "busy", "1")
        assert answer.headers["content-type"] == "application/problem+json"
        assert log_of(studio, drafted_image) == 0
        assert turns.figures().refused == 1
    again = client.post(address, json=body, headers=header)
    assert (again.status_code, again.json()["position"]) == (200, 2)
    assert log_of(studio, drafted_image) == 2


def test_nothing_else_that_needs_a_matte_is_half_done_either(client, studio, drafted_image, busy):
    address = f"/api/v1/images/{drafted_image.id}"
    here = place(client, drafted_image)
    here = client.post(f"{address}/edits", json={**here, "edits": [stroke("k-1")]}).json()
    here = {name: here[name] for name in ("revision", "position")}
    part = {"left": 0, "top": 0, "right": 9, "bottom": 9, "subject": True, "clicks": []}
    before = grey(client.get(f"{address}/alpha").content)
    with busy():
        for what, more in [
            ("undo", {"key": "k-2"}),
            ("redo", {"key": "k-3"}),
            ("redraft", {"key": "k-4", **part}),
            ("preview", {"edit": stroke("k-5")["edit"]}),
            ("settle", {}),
            ("recompute", {}),
        ]:
            answer = client.post(f"{address}/{what}", json={**here, **more})
            assert (answer.status_code, answer.json()["code"]) == (503, "busy"), what
        assert log_of(studio, drafted_image) == 1
        assert (grey(client.get(f"{address}/alpha").content) == before).all()
    assert client.post(f"{address}/undo", json={**here, "key": "k-2"}).json()["position"] == 2


def test_a_trimap_from_elsewhere_is_turned_away_as_a_whole(client, studio, drafted_image, busy):
    address = f"/api/v1/images/{drafted_image.id}"
    revision = place(client, drafted_image)["revision"]

    def put():
        picture, headers = encode_trimap(OTHER_TRIMAP), {"Content-Type": "image/png"}
        return client.put(f"{address}/trimap?revision={revision}", content=picture, headers=headers)

    with busy():
        answer = put()
        assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert corrections.open_document(studio.store, drafted_image.id).revision_id == revision
    assert put().json()["is_new"] is True


def test_looking_needs_no_turn(client, drafted_image, busy):
    address = f"/api/v1/images/{drafted_image.id}"
    client.get(address)
    with busy():
        for what in ("", "/alpha", "/trimap", "/thumbnail"):
            assert client.get(address + what).status_code == 200


def test_two_people_are_two_and_not_one(client, studio, drafted_image, monkeypatch):
    asked = []

    @contextmanager
    def note(person, urgency, *, cancellation=None):
        asked.append((person, urgency))
        yield

    monkeypatch.setattr(studio.sessions, "_turn", note)
    here = place(client, drafted_image)
    client.post(f"/api/v1/images/{drafted_image.id}/edits", json={**here, "edits": [stroke("k-1")]})
    client.post(f"/api/v1/images/{drafted_image.id}/settle", json={**here, "position": 1})
    assert ("keiko", Urgency.STROKE) in asked
    assert ("keiko", Urgency.SETTLING) in asked
