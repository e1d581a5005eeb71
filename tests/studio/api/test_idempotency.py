from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from small_accounts import StandingClock
from sqlalchemy import select

from annotation_store import clock, flags, notes, schema
from annotation_store.errors import StoreBusyError, StoreFullError
from annotation_store.kinds import Role
from annotation_store.people.roles import Ability
from annotation_store.webhooks import hooks
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


def test_what_takes_long_is_not_carried_out_twice(client, drafted_image, monkeypatch, eventually):
    is_there, go_on, flag, renew = Event(), Event(), flags.flag, idempotency.replays.renew
    time, renewed = StandingClock(), []

    def slowly(*arguments, **more):
        is_there.set()
        assert go_on.wait(20)
        return flag(*arguments, **more)

    def count(*arguments):
        renew(*arguments)
        renewed.append(arguments)
        if len(renewed) == 1:
            raise StoreBusyError

    monkeypatch.setattr(flags, "flag", slowly)
    monkeypatch.setattr(clock, "utc_now", time)
    monkeypatch.setattr(idempotency, "HEARTBEAT", 0.01)
    monkeypatch.setattr(idempotency.replays, "renew", count)
    address = f"/api/v1/images/{drafted_image.id}/flag"
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(client.post, address, json={}, headers={HEADER: "a"})
        assert is_there.wait(20)
        time.pass_by(minutes=2)
        seen = len(renewed)
        eventually(lambda: len(renewed) >= seen + 3)
        meanwhile = client.post(address, json={}, headers={HEADER: "a"})
        go_on.set()
        assert meanwhile.json()["code"] == "key_in_use"
        assert first.result().status_code == 200
    ended = len(renewed)
    assert client.post(address, json={}, headers={HEADER: "a"}).headers[REPLAYED] == "true"
    assert len(renewed) == ended


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


@pytest.mark.parametrize(
    "later",
    [
        Visitor("mika", "Mika", Role.REVIEWER, frozenset({1, 2}), 3),
        Visitor("mika", "Mika", Role.LEAD, frozenset({1}), 3),
        Visitor("mika", "Mika", Role.LEAD, None, 3),
        Visitor("mika", "Mika", Role.LEAD, frozenset({1, 2}), 3, scopes=frozenset()),
    ],
    ids=["another role", "fewer projects", "all projects", "no scopes"],
)
def test_whoever_may_do_other_things_since_does_not_read_the_answer(pin, pinned, come_as, later):
    come_as(Visitor("mika", "Mika", Role.LEAD, frozenset({1, 2}), 3))
    assert pin("a").status_code == 201
    come_as(later)
    assert (pin("a").json()["code"], len(pinned())) == ("key_reused", 1)


def test_an_answer_that_holds_a_secret_is_not_kept(client, studio):
    def make():
        body = {"url": "https://shop.example/hooks", "kinds": ["approved"]}
        return client.post("/api/v1/webhooks", json=body, headers={HEADER: "a"})

    def renew():
        return client.post(f"/api/v1/webhooks/{made.json()['id']}/secret", headers={HEADER: "b"})

    made = make()
    renewed = renew()
    for first, again in ((made, make()), (renewed, renew())):
        assert first.is_success
        assert first.headers["cache-control"] == "no-store"
        assert first.json()["secret"].startswith("whsec_")
        assert (again.status_code, again.json()["code"]) == (409, "answer_not_kept")
    assert len(hooks.list_webhooks(studio.store)) == 1
    with studio.store.database.read() as session:
        assert set(session.scalars(select(schema.Replay.body))) == {b""}


def test_large_answers_pass_and_are_not_kept(pin, pinned, monkeypatch):
    monkeypatch.setattr(idempotency, "LARGEST_ANSWER", 10)
    assert (pin("a").status_code, pin("a").headers.get(REPLAYED)) == (201, None)
    assert len(pinned()) == 2


def test_reading_takes_no_keys(client, drafted_image):
    for _ in range(2):
        answer = client.get("/api/v1/me", headers={HEADER: "no key at all"})
        assert (answer.status_code, answer.headers.get(REPLAYED)) == (200, None)
