"""From a studio to another machine and back: nothing but two files travels."""

import io
import json
import zipfile

import pytest

from annotation_store.kinds import Origin
from annotation_store.learning import model_registry, standings, training_runs, training_sets, what_serves
from annotation_store.states import ModelState, RunState
from annotation_store.store import open_store
from training.built_in_models import register_built_in_models
from training.bundle import learning
from training.bundle.learning import Beside, NothingBetterError, finetune_bundle
from training.bundle.reading import read_bundle
from training.bundle.recipe import settings_of
from training.finetune import Learnt
from training.importing import import_version
from training.incoming_version import read_version_file
from training.learning.loop import TrainingStopped
from training.model_card import card_of


def trained(bundle_path, out, *, say=lambda *_: True, **given):
    with read_bundle(bundle_path) as bundle:
        return finetune_bundle(bundle, out, settings_of(bundle.manifest.recipe, device="cpu", **given), say=say)


def beside(bundle_path, out):
    with read_bundle(bundle_path) as bundle:
        return Beside.of(out, bundle)


def test_a_version_trained_elsewhere_comes_back_with_its_whole_lineage(store, prepared, bundle_path, tmp_path):
    out, told, judged = tmp_path / "result.zip", [], []
    trained(bundle_path, out, say=lambda share, text: told.append((share, text)) or True)
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    with zipfile.ZipFile(out) as archive:
        assert sorted(archive.namelist()) == ["README.md", "card.json", "result.safetensors"]
        assert "Licences" in archive.read("README.md").decode()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("result")) == ["result.zip"]

    done = import_version(
        store, read_version_file(out), by="keiko", judge=lambda of, number: judged.append((of, number))
    )
    model = done.model
    assert (model.name, model.origin, model.state) == ("compact-0001", Origin.IMPORTED, ModelState.CANDIDATE)
    assert judged == [(store, model.id)]
    assert done.warning is None
    assert what_serves.live_model(store).name == "compact"
    assert model_registry.get_model(store, model.parent_id).name == "compact"

    run = training_runs.get_run(store, model.training_run_id)
    assert (run.state, run.candidate_id) == (RunState.SUCCEEDED, model.id)
    assert run.training_set_id == prepared.manifest.training_set.number
    assert training_runs.curve(store, run.id)[-1].step == 2

    card = card_of(store, model)
    assert card.training_set.digest == prepared.manifest.training_set.digest
    assert [each.name for each in card.lineage] == ["compact"]
    with read_bundle(bundle_path) as bundle:
        assert card.bundle == bundle.digest
    assert card.recipe["steps"] == 2
    assert card.machine.torch
    assert [source.what for source in card.provenance][-2:] == ["mattes", "program"]


def test_what_it_learnt_from_judges_no_version_once_it_was_live(store, bundle_path, tmp_path):
    trained(bundle_path, tmp_path / "result.zip")
    model = import_version(store, read_version_file(tmp_path / "result.zip"), by="keiko").model
    standings.go_live(store, model.id, by="keiko", verdict="")
    number = training_sets.freeze(store, by="keiko").id
    assert [item.learnt for item in training_sets.load_items(store, number)].count(True) == 1


def test_a_training_that_was_stopped_goes_on_and_comes_to_the_same_end(bundle_path, tmp_path):
    whole = trained(bundle_path, tmp_path / "whole.zip", steps=4)
    out = tmp_path / "stopped.zip"
    with pytest.raises(TrainingStopped):
        trained(bundle_path, out, steps=4, say=lambda _share, text: "step 2" not in text)
    assert not out.exists()
    assert beside(bundle_path, out).checkpoint.is_file()
    steps = []
    resumed = trained(bundle_path, out, steps=4, say=lambda _share, text: steps.append(text) or True)
    assert not any("step 2" in text for text in steps)
    assert resumed.weights.digest == whole.weights.digest
    assert [point.step for point in resumed.curve][-1] == 4
    assert not beside(bundle_path, out).checkpoint.exists()


def test_what_lies_there_of_another_bundle_or_without_a_checkpoint_is_no_part_of_it(bundle_path, tmp_path):
    out = tmp_path / "result.zip"
    (tmp_path / "result.zip.0123456789ab.checkpoint").write_bytes(b"of another bundle")
    beside(bundle_path, out).material.write_bytes(b"torn")
    beside(bundle_path, out).course.write_text('{"step": 77, "figures": {}}')
    assert [point.step for point in trained(bundle_path, out).curve][-1] == 2
    assert (tmp_path / "result.zip.0123456789ab.checkpoint").read_bytes() == b"of another bundle"


def test_nothing_is_written_where_nothing_better_was_learnt(bundle_path, tmp_path, monkeypatch):
    def in_vain(network, *_args, **_more):
        return Learnt(network, 0, 1.0, ((0, 0.1),), 0.1, stopped_early=False)

    monkeypatch.setattr(learning, "finetune", in_vain)
    with pytest.raises(NothingBetterError, match="there is no new version"):
        trained(bundle_path, tmp_path / "result.zip")
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith("result")]


def test_the_recipe_travels_and_is_changed_only_where_that_is_asked_for(bundle_path, tmp_path):
    card = trained(bundle_path, tmp_path / "result.zip", steps=1, batch=2)
    assert (card.recipe["steps"], card.recipe["batch"]) == (1, 2)
    assert card.recipe["learning_rate"] == 3e-4


def test_another_studio_takes_it_without_a_parent_that_it_does_not_have(bundle_path, tmp_path, monkeypatch):
    from matting_core.networks import registry

    trained(bundle_path, tmp_path / "result.zip")
    (tmp_path / "others").mkdir()
    import torch

    torch.manual_seed(7)
    (tmp_path / "others" / "compact.safetensors").write_bytes(registry.save_network(registry.build_network("compact")))
    monkeypatch.setattr(registry, "SHIPPED_WEIGHTS", tmp_path / "others")
    other = open_store(tmp_path / "other")
    register_built_in_models(other)
    done = import_version(other, read_version_file(tmp_path / "result.zip"), by="ren")
    assert done.model.parent_id is None
    assert training_runs.get_run(other, done.model.training_run_id).training_set_id is None
    assert "mattes" in done.warning  # of another studio: nobody here knows their rights
    other.database.close()


def test_the_card_in_the_result_names_no_computer_and_no_person(bundle_path, tmp_path):
    import getpass
    import platform

    trained(bundle_path, tmp_path / "result.zip")
    with zipfile.ZipFile(io.BytesIO((tmp_path / "result.zip").read_bytes())) as archive:
        card = json.loads(archive.read("card.json"))
    assert platform.node() not in json.dumps(card["machine"])
    assert getpass.getuser() not in card["machine"].values()
