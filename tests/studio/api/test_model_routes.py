import io
import json
import zipfile
from dataclasses import replace

import pytest
import safetensors.torch
import torch
from small_images import approve

from annotation_store.kinds import Role
from annotation_store.learning import model_registry, standings, what_serves
from annotation_store.projects import FIRST_PROJECT, create_project
from annotation_store.states import ModelState
from matting_core.networks import registry
from studio.security.request_limits import IMPORT
from studio.sign_in.visitor import Visitor

LEAD = Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset({FIRST_PROJECT}), person_id=3)


@pytest.fixture
def weights():
    torch.manual_seed(3)
    return registry.save_network(registry.build_network("compact"))


@pytest.fixture
def version(studio, weights):
    """compact-0001, which learnt from compact."""
    return model_registry.register_candidate(
        studio.store,
        architecture="compact",
        weights=weights,
        parent_id=what_serves.live_model(studio.store).id,
        run_id=None,
        metrics={},
        licence="CC-BY-NC-4.0",
        code_version="test",
    )


def send(client, data, *, name="tuned.safetensors", **query):
    return client.post(IMPORT, files={"file": (name, data)}, params=query)


def test_the_list_tells_versions_with_their_standings(client, studio, version):
    standings.go_live(studio.store, version.id, by="keiko", verdict="Better.")
    newest, *_, oldest = client.get("/api/v1/models").json()["models"]
    assert (newest["name"], newest["parent"], newest["state"]) == ("compact-0001", "compact", "live")
    assert "CC-BY-NC-4.0" in newest["warning"]
    assert [(each["project_id"], each["state"], each["verdict"]) for each in newest["standings"]] == [
        (FIRST_PROJECT, "live", "Better.")
    ]
    assert (oldest["name"], oldest["warning"], oldest["standings"][0]["state"]) == ("compact", None, "retired")


def test_nobody_hears_of_standings_in_projects_of_others(client, studio, version, come_as):
    other = create_project(studio.store, "secret customer", by="keiko")
    standings.go_live(studio.store, version.id, by="keiko", verdict="Better.", project_ids=[other.id])
    come_as(LEAD)
    for path in ("", "/compact-0001", "/compact-0001/card.md"):
        assert "secret customer" not in client.get(f"/api/v1/models{path}").text
    archive = zipfile.ZipFile(io.BytesIO(client.get("/api/v1/models/compact-0001/export.zip").content))
    assert b"secret customer" not in archive.read("card.json") + archive.read("README.md")


def test_the_card_is_told_to_programs_and_to_people(client, version):
    card = client.get("/api/v1/models/compact-0001").json()
    assert (card["name"], card["lineage"][0]["name"]) == ("compact-0001", "compact")
    page = client.get("/api/v1/models/compact-0001/card.md")
    assert page.headers["content-type"] == "text/markdown; charset=utf-8"
    assert page.text.startswith("# Model card: compact-0001\n\n> **Not for commercial use")


def test_the_weights_come_as_a_file_that_says_what_it_is(client, version, weights):
    answer = client.get("/api/v1/models/compact-0001/weights.safetensors")
    assert answer.headers["content-disposition"] == 'attachment; filename="compact-0001.safetensors"'
    ours, theirs = safetensors.torch.load(answer.content), safetensors.torch.load(weights)
    assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_an_onnx_file_and_the_whole_version_can_be_had(client, version):
    pytest.importorskip("onnx")
    onnx = client.get("/api/v1/models/compact-0001/model.onnx")
    assert onnx.status_code == 200
    answer = client.get("/api/v1/models/compact-0001/export.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.namelist() == ["compact-0001.safetensors", "compact-0001.onnx", "README.md", "card.json"]
    assert archive.read("compact-0001.onnx") == onnx.content


@pytest.mark.parametrize("what", ["", "/card.md", "/weights.safetensors", "/model.onnx", "/export.zip"])
def test_an_unknown_version_is_not_found(client, what):
    answer = client.get(f"/api/v1/models/compact-0009{what}")
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("There is no model named compact-0009")


@pytest.mark.parametrize("what", ["/weights.safetensors", "/model.onnx", "/export.zip"])
def test_a_method_without_weights_says_so_before_anything_is_sent(client, what):
    answer = client.get(f"/api/v1/models/closed-form{what}")
    assert answer.status_code == 422
    assert "has no weights" in answer.json()["detail"]


def test_weights_from_elsewhere_become_a_candidate_with_a_warning(client, studio, weights):
    answer = send(client, weights)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["name"], body["state"]) == ("compact-0001", "candidate")
    assert "unknown" in body["warning"]
    assert what_serves.live_model(studio.store).name == "compact"


