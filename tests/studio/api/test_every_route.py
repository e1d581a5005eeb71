"""What holds for every route of the REST API, whichever comes to be added."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from annotation_store.money.rate_card import STARTING_CARD
from studio.web import NOUNS

UNKNOWN = 999_999
NOUN_OF = {
    "projects": "project",
    "models": "model",
    "runs": "training run",
    "exports": "export",
    "webhooks": "webhook",
    "trainings": "training run",
    "drift-alarms": "alarm",
    "comparisons": "comparison",
    "pilots": "pilot",
}
BRUSH = {"tool": "brush", "ink": "unknown", "radius": 4, "points": [[0, 0]]}
BODIES = {
    "edits": {"revision": 1, "position": 0, "edits": [{"key": "a", "edit": BRUSH}]},
    "preview": {"revision": 1, "position": 0, "edit": BRUSH},
    "redraft": {"revision": 1, "position": 0, "key": "a", "left": 0, "top": 0, "right": 20, "bottom": 20},
    "undo": {"revision": 1, "position": 0, "key": "a"},
    "redo": {"revision": 1, "position": 0, "key": "a"},
    "recompute": {"revision": 1, "position": 0},
    "settle": {"revision": 1, "position": 0},
    "next": {},
    "lease": None,
    "leave": None,
    "work": {"purpose": "correction", "spans": [{"began_ago": 2.5, "ended_ago": 1}]},
    "assign": {"person": "mika"},
    "honeypot": {"served": True},
    "approve": {"revision": 1, "position": 0},
    "submit": {"revision": 1, "position": 0},
    "return": {"reason": "once more"},
    "skip": {"reason": ""},
    "reopen": None,
    "flag": {"note": ""},
    "unflag": None,
    "notes": {"x": 0, "y": 0, "text": "look here"},
    "resolve": None,
    "restore": {"revision": 1, "position": 0, "number": 1},
    "bulk-approval": {"image_ids": [1]},
    "import": None,
    "exports": {},
    "presets": {"presets": []},
    "grounds": None,
    "alpha": None,
    "trimap": None,
    "tags": {"tags": ["hair"]},
    "webhooks": {"url": "https://shop.example/hooks", "kinds": ["approved"], "projects": [1]},
    "change": {"active": False},
    "remove": None,
    "secret": None,
    "trial": None,
    "send-again": None,
    "images": None,
    "draft": None,
    "trainings": {"kind": "matting"},
    "cancel": None,
    "serve": {"project": 1},
    "roll-back": {"project": 1},
    "accept": None,
    "rate-card": STARTING_CARD.as_json(),
    "comparisons": {"project": 1, "first": {"source": "draft"}, "second": {"source": "approved"}, "images": [1]},
    "close": None,
    "open-again": None,
    "try-again": None,
    "pilots": {"project": 1, "name": "autumn"},
    "finish": None,
    "call-off": None,
    "preference": {"choice": "left", "confidence": 2, "ground": "checker"},
}
"""A sound body for every route that takes one, by the last part of its path."""


NAMES = {"{version}": "draft", "{name}": "closed-form", "{topic}": "time"}
"""Of what there is in every studio, for parts of paths that are no numbers."""


def routes() -> Iterator[tuple[str, str]]:
    """Method and path of each route, an unknown number in the place of an id."""
    for noun in NOUNS:
        for route in noun.router.routes:
            assert isinstance(route, APIRoute)
            path = route.path
            for part, name in NAMES.items():
                path = path.replace(part, name)
            for method in route.methods:
                yield method, "/api/v1" + re.sub(r"{\w+}", str(UNKNOWN), path)


ALL = sorted(routes())
UNSAFE = [(method, path) for method, path in ALL if method not in ("GET", "HEAD")]
WITH_ID = [(method, path) for method, path in ALL if str(UNKNOWN) in path]
WITH_BODY = [(method, path) for method, path in UNSAFE if BODIES[path.rsplit("/", 1)[1]] is not None]


def body_for(path):
    return BODIES.get(path.rsplit("/", 1)[1])


def test_the_routes_are_all_found():
    assert len(ALL) >= 40
    assert len(UNSAFE) == len(BODIES)


def each(pairs):
    """One test for each route: a studio opened for each request would take minutes."""
    return pytest.mark.parametrize(("method", "path"), pairs, ids=lambda part: part.rsplit("/", 1)[-1])


@each(WITH_ID)
def test_what_has_an_unknown_number_is_not_found(client, method, path):
    answer = client.request(method, path, json=body_for(path))
    noun = next((noun for part, noun in NOUN_OF.items() if f"/{part}/" in path), "image")
    assert answer.status_code == 404, answer.text
    assert answer.json()["detail"].startswith(f"There is no {noun} number {UNKNOWN}")


@each(WITH_ID)
def test_what_is_no_number_is_refused(client, method, path):
    for number in ("0", "-1", "one", "1e3", str(2**63)):
        answer = client.request(method, path.replace(str(UNKNOWN), number), json=body_for(path))
        assert answer.status_code == 422, answer.text
        assert answer.json()["detail"].startswith("The studio does not understand this request: ")


@each(UNSAFE)
def test_another_website_cannot_change_anything(client, method, path):
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client.request(method, path, json=body_for(path), headers=headers)
        assert answer.status_code == 403
        assert "another website" in answer.json()["detail"]


@each(WITH_BODY)
def test_a_malformed_body_is_refused_with_a_sentence(client, method, path):
    for body in (b"", b"{", b"[]", b'"text"', b'{"unknown": 1}', b"\xff\xfe"):
        answer = client.request(method, path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, answer.text
        detail = answer.json()["detail"]
        assert detail.startswith("The studio does not understand this request: ")
        assert detail.endswith(").")


def test_another_name_of_this_computer_is_refused_everywhere(client):
    for method, path in ALL:
        answer = client.request(method, path, json=body_for(path), headers={"Host": "rebound.example"})
        assert answer.status_code == 403


def test_the_queue_refuses_what_is_no_number(client):
    for after in (0, "first", 2**63):
        assert client.post("/api/v1/queue/next", json={"after": after}).status_code == 422
    for project in ("0", "first", str(2**63)):
        assert client.get(f"/api/v1/queue/left?project={project}").status_code == 422
