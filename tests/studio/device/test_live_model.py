import torch
from small_images import disc, png

from annotation_store import intake
from annotation_store.incoming import IncomingFile
from annotation_store.learning import model_registry, standings
from annotation_store.projects import FIRST_PROJECT, create_project
from matting_core.classical import ClosedForm
from matting_core.image_io import ImageLimits
from matting_core.networks.compact.compact_matting import CompactMatting
from studio.device import live_model
from studio.device.live_model import LiveModel
from studio.studio import open_studio


def test_the_live_model_is_loaded_once_and_replaced_when_another_goes_live(settings, compact_weights, monkeypatch):
    store = open_studio(settings).store
    live = LiveModel(store, device="cpu")
    record, matting = live.get()
    assert (record.name, type(matting)) == ("compact", CompactMatting)
    assert live.get()[1] is matting

    closed_form = next(model for model in model_registry.list_models(store) if model.name == "closed-form")
    standings.go_live(store, closed_form.id, verdict="better", by="keiko")
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


def test_a_version_is_warmed_up_once(settings, compact_weights, monkeypatch):
    live = LiveModel(open_studio(settings).store, device="cpu")
    runs = []
    monkeypatch.setattr("matting_core.predictor.run_once", runs.append)
    for _ in range(3):
        live.warm_up()
    live.close()
    assert len(runs) == 1
    assert isinstance(runs[0], CompactMatting)


def test_versions_that_take_turns_are_warmed_up_once_each(settings, compact_weights, monkeypatch):
    studio = open_studio(settings)
    other = create_project(studio.store, "Glass", by="ren")
    closed_form = next(model for model in model_registry.list_models(studio.store) if model.name == "closed-form")
    standings.go_live(studio.store, closed_form.id, verdict="better", by="ren", project_ids=[other.id])
    images = [
        intake.take_in(
            studio.store,
            [IncomingFile("cup_1.png", png(disc(project_id)[0]))],
            by="keiko",
            limits=ImageLimits(),
            project_id=project_id,
        )
        .accepted[0]
        .id
        for project_id in (FIRST_PROJECT, other.id)
    ]
    live = LiveModel(studio.store, device="cpu")
    runs = []
    monkeypatch.setattr("matting_core.predictor.run_once", runs.append)
    for image_id in images * 3:
        live.warm_up(image_id)
    live.close()
    assert [type(matting) for matting in sorted(runs, key=lambda each: type(each).__name__)] == [
        ClosedForm,
        CompactMatting,
    ]