def test_whoever_hands_a_version_in_may_know_its_licence(client, studio, weights):
    assert send(client, weights, licence="MIT").json()["warning"] is None
    assert model_registry.list_models(studio.store)[0].licence == "MIT"


def test_an_export_of_one_studio_is_an_import_of_another(client, studio, version, weights):
    export = client.get("/api/v1/models/compact-0001/export.zip").content
    again = send(client, export, name="compact-0001.zip")
    assert again.status_code == 422
    assert "here already, as compact-0001" in again.json()["detail"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a readable safetensors file"),
        (b"\x80\x04\x95pickle", "other formats can run code"),
        (b"PK\x03\x04" + bytes(40), "damaged"),
        (safetensors.torch.save({"a": torch.zeros(2)}), "fit none of the architectures"),
    ],
)
def test_what_is_no_version_is_refused_with_a_sentence(client, studio, data, reason):
    before = len(model_registry.list_models(studio.store))
    answer = send(client, data)
    assert answer.status_code == 422
    assert reason in answer.json()["detail"]
    assert len(model_registry.list_models(studio.store)) == before


def test_an_import_brings_one_file_and_nothing_else(client):
    nothing = client.post(IMPORT, json={"file": "x"})
    assert nothing.status_code == 422
    assert "multipart/form-data" in nothing.json()["detail"]
    field = client.post(IMPORT, data={"file": "text"}, files={"other": ("a.zip", b"x")})
    assert (field.status_code, field.json()["code"]) == (422, "not_a_file")
    two = client.post(IMPORT, files=[("file", ("a.zip", b"x")), ("file", ("b.zip", b"x"))])
    assert two.status_code == 400


def test_an_import_may_be_larger_than_other_requests_but_not_than_the_setting(client, studio, web_app, monkeypatch):
    settings = studio.settings.model_copy(update={"max_upload_megabytes": 5})
    monkeypatch.setitem(web_app.state._state, "studio", replace(studio, settings=settings))
    answer = send(client, bytes(6_000_000))
    assert answer.status_code == 422
    assert "more than the limit of 5 MB" in answer.json()["detail"]


def test_an_operator_brings_nothing_in_and_takes_nothing_out(client, come_as, weights, version):
    come_as(Visitor(name="ren", display_name="Ren", role=Role.REVIEWER, projects=frozenset({1}), person_id=4))
    assert send(client, weights).status_code == 403
    for path in ("models", "models/compact-0001/weights.safetensors", "training-bundle.zip"):
        assert client.get(f"/api/v1/{path}").status_code == 403


@pytest.fixture
def approved(studio):
    for number, name in enumerate(("cup_1.png", "scarf_1.png")):
        approve(studio.store, name, number)


def test_the_bundle_of_what_is_approved_now(client, studio, approved):
    answer = client.get("/api/v1/training-bundle.zip")
    assert answer.headers["content-disposition"] == 'attachment; filename="matteloop-training-set-1.bundle.zip"'
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["parent"]["name"] == "compact"
    assert manifest["recipe"]["steps"] == studio.settings.training_steps
    again = client.get("/api/v1/training-bundle.zip", params={"training_set": 1, "model": "compact"})
    assert again.content == answer.content
    assert client.get("/api/v1/training-bundle.zip").content == answer.content  # and no set is frozen for it


def test_a_bundle_of_nothing_or_of_what_is_not_there(client, approved):
    assert client.get("/api/v1/training-bundle.zip", params={"training_set": 9}).status_code == 404
    assert client.get("/api/v1/training-bundle.zip", params={"model": "none"}).status_code == 404
    assert client.get("/api/v1/training-bundle.zip", params={"training_set": 0}).status_code == 422


def test_nobody_takes_photos_of_others_out_by_a_bundle(client, approved, come_as):
    come_as(Visitor(name="mika", display_name="Mika", role=Role.LEAD, projects=frozenset({99}), person_id=3))
    answer = client.get("/api/v1/training-bundle.zip")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    come_as(LEAD)
    assert client.get("/api/v1/training-bundle.zip").status_code == 200


def test_an_import_is_noted_with_the_person(client, studio, weights, come_as):
    come_as(LEAD)
    send(client, weights)
    from annotation_store.events import recent_events

    assert {event.actor for event in recent_events(studio.store) if event.action == "model.registered"} >= {"mika"}
    assert model_registry.list_models(studio.store)[0].state is ModelState.CANDIDATE
