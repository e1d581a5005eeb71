import torch

from annotation_store.learning import model_registry
from matting_core.classical import ClosedForm
from matting_core.networks.compact.compact_matting import CompactMatting
from studio import live_model
from studio.live_model import LiveModel
from studio.studio import open_studio


def test_the_live_model_is_loaded_once_and_replaced_when_another_goes_live(settings, compact_weights, monkeypatch):
    store = open_studio(settings).store
    live = LiveModel(store, device="cpu")
    record, matting = live.get()
    assert (record.name, type(matting)) == ("compact", CompactMatting)
    assert live.get()[1] is matting

    closed_form = next(model for model in model_registry.list_models(store) if model.name == "closed-form")
    model_registry.promote(store, closed_form.id, verdict="better", by="keiko")
    assert live.get()[1] is matting  # the store is not asked again for every stroke
    monkeypatch.setattr(live_model, "BELIEVED_SECONDS", 0.0)
    record, matting = live.get()
    assert (record.id, type(matting)) == (closed_form.id, ClosedForm)


def test_models_run_on_as_many_threads_as_the_settings_say(settings, compact_weights):
    before = torch.get_num_threads()
    try:
        open_studio(settings.model_copy(update={"threads": 3})).live.get()
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_a_version_is_warmed_up_once(settings, compact_weights, eventually, monkeypatch):
    live = LiveModel(open_studio(settings).store, device="cpu")
    runs = []
    monkeypatch.setattr("matting_core.predictor.run_once", runs.append)
    for _ in range(3):
        live.warm_up()
    eventually(lambda: len(runs) == 1)
    assert isinstance(runs[0], CompactMatting)
