import numpy as np
import pytest
import torch
from small_images import disc

from annotation_store.errors import DamagedBlobError
from annotation_store.learning import model_registry, standings, what_serves
from annotation_store.states import ModelState
from matting_core.classical import ClosedForm
from matting_core.errors import WeightsError
from matting_core.networks import registry
from training.built_in_models import register_built_in_models
from training.models import choose_device, load_model, trainable_parent, weights_bytes


@pytest.fixture
def store(tmp_path, new_store, shipped_weights):
    opened = new_store(tmp_path / "data")
    register_built_in_models(opened)
    yield opened
    opened.database.close()


def version(store, name):
    return next(model for model in model_registry.list_models(store) if model.name == name)


def candidate(store, weights, architecture="compact"):
    return model_registry.register_candidate(
        store,
        architecture=architecture,
        weights=weights,
        parent_id=None,
        run_id=None,
        metrics={},
        licence="test",
        code_version="test",
    )


def test_the_built_in_models_are_entered_once_and_the_network_is_live(store):
    register_built_in_models(store)
    states = {model.name: model.state for model in model_registry.list_models(store)}
    assert states == {"compact": ModelState.LIVE, "closed-form": ModelState.CANDIDATE}


def test_shipped_weights_make_a_model_that_predicts(store, shipped_weights):
    live = what_serves.live_model(store)
    assert weights_bytes(store, live) == shipped_weights
    rgb, trimap, _ = disc()
    alpha = load_model(store, live).predict(rgb, trimap)
    assert np.array_equal(alpha[trimap == 255], np.ones((trimap == 255).sum(), np.float32))


def test_trained_weights_come_from_the_store_and_not_from_the_package(store):
    torch.manual_seed(7)
    other = registry.save_network(registry.build_network("compact"))
    record = candidate(store, other)
    assert weights_bytes(store, record) == other
    loaded = load_model(store, record).network.state_dict()
    assert all(
        torch.equal(loaded[name], value) for name, value in registry.load_network("compact", other).state_dict().items()
    )


def test_a_classical_method_needs_no_weights_and_has_none(store):
    record = version(store, "closed-form")
    assert isinstance(load_model(store, record), ClosedForm)
    with pytest.raises(WeightsError, match="closed-form is a classical method"):
        weights_bytes(store, record)


def test_damaged_and_unfit_weights_are_refused(store, shipped_weights):
    with pytest.raises(WeightsError, match="not a readable safetensors file"):
        load_model(store, candidate(store, b"no weights"))
    record = candidate(store, shipped_weights)
    store.blobs.path(record.weights_blob).write_bytes(b"damaged")
    with pytest.raises(DamagedBlobError):
        load_model(store, record)


def test_training_goes_on_from_the_live_network(store, shipped_weights):
    assert trainable_parent(store).name == "compact"
    newer = candidate(store, shipped_weights)
    assert trainable_parent(store).name == "compact"
    standings.go_live(store, newer.id, verdict="better", by="gate")
    assert trainable_parent(store).id == newer.id


def test_under_a_classical_method_training_goes_on_from_the_network_that_was_live_last(store, shipped_weights):
    proven, unproven = candidate(store, shipped_weights), candidate(store, shipped_weights)
    standings.go_live(store, proven.id, verdict="better", by="gate")
    model_registry.reject(store, unproven.id, verdict="worse", by="gate")
    standings.go_live(store, version(store, "closed-form").id, verdict="chosen", by="keiko")
    assert trainable_parent(store).id == proven.id


@pytest.mark.parametrize("architecture", ["matteformer", "resnet50"])
def test_training_goes_on_from_whatever_network_is_live(store, architecture):
    other = candidate(store, b"weights that nobody reads here", architecture)
    standings.go_live(store, other.id, verdict="chosen", by="keiko")
    assert trainable_parent(store).id == other.id


@pytest.mark.parametrize(("has_gpu", "chosen"), [(True, "cuda"), (False, "cpu")])
def test_auto_prefers_a_gpu(monkeypatch, has_gpu, chosen):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_gpu)
    assert choose_device("auto") == chosen
    assert choose_device("cpu") == "cpu"
    assert choose_device("cuda:1") == "cuda:1"
