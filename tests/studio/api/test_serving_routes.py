import pytest

from annotation_store.kinds import Role
from annotation_store.learning import model_registry, standings, what_serves
from annotation_store.projects import FIRST_PROJECT, create_project
from annotation_store.states import StandingState
from matting_core.networks import registry
from studio.sign_in.visitor import Visitor

HERE = {"project": FIRST_PROJECT}


@pytest.fixture
def version(studio):
    return model_registry.register_candidate(
        studio.store,
        architecture="compact",
        weights=registry.save_network(registry.build_network("compact")),
        parent_id=what_serves.live_model(studio.store).id,
        run_id=None,
        metrics={},
        licence="MIT",
        code_version="test",
    )


def live(studio):
    return what_serves.live_model(studio.store).name


def test_a_version_serves_and_what_served_before_comes_back(client, studio, version):
    served = client.post(f"/api/v1/models/{version.name}/serve", json=HERE)
    assert (served.status_code, served.json()) == (200, {"project": FIRST_PROJECT, "name": "compact-0001"})
    assert live(studio) == "compact-0001"
    back = client.post(f"/api/v1/models/{version.name}/roll-back", json=HERE)
    assert (back.json()["name"], live(studio)) == ("compact", "compact")
    again = client.post(f"/api/v1/models/{version.name}/roll-back", json=HERE)
    assert (again.status_code, again.json()["code"], live(studio)) == (409, "not_serving", "compact")


def test_what_was_refused_here_does_not_serve(client, studio, version):
    standings.place(studio.store, version.id, FIRST_PROJECT, StandingState.REFUSED, by="keiko", verdict="Worse.")
    answer = client.post(f"/api/v1/models/{version.name}/serve", json=HERE)
    assert (answer.status_code, answer.json()["code"], live(studio)) == (409, "invalid_transition", "compact")


def test_what_was_rejected_altogether_serves_no_later_project_either(client, studio, version):
    model_registry.reject(studio.store, version.id, verdict="It diverged.", by="keiko")
    later = create_project(studio.store, "Glass", by="keiko")
    answer = client.post(f"/api/v1/models/{version.name}/serve", json={"project": later.id})
    assert answer.status_code == 409
    assert "was rejected" in answer.json()["detail"]


def test_damaged_weights_do_not_serve(client, studio, version):
    (blob,) = studio.store.folder.rglob(version.weights_blob)
    blob.chmod(0o600)
    blob.write_bytes(b"damaged")
    assert client.post(f"/api/v1/models/{version.name}/serve", json=HERE).status_code == 422
    assert live(studio) == "compact"


@pytest.mark.parametrize("deed", ["serve", "roll-back"])
def test_versions_and_projects_that_are_not_there(client, studio, version, come_as, deed):
    assert client.post(f"/api/v1/models/nothing/{deed}", json=HERE).status_code == 404
    assert client.post(f"/api/v1/models/{version.name}/{deed}", json={"project": 99}).status_code in (404, 409)
    other = create_project(studio.store, "Glass", by="keiko")
    come_as(Visitor("mika", "Mika", Role.LEAD, frozenset({FIRST_PROJECT}), 3))
    answer = client.post(f"/api/v1/models/{version.name}/{deed}", json={"project": other.id})
    assert answer.status_code == 404
    come_as(Visitor("ren", "Ren", Role.REVIEWER, frozenset({FIRST_PROJECT}), 4))
    assert client.post(f"/api/v1/models/{version.name}/{deed}", json=HERE).status_code == 403
