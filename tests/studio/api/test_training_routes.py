import pytest
from small_images import approve

from annotation_store.kinds import Role
from annotation_store.learning import training_runs
from studio.api import trainings
from studio.sign_in.visitor import Visitor

ADDRESS = "/api/v1/trainings"


@pytest.fixture
def told(studio, monkeypatch):
    """What the worker was told to train."""
    told = []
    monkeypatch.setattr(type(studio.jobs), "train", lambda _, run_id: told.append(run_id))
    return told


def test_a_training_is_begun_and_can_be_looked_at(client, studio, told):
    for seed, name in enumerate(("cup", "bag", "hat", "pen", "tie", "box")):
        approve(studio.store, f"{name}_1.png", seed)
    begun = client.post(ADDRESS, json={"kind": "matting"})
    assert begun.status_code == 201, begun.text
    run = begun.json()
    assert (run["kind"], run["state"], run["requested_by"], told) == ("matting", "queued", "keiko", [run["id"]])
    assert client.get(f"{ADDRESS}/{run['id']}").json() == run
    assert client.get(ADDRESS).json()["trainings"] == [run]
    again = client.post(ADDRESS, json={"kind": "matting"})
    assert (again.status_code, again.json()["code"]) == (409, "run_in_progress")


def test_too_little_to_learn_from_is_said_before_anything_begins(client, studio, told):
    answer = client.post(ADDRESS, json={"kind": "matting"})
    assert (answer.status_code, answer.json()["code"], told) == (422, "not_enough_approved", [])
    assert training_runs.list_runs(studio.store) == ()


def test_a_training_is_given_up(client, studio):
    run = training_runs.request(studio.store, by="keiko")
    for _ in range(2):
        answer = client.post(f"{ADDRESS}/{run.id}/cancel")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")


@pytest.mark.parametrize(("method", "path"), [("GET", "/9"), ("POST", "/9/cancel")])
def test_a_training_that_never_was_is_not_found(client, method, path):
    assert client.request(method, ADDRESS + path).status_code == 404


def test_an_unknown_kind_is_refused(client):
    assert client.post(ADDRESS, json={"kind": "tea"}).status_code == 422


def test_who_leads_nothing_begins_and_ends_nothing(client, studio, come_as, monkeypatch):
    run = training_runs.request(studio.store, by="keiko")
    monkeypatch.setattr(trainings.training_runs, "request_cancel", lambda *_, **__: pytest.fail("it was cancelled"))
    come_as(Visitor(name="ren", display_name="Ren", role=Role.REVIEWER, projects=frozenset({1}), person_id=4))
    for method, path in (("GET", ""), ("GET", f"/{run.id}"), ("POST", ""), ("POST", f"/{run.id}/cancel")):
        assert client.request(method, ADDRESS + path, json={"kind": "matting"}).status_code == 403
