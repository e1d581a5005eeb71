import json

import pytest
from asgi import piece, request
from starlette.responses import JSONResponse

from annotation_store.kinds import Role
from studio.security import gradio_sessions
from studio.security.gradio_sessions import GradioSessions
from studio.sign_in.visitor import Visitor, let_in

AIKO, BEN = (Visitor(name, name, Role.OPERATOR, None, number) for number, name in enumerate(("aiko", "ben"), 1))
HASH = "f8jj3uv3ftc"


async def gradio(scope, receive, send):
    """In the place of Gradio: says what it was sent."""
    message = await receive()
    await JSONResponse(message["body"].decode())(scope, receive, send)


@pytest.fixture
def ask():
    """``ask("join", BEN, "a")``: the status of a request of a person that names a session."""
    sessions = GradioSessions(gradio)

    def asked(what, person, name):
        query, path, body = b"", f"/gradio_api/queue/{what}", {"data": [], "session_hash": name}
        if what == "data":
            query = f"session_hash={name}".encode()
        if what == "heartbeat":
            path = f"/gradio_api/heartbeat/{name}"
        state = {}
        if person is not None:
            let_in({"state": state}, person)
        sent = [piece(json.dumps(body).encode(), more=False)]
        answer = request(sessions, path, sent, query_string=query, state=state)
        return answer.status, json.loads(answer.body)

    return asked


WAYS = ("join", "data", "heartbeat")


@pytest.mark.parametrize("first", WAYS)
@pytest.mark.parametrize("then", WAYS)
def test_a_session_belongs_to_whoever_used_it_first(ask, first, then):
    assert ask(first, AIKO, HASH)[0] == 200
    status, body = ask(then, BEN, HASH)
    assert (status, body["code"]) == (403, "not_your_session")
    assert ask(then, AIKO, HASH)[0] == 200


def test_a_page_without_a_person_cannot_use_a_persons_session(ask):
    ask("join", AIKO, HASH)
    assert ask("join", None, HASH)[0] == 403


def test_a_studio_without_accounts_has_one_person(ask):
    assert [ask(way, None, HASH)[0] for way in WAYS] == [200, 200, 200]


def test_what_joins_the_queue_reaches_gradio_whole(ask):
    assert json.loads(ask("join", AIKO, HASH)[1]) == {"data": [], "session_hash": HASH}


@pytest.mark.parametrize("name", ["../a", "a\n", "A", "", "a" * 33])
def test_a_name_that_no_page_makes_is_refused(ask, name):
    assert ask("join", AIKO, name)[0] == 403


@pytest.mark.parametrize("name", [None, 5, ["a"]])
def test_what_names_no_session_is_left_to_gradio_to_refuse(ask, client, name):
    assert ask("join", AIKO, name)[0] == 200
    assert client.post("/gradio_api/queue/join", json={"data": [], "session_hash": name}).status_code in (400, 422)
    assert client.get("/gradio_api/queue/data").status_code == 422


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_none_is_left_to_gradio_to_refuse(client, body):
    answer = client.post("/gradio_api/queue/join", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


def test_of_two_names_the_one_that_gradio_reads_counts(ask):
    ask("join", AIKO, HASH)
    assert ask("data", BEN, f"mine&session_hash={HASH}")[0] == 403


def test_the_oldest_sessions_are_forgotten(ask, monkeypatch):
    monkeypatch.setattr(gradio_sessions, "CAPACITY", 2)
    for name in ("a", "b", "c"):
        ask("join", AIKO, name)
    assert ask("join", BEN, "b")[0] == 403
    assert ask("join", BEN, "a")[0] == 200
