import json

import pytest
from small_images import draft

from annotation_store.learning.model_registry import register_shipped
from annotation_store.projects import create_project
from annotation_store.store import open_store


@pytest.fixture
def folder(tmp_path):
    """A studio with twelve photos that a model has drafted."""
    store = open_store(tmp_path / "studio")
    model = register_shipped(
        store, name="compact", architecture="compact", shipped_weights="compact.safetensors", licence="Apache-2.0"
    )
    for number in range(12):
        draft(store, f"cup{number * 'o'}.png", number, model_id=model.id)
    store.database.close()
    return tmp_path / "studio"


@pytest.fixture
def begun(run, folder):
    assert run("pilot", "begin", "Autumn", "--blank-percent", "50", "--data-dir", folder).exit_code == 0
    return folder


def test_a_pilot_begins_and_is_listed(run, begun):
    (told,) = json.loads(run("pilot", "list", "--json", "--data-dir", begun).stdout)
    assert (told["number"], told["name"], told["state"], told["images"]) == (1, "Autumn", "running", 12)
    assert "Autumn" in run("pilot", "list", "--data-dir", begun).stdout


def test_a_report_has_to_wait_for_the_end(run, begun):
    asked = run("pilot", "report", "1", "--data-dir", begun)
    assert asked.exit_code == 1
    assert "is still running: finish it" in asked.stderr


@pytest.mark.parametrize(("name", "begins"), [("r.pdf", b"%PDF"), ("r.html", b"<!doctype"), ("r.csv", b"\xef\xbb\xbf")])
def test_a_finished_pilot_has_its_report_as_a_file(run, begun, tmp_path, name, begins):
    assert run("pilot", "finish", "1", "--data-dir", begun).exit_code == 0
    written = tmp_path / name
    assert run("pilot", "report", "1", "--out", written, "--language", "ja", "--data-dir", begun).exit_code == 0
    assert written.read_bytes().startswith(begins)


def test_the_verdict_is_printed_in_either_language_and_all_figures_as_json(run, begun):
    run("pilot", "finish", "1", "--data-dir", begun)
    assert run("pilot", "report", "1", "--data-dir", begun).stdout.startswith("Too few photos to tell\n")
    assert "写真が足りません" in run("pilot", "report", "1", "--language", "ja", "--data-dir", begun).stdout
    assert json.loads(run("pilot", "report", "1", "--json", "--data-dir", begun).stdout)["name"] == "Autumn"


def test_a_file_of_no_known_kind_is_refused(run, begun, tmp_path):
    run("pilot", "finish", "1", "--data-dir", begun)
    refused = run("pilot", "report", "1", "--out", tmp_path / "r.docx", "--data-dir", begun)
    assert refused.exit_code == 1
    assert "end its name in .html, .pdf or .csv" in refused.stderr


def test_what_is_called_off_has_no_report(run, begun):
    assert run("pilot", "call-off", "1", "--data-dir", begun).exit_code == 0
    assert "was called off" in run("pilot", "report", "1", "--data-dir", begun).stderr


def test_the_project_has_to_be_named_where_there_are_several(run, folder):
    store = open_store(folder)
    create_project(store, "Boots", by="keiko")
    store.database.close()
    refused = run("pilot", "begin", "Autumn", "--data-dir", folder)
    assert (refused.exit_code, "name one with --project" in refused.stderr) == (1, True)
    assert run("pilot", "begin", "Autumn", "--project", "General", "--data-dir", folder).exit_code == 0
