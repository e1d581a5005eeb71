"""Every route of the REST API, called by nobody, by each role, and by somebody of another project."""

import re
from dataclasses import replace

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient
from small_images import submit
from test_every_route import ALL, BODIES, body_for

from annotation_store.kinds import Role
from annotation_store.people.roles import Ability, may
from annotation_store.projects import FIRST_PROJECT
from studio.api.authorisation import ability_needed, authorise, needs
from studio.api.errors import install_error_handlers
from studio.sign_in.local_door import LocalDoor
from studio.sign_in.visitor import Visitor

# Written out a second time on purpose: what a route needs has to be meant twice. The rest needs `correct`.
OTHERS = r"(draft|approved)/(trimap|alpha)|revisions/\d+/(trimap|alpha|difference|difference/figures)"
LOOK = rf"/images/\d+(/(photo|thumbnail|trimap|alpha|{OTHERS}|doubt|slips|notes|history|original))?"
NEEDED = {
    ("GET", LOOK): Ability.LOOK,
    ("GET", r"/(desk/today|guidelines|me|images|counts|projects|tags|openapi\.json)"): Ability.LOOK,
    ("POST", r"/images/\d+/return"): Ability.REVIEW,
    ("GET", r"/(reviews|reviews/next|projects/\d+/bulk-approval)"): Ability.REVIEW,
    ("POST", r"/projects/\d+/bulk-approval"): Ability.REVIEW,
    ("GET", r"/exports(/.*)?"): Ability.LEAD,
    ("POST", r"/exports(/.*)?"): Ability.LEAD,
    ("PUT", r"/exports/presets"): Ability.LEAD,
    ("POST", r"/images/\d+/(assign|honeypot)"): Ability.LEAD,
    ("GET", r"/models(/.*)?|/training-bundle\.zip"): Ability.LEAD,
    ("POST", r"/models/import"): Ability.LEAD,
    ("GET", r"/(runs|trainings)(/.*)?"): Ability.LEAD,
    ("POST", r"/(images|trainings|trainings/\d+/cancel|models/.*/(serve|roll-back))"): Ability.LEAD,
    ("GET", r"/comparisons|/comparisons/\d+/(next|pairs/\d+/(left|right))"): Ability.LOOK,
    ("POST", r"/comparisons/\d+/pairs/\d+/preference"): Ability.LOOK,
    ("GET", r"/pilots(/\d+(/report(\.\w+)?)?)?"): Ability.LEAD,
    ("POST", r"/pilots(/\d+/(finish|call-off))?"): Ability.LEAD,
    ("GET", r"/comparisons/\d+(/results.csv)?"): Ability.LEAD,
    ("POST", r"/comparisons(/\d+/(close|open-again|try-again))?"): Ability.LEAD,
    ("GET", r"/insights/time(\.csv)?|/drift-alarms|/rate-card"): Ability.LEAD,
    ("POST", r"/drift-alarms/\d+/accept"): Ability.LEAD,
    ("PUT", r"/rate-card"): Ability.LEAD,
    ("GET", r"/webhooks(/.*)?"): Ability.LEAD,
    ("POST", r"/webhooks(/.*)?"): Ability.LEAD,
}


def needed(method, path):
    path = path.removeprefix("/api/v1")
    for (of_method, pattern), ability in NEEDED.items():
        if method == of_method and re.fullmatch(pattern, path):
            return ability
    return Ability.CORRECT


def person(role, *projects):
    return Visitor(name="mika", display_name="Mika", role=role, projects=frozenset(projects), person_id=3)


def call(client, method, path, image_id):
    path = path.replace("999999", str(image_id))
    query = {"offset_minutes": 0} if path.endswith("today") else None
    return client.request(method, path, json=body_for(path), params=query)


@pytest.fixture
def quiet(studio, monkeypatch):
    """Nothing is computed: what counts is who gets as far as that."""
    monkeypatch.setattr("studio.device.live_model.LiveModel.warm_up", lambda *_: None)


def each_route(test):
    return pytest.mark.parametrize(("method", "path"), ALL, ids=lambda part: part.rsplit("/", 1)[-1])(test)


@each_route
def test_nobody_gets_anything(client, drafted_image, come_as, method, path):
    come_as(None)
    answer = call(client, method, path, drafted_image.id)
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")


