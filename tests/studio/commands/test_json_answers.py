"""Every command with a result for scripts prints one JSON value, and nothing else, on standard output."""

import json

import numpy as np
import pytest
from approved_discs import approve_disc, disc, png
from quick_lessons import one_window_each
from small_accounts import CHEAP, enrol

from annotation_store.people import passwords
from training.built_in_models import register_built_in_models


@pytest.fixture
def ask(run):
    """``ask("draft")``: the JSON value that the command prints; it succeeds, or ends with the given status."""

    def told(*arguments, status=0):
        result = run(*arguments, "--json")
        assert result.exit_code == status, result.output
        return json.loads(result.stdout)

    return told


@pytest.fixture
def studio(store, compact_weights):
    register_built_in_models(store)
    for seed, name in enumerate(("cup.png", "scarf.png")):
        approve_disc(store, name, seed)
    return store


def test_ingest_tells_what_became_of_each_file_and_draft_of_each_image(ask, store, compact_weights, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, seed in (("a.png", 1), ("b.png", 1), ("c.png", 2)):
        (folder / name).write_bytes(png(disc(seed)[0]))
    (folder / "d.png").write_text("no image")
    told = ask("ingest", folder)
    assert told["accepted"] == [{"id": 1, "name": "a.png"}, {"id": 2, "name": "c.png"}]
    assert told["duplicates"] == [{"name": "b.png", "of": {"id": 1, "name": "a.png"}}]
    assert [each["name"] for each in told["rejected"]] == ["d.png"]
    assert told["subjects"] is None
    store.blobs.path(store_digest(folder / "a.png")).write_bytes(b"damaged")
    told = ask("draft", status=1)
    assert told["drafted"] == [{"id": 2, "name": "c.png"}]
    assert [(each["id"], each["reason"][:8]) for each in told["failed"]] == [(1, "The file")]


def store_digest(path):
    from annotation_store.blobs import digest_of

    return digest_of(path.read_bytes())


def test_subjects_are_told_where_a_table_was_given(ask, tmp_path):
    (tmp_path / "a.png").write_bytes(png(disc(1)[0]))
    (tmp_path / "table.csv").write_text("file,subject\na.png,mug\nz.png,z\n")
    told = ask("ingest", "a.png", "--subjects", "table.csv")
    assert told["subjects"] == {"changed": 0, "assigned": 0, "tagged": 0, "missing": ["z.png"]}


def test_keeping_tells_counts(ask, studio):
    saved = ask("backup", "disk")
    assert (saved["images"], saved["folder"], saved["lost"]) == (2, "disk", [])
    assert saved["copied"]["files"] == 6
    restored = ask("restore", "disk", "--data-dir", "again", "--verify")
    assert (restored["images"], restored["copied"], restored["findings"]) == (2, saved["copied"], [])
    assert restored["taken_at"] == saved["taken_at"]
    assert ask("collect")["deleted"] == {"files": 0, "size": 0}
    assert ask("doctor") == []
    told = ask("export", "out.zip")
    assert (told["out"], told["images"], told["files"]) == ("out.zip", 2, 7)


def test_a_training_tells_its_version_and_verdict(ask, studio, monkeypatch):
    one_window_each(monkeypatch)
    planned = ask("retrain", "--dry-run")
    assert (planned["set"]["train"], planned["hindrance"]) == (1, None)
    assert [each["trigger"] for each in planned["triggers"]] == ["approvals", "schedule", "effort"]
    told = ask("retrain", "--steps", 2)
    assert (told["kind"], told["state"], told["version"]["name"]) == ("matting", "succeeded", "compact-0001")
    assert told["verdict"]
    assert ask("bundle", "b.zip") == {"path": "b.zip", "training_set": 1, "train": 1, "parent": "compact"}


def test_a_training_that_is_not_possible_says_why(ask, store, compact_weights):
    register_built_in_models(store)
    told = ask("retrain", status=1)
    assert (told["state"], told["version"]) == ("failed", None)
    assert "Training needs approved photos" in told["verdict"]
    assert ask("retrain", "--dry-run")["set"] is None


def test_triggers_tell_what_they_wait_for_as_they_are_then(ask, store):
    approvals, *_ = ask("triggers", "--every", 70, "--resume", "approvals")
    assert approvals == {
        "trigger": "approvals",
        "active": True,
        "approvals": 70,
        "schedule": None,
        "time_zone": None,
        "rise": None,
        "reached": False,
        "hindrance": "too_little",
        "now": "0 of 70",
    }


def test_models_tells_versions_and_what_was_done_with_one(ask, studio):
    assert [(each["name"], each["state"]) for each in ask("models")] == [
        ("closed-form", "candidate"),
        ("compact", "live"),
    ]
    assert ask("models", "--use", "closed-form")["state"] == "live"
    assert ask("models", "--note", "compact", "as shipped")["notes"] == "as shipped"
    assert ask("models", "--card", "compact")["format"] == "matteloop-model-card"
    assert ask("models", "--export", "compact", "--to", "c.zip")["path"] == "c.zip"


def test_predict_tells_where_each_alpha_lies(ask, test_set):
    (test_set / "trimap/cup.png").unlink()
    told = ask("predict", "testset/image", "testset/trimap", "alphas", "--model", "closed-form", status=1)
    assert told["model"] == "closed-form"
    assert told["alphas"] == [{"image": "testset/image/scarf.png", "alpha": "alphas/scarf.png"}]
    assert [each["image"] for each in told["failed"]] == ["testset/image/cup.png"]


def test_links_for_people_are_told_with_their_end(ask, store, monkeypatch):
    monkeypatch.setattr(passwords, "hasher", CHEAP)
    told = ask("users", "invite", "--role", "operator")
    assert told["link"].startswith("http://127.0.0.1:7860/")
    assert (told["number"], told["until"][-1]) == (1, "Z")
    enrol(store, "mia")
    assert ask("users", "new-password", "mia")["number"] == 3


def test_evaluate_tells_scores(ask, test_set):
    told = ask("evaluate", "testset", "--model", "closed-form")
    assert set(told["images"]) == {"cup", "scarf"}
    assert np.isfinite(told["mean"]["sad"])
