"""What comes next for a person, and what they have in hand."""

from datetime import UTC, datetime, timedelta

import pytest
from small_images import draft

from annotation_store import clock
from annotation_store.kinds import Role
from annotation_store.queue import leases
from studio.sign_in.visitor import Visitor


def person(name, *projects, role=Role.OPERATOR):
    return Visitor(name=name, display_name=name, role=role, projects=frozenset(projects or {1}), person_id=len(name))


@pytest.fixture
def three(studio):
    return [draft(studio.store, f"{name}_1.png", number) for number, name in enumerate(("cup", "bag", "hat"))]


def take(client, **asked):
    answer = client.post("/api/v1/queue/next", json=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def test_two_people_are_given_two_images(client, come_as, three):
    come_as(person("mika"))
    assert take(client) == three[0].id
    come_as(person("ren"))
    assert take(client) == three[1].id
    assert client.get("/api/v1/queue/left").json() == {"left": 3}


def test_who_goes_on_is_led_past_what_they_have_seen(client, three):
    seen = []
    for _ in three:
        seen.append(take(client, after=seen[-1] if seen else None, passed=seen))
        client.post(f"/api/v1/images/{seen[-1]}/leave")
    assert seen == [image.id for image in three]
    assert take(client, after=seen[-1], passed=seen) == seen[0]  # nothing else is left


def test_what_somebody_has_in_hand_is_looked_at_and_not_changed_by_others(client, come_as, three):
    image = three[0].id
    come_as(person("mika"))
    until = datetime.fromisoformat(client.post(f"/api/v1/images/{image}/lease").json()["until"])
    assert until > datetime.now(UTC) + timedelta(minutes=5)
    come_as(person("ren"))
    document = client.get(f"/api/v1/images/{image}").json()
    assert document["held_by"]["who"] == "mika"
    place = {"revision": document["revision"], "position": 0}
    stroke = {"tool": "brush", "ink": "unknown", "radius": 4, "points": [[0, 0]]}
    for what, body in (
        ("lease", None),
        ("edits", {**place, "edits": [{"key": "a", "edit": stroke}]}),
        ("approve", place),
        ("submit", place),
        ("skip", {"reason": ""}),
    ):
        answer = client.post(f"/api/v1/images/{image}/{what}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "leased"), what
    come_as(person("mika"))
    assert client.get(f"/api/v1/images/{image}").json()["held_by"] is None
    assert client.post(f"/api/v1/images/{image}/approve", json=place).json() == {"state": "approved"}


def test_what_is_left_or_left_alone_is_anybodys(client, come_as, three, studio, monkeypatch):
    come_as(person("mika"))
    take(client)
    client.post(f"/api/v1/images/{three[0].id}/leave")
    assert leases.list_leases(studio.store) == ()
    take(client)
    later = datetime.now(UTC) + timedelta(hours=1)
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    come_as(person("ren"))
    assert take(client) == three[0].id


def test_a_person_is_given_images_of_their_projects_only(client, come_as, three):
    come_as(person("mika", 2))
    assert take(client) is None
    assert take(client, project=1) is None
    assert client.get("/api/v1/queue/left?project=1").json() == {"left": 0}
