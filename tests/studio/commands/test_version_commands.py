import json
import zipfile
from functools import partial

import pytest
from approved_discs import approve_disc
from ctrl_c import press

from annotation_store.learning import model_registry, training_runs
from matting_core.networks import registry
from studio.commands import bundles
from training import exporting
from training.built_in_models import register_built_in_models
from training.finetune_settings import FinetuneSettings
from training.learning_material import MaterialSettings


@pytest.fixture
def taught(store, compact_weights, monkeypatch):
    """A store with approved mattes of two products, and trainings that are over in seconds."""
    for seed, name in enumerate(("cup.png", "scarf.png")):
        approve_disc(store, name, seed)
    little = partial(FinetuneSettings, material=MaterialSettings(windows=1, composed=0))
    monkeypatch.setattr("studio.bundle_recipe.FinetuneSettings", little)
    register_built_in_models(store)
    return store


@pytest.fixture
def version(store, compact_weights, monkeypatch):
    """A store that has compact-0001, whose ONNX file is not worth its time here."""
    register_built_in_models(store)
    monkeypatch.setattr(exporting, "export_onnx", lambda _: exporting.OnnxExport(b"onnx", "as it is", checked=True))
    return model_registry.register_candidate(
        store,
        architecture="compact",
        weights=registry.save_network(registry.build_network("compact")),
        parent_id=None,
        run_id=None,
        metrics={},
        licence="CC-BY-NC-4.0",
        code_version="test",
    )


def test_a_training_elsewhere_from_the_studio_and_back(run, taught):
    written = run("bundle", "studio.bundle.zip", "--steps", 2)
    assert written.stdout == "studio.bundle.zip\n", written.output
    assert "training set 1: 1 mattes to learn from, going on from compact" in written.stderr

    trained = run("finetune", "--bundle", "studio.bundle.zip", "--out", "tuned.zip")
    assert (trained.exit_code, trained.stdout) == (0, "tuned.zip\n"), trained.output

    taken = run("models", "--import", "tuned.zip")
    assert taken.stdout.startswith("tuned.zip is compact-0001 now, "), taken.output
    assert "on 1 held-out image" in taken.stdout  # judged as one that was trained here
    model = model_registry.list_models(taught)[0]
    assert model_registry.get_model(taught, model.parent_id).name == "compact"
    assert training_runs.get_run(taught, model.training_run_id).training_set_id == 1
    page = run("models", "--card", "compact-0001").stdout
    assert "Training set 1: 1 images to learn from" in page
    assert "1. compact (compact, shipped" in page


def test_a_training_that_was_stopped_says_what_to_go_on_from(run, taught, monkeypatch, tmp_path):
    run("bundle", "studio.bundle.zip", "--steps", 1000)
    shown = []

    def show(_line, text):
        shown.append(text)
        if "step 2" in text:
            press()

    monkeypatch.setattr(bundles.StatusLine, "show", show)
    stopped = run("finetune", "--bundle", "studio.bundle.zip", "--out", "tuned.zip")
    assert stopped.exit_code == 130, stopped.output
    assert ".checkpoint holds the state to go on from." in stopped.stderr
    assert len(list(tmp_path.glob("tuned.zip.*.checkpoint"))) == 1
    assert not (tmp_path / "tuned.zip").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--bundle", "a.zip"),
        ("mattes", "out.safetensors", "--bundle", "a.zip", "--out", "b.zip"),
        ("mattes", "out.safetensors", "--out", "b.zip"),
        ("mattes", "out.safetensors", "--batch", "4"),
        ("mattes",),
        (),
    ],
)
def test_finetune_takes_mattes_or_a_bundle(run, arguments):
    result = run("finetune", *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert "--bundle FILE" in result.stderr


def test_what_is_no_bundle_is_refused_with_a_sentence(run, tmp_path):
    (tmp_path / "a.zip").write_bytes(b"PK")
    result = run("finetune", "--bundle", "a.zip", "--out", "b.zip")
    assert (result.exit_code, result.stderr) == (
        1,
        "error: a.zip is no training bundle, or was not copied completely: copy it again\n",
    )
    missing = run("finetune", "--bundle", "none.zip", "--out", "b.zip")
    assert missing.stderr == "error: none.zip: No such file or directory\n"
    nowhere = run("finetune", "--bundle", "a.zip", "--out", "no/where/b.zip")
    assert "name a file in a folder that is there" in nowhere.stderr


def test_a_version_is_exported_as_a_zip_or_a_folder(run, version, tmp_path):
    zipped = run("models", "--export", "compact-0001", "--to", "out.zip")
    assert zipped.stdout == "out.zip\n"
    assert zipped.stderr.startswith("note: Not for commercial use")
    with zipfile.ZipFile("out.zip") as archive:
        assert json.loads(archive.read("card.json"))["name"] == "compact-0001"
        names = archive.namelist()
    assert run("models", "--export", "compact-0001", "--to", "out").stdout == "out\n"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(names)
    assert "is a file" in run("models", "--export", "compact-0001", "--to", "out/card.json").stderr


def test_a_note_is_written_down_and_taken_away(run, store, version):
    assert run("models", "--note", "compact-0001", "of the autumn").stdout == "compact-0001: of the autumn\n"
    assert model_registry.get_model(store, version.id).notes == "of the autumn"
    assert run("models", "--note", "compact-0001", "").stdout == "compact-0001: no note any more\n"


def test_a_licence_that_is_known_is_taken_with_an_import(run, store, compact_weights, tmp_path):
    register_built_in_models(store)
    (tmp_path / "a.safetensors").write_bytes(registry.save_network(registry.build_network("compact")))
    result = run("models", "--import", "a.safetensors", "--licence", "CC-BY-NC-4.0")
    assert result.exit_code == 0, result.output
    assert result.stderr == "note: Not for commercial use: weights (a.safetensors): CC-BY-NC-4.0.\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--export", "compact"), "belong together"),
        (("--to", "x.zip"), "belong together"),
        (("--use", "compact", "--card", "compact"), "exclude each other"),
        (("--licence", "MIT"), "--import FILE"),
        (("--card", "compact-0009"), "there is no model named compact-0009"),
        (("--export", "closed-form", "--to", "x.zip"), "has no weights"),
        (("--import", "none.zip"), "No such file"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(run, version, arguments, reason):
    result = run("models", *arguments)
    assert result.exit_code == 1
    assert reason in result.stderr
    assert result.stderr.startswith("error: ")