@each_route
def test_each_role_gets_what_it_may_and_is_refused_the_rest(client, drafted_image, come_as, quiet, method, path):
    for role in Role:
        come_as(person(role, FIRST_PROJECT))
        answer = call(client, method, path, drafted_image.id)
        if may(role, needed(method, path)):
            assert answer.status_code not in (401, 403), (role, answer.text)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), role


@each_route
def test_what_lies_in_a_project_of_others_is_not_there(client, drafted_image, come_as, method, path):
    if "999999" not in path:
        pytest.skip("this route names nothing of a project")
    come_as(person(Role.LEAD, FIRST_PROJECT + 1))
    answer = call(client, method, path, drafted_image.id)
    missing = call(client, method, path, 999_999)
    assert answer.status_code == missing.status_code == 404
    assert answer.json()["detail"] == missing.json()["detail"].replace("999999", str(drafted_image.id))


def test_nothing_of_others_is_changed_by_asking(client, drafted_image, come_as):
    come_as(person(Role.LEAD, FIRST_PROJECT + 1))
    for method, path in ALL:
        call(client, method, path, drafted_image.id)
    come_as(person(Role.LEAD, FIRST_PROJECT))
    document = client.get(f"/api/v1/images/{drafted_image.id}").json()
    assert (document["state"], document["position"], document["flagged"]) == ("ready", 0, False)
    assert client.get(f"/api/v1/images/{drafted_image.id}/notes").json()["notes"] == []


def test_a_route_that_does_not_say_what_it_needs_is_open_to_nobody(client, web_app):
    def forgotten():
        """A route whose author did not think of who may call it."""

    router = APIRouter(prefix="/api/v1", dependencies=[Depends(authorise)])
    router.add_api_route("/forgotten", forgotten)
    app = FastAPI()
    app.state.studio = web_app.state.studio
    app.include_router(router)
    app.add_middleware(LocalDoor)
    install_error_handlers(app)
    answer = TestClient(app).get("/api/v1/forgotten")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_the_mark_stays_with_the_function():
    @needs(Ability.LEAD)
    def endpoint():
        """Does something."""

    assert ability_needed(endpoint) is Ability.LEAD
    assert ability_needed(lambda: None) is None


def test_every_body_belongs_to_a_route():
    last_parts = {path.rsplit("/", 1)[1] for method, path in ALL if method in ("POST", "PUT")}
    assert set(BODIES) == last_parts


def test_what_is_in_review_is_approved_by_a_reviewer(client, studio, come_as):
    image = submit(studio.store, "cup_9.png", 9)
    place = client.get(f"/api/v1/images/{image.id}").json()
    body = {"revision": place["revision"], "position": place["position"]}
    come_as(person(Role.OPERATOR, FIRST_PROJECT))
    assert client.post(f"/api/v1/images/{image.id}/approve", json=body).status_code == 403
    come_as(person(Role.REVIEWER, FIRST_PROJECT))
    assert client.post(f"/api/v1/images/{image.id}/approve", json=body).json()["state"] == "approved"


def test_an_operator_takes_back_their_own_decision_and_nobody_elses(client, drafted_image, come_as):
    come_as(person(Role.OPERATOR, FIRST_PROJECT))
    skipped = client.post(f"/api/v1/images/{drafted_image.id}/skip", json={"reason": ""})
    assert skipped.json()["state"] == "skipped"
    other = Visitor(name="ren", display_name="Ren", role=Role.OPERATOR, projects=frozenset({1}), person_id=4)
    come_as(other)
    assert client.post(f"/api/v1/images/{drafted_image.id}/reopen").status_code == 403
    come_as(person(Role.OPERATOR, FIRST_PROJECT))
    assert client.post(f"/api/v1/images/{drafted_image.id}/reopen").json()["state"] == "ready"


def test_a_script_gets_what_both_its_scopes_and_its_persons_role_allow(client, drafted_image, come_as, quiet):
    address = f"/api/v1/images/{drafted_image.id}"
    come_as(replace(person(Role.OPERATOR, FIRST_PROJECT), scopes=frozenset({Ability.LOOK, Ability.LEAD})))
    assert client.get(address).status_code == 200
    assert client.post(f"{address}/flag", json={}).status_code == 403  # the role would, the scopes do not
    assert client.get("/api/v1/models").status_code == 403  # the scopes would, the role does not
    assert client.get("/api/v1/me").json()["abilities"] == ["look"]
