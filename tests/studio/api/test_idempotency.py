from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from annotation_store import flags, notes
from annotation_store.errors import StoreBusyError, StoreFullError
from annotation_store.kinds import Role
from annotation_store.people.roles import Ability
from studio.api import idempotency
from studio.api.idempotency import HEADER, REPLAYED
from studio.sign_in.visitor import Visitor

NOTE = {"x": 1, "y": 2, "text": "look here"}


@pytest.fixture
def pin(client, drafted_image):
    """``pin("key", NOTE)``"""

    def send(key, body=NOTE, **more):
        return client.post(f"/api/v1/images/{drafted_image.id}/notes", json=body, headers={HEADER: key}, **more)

    return send


@pytest.fixture
def pinned(studio, drafted_image):
    return lambda: notes.list_notes(studio.store, drafted_image.id)


def test_the_same_request_is_carried_out_once_and_answered_twice(pin, pinned):
    first, second = pin("a"), pin("a")
    assert (first.status_code, second.status_code, len(pinned())) == (201, 201, 1)
    assert first.content == second.content
    assert second.headers["content-type"] == first.headers["content-type"] == "application/json"
    assert (first.headers.get(REPLAYED), second.headers[REPLAYED]) == (None, "true")


def test_without_a_key_and_with_another_it_is_carried_out_anew(client, drafted_image, pin, pinned):
    for _ in range(2):
        client.post(f"/api/v1/images/{drafted_image.id}/notes", json=NOTE)
    pin("a"), pin("b")
    assert len(pinned()) == 4


def test_another_request_under_the_same_key_is_refused(pin, pinned):
    pin("a")
    for other in (pin("a", {**NOTE, "x": 2}), pin("a", params={"again": "yes"})):
        assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert len(pinned()) == 1


@pytest.mark.parametrize("key", ["", " ", "two words", "x" * 201, "é".encode()])
def test_what_is_no_key_is_refused(pin, pinned, key):
    answer = pin(key)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")
    assert pinned() == ()


def test_a_refusal_is_answered_alike_too(client, pin):
    first, second = pin("a", {**NOTE, "x": 999}), pin("a", {**NOTE, "x": 999})
    assert first.status_code == second.status_code == 422
    assert second.headers["content-type"] == "application/problem+json"
    assert second.headers[REPLAYED] == "true"


def test_an_answer_without_a_body_is_given_again(client, drafted_image):
    address = f"/api/v1/images/{drafted_image.id}/leave"
    answers = [client.post(address, headers={HEADER: "a"}) for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert answers[1].headers[REPLAYED] == "true"


def test_what_the_store_could_not_do_is_tried_again(client, drafted_image, monkeypatch):
    def full(*_, **__):
        raise StoreFullError("no room")

    address = f"/api/v1/images/{drafted_image.id}/flag"
    with monkeypatch.context() as patch:
        patch.setattr(flags, "flag", full)
        assert client.post(address, json={}, headers={HEADER: "a"}).status_code == 507
    again = client.post(address, json={}, headers={HEADER: "a"})
    assert (again.status_code, again.headers.get(REPLAYED)) == (200, None)


def test_what_fell_unforeseen_is_tried_again(client, drafted_image, monkeypatch):
    def fall(*_, **__):
        raise RuntimeError("a mistake")

    address = f"/api/v1/images/{drafted_image.id}/flag"
    with monkeypatch.context() as patch:
        patch.setattr(flags, "flag", fall)
        assert client.post(address, json={}, headers={HEADER: "a"}).status_code == 500
    assert client.post(address, json={}, headers={HEADER: "a"}).status_code == 200


def test_while_it_is_being_answered_the_same_is_a_conflict(client, drafted_image, monkeypatch):
    is_there, go_on, flag = Event(), Event(), flags.flag

    def slowly(*arguments, **more):
        is_there.set()
        assert go_on.wait(20)
        return flag(*arguments, **more)

    monkeypatch.setattr(flags, "flag", slowly)
    address = f"/api/v1/images/{drafted_image.id}/flag"

    def send():
        return client.post(address, json={}, headers={HEADER: "a"})

    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(send)
        assert is_there.wait(20)
        meanwhile = send()
        go_on.set()
        assert (meanwhile.status_code, meanwhile.json()["code"]) == (409, "key_in_use")
        assert first.result().status_code == 200


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(pin, pinned, monkeypatch):
    def busy(*_):
        raise StoreBusyError

    monkeypatch.setattr(idempotency.replays, "keep", busy)
    assert pin("a").status_code == 201
    assert len(pinned()) == 1


def test_a_store_that_is_busy_carries_nothing_out(pin, pinned, monkeypatch):
    def busy(*_):
        raise StoreBusyError

    monkeypatch.setattr(idempotency.replays, "begin", busy)
    assert (pin("a").status_code, pinned()) == (503, ())


def test_a_script_of_other_scopes_does_not_read_the_answer(pin, come_as):
    def scoped(*scopes):
        return Visitor("mika", "Mika", Role.LEAD, frozenset({1}), 3, scopes=frozenset(scopes))

    come_as(scoped(Ability.LOOK, Ability.CORRECT))
    assert pin("a").status_code == 201
    come_as(scoped(Ability.LOOK))
    assert pin("a").status_code == 422


def test_large_answers_pass_and_are_not_kept(pin, pinned, monkeypatch):
    monkeypatch.setattr(idempotency, "LARGEST_ANSWER", 10)
    assert (pin("a").status_code, pin("a").headers.get(REPLAYED)) == (201, None)
    assert len(pinned()) == 2


def test_reading_takes_no_keys(client, drafted_image):
    for _ in range(2):
        answer = client.get("/api/v1/me", headers={HEADER: "no key at all"})
        assert (answer.status_code, answer.headers.get(REPLAYED)) == (200, None)


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
