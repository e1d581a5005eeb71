"""What serves changes while people work: the old version answers until the new one is warm; two may serve at once."""

import threading

import pytest
from small_images import draft
from weighing import Weighing

from annotation_store.learning import model_registry, standings
from annotation_store.projects import FIRST_PROJECT
from annotation_store.states import StandingState
from studio.device import live_model as live_model_module
from studio.device.live_model import LiveModel
from studio.studio import open_studio


class Slow:
    """Loads a model of each version once it may."""

    def __init__(self):
        self.models, self.loads, self.held_back, self.broken = {}, [], {}, set()

    def hold_back(self, version):
        self.held_back[version] = threading.Event()
        return self.held_back[version].set

    def __call__(self, record):
        self.loads.append(record.id)
        if record.id in self.held_back:
            assert self.held_back[record.id].wait(20)
        if record.id in self.broken:
            raise ValueError("damaged")
        return self.models.setdefault(record.id, Weighing(name=record.name))


@pytest.fixture
def loader(monkeypatch):
    loader = Slow()
    monkeypatch.setattr(LiveModel, "_load", lambda _live, record: loader(record))
    monkeypatch.setattr(live_model_module, "BELIEVED_SECONDS", 0.0)
    monkeypatch.setattr(live_model_module, "WATCH_SECONDS", 0.02)
    return loader


@pytest.fixture
def opened(settings, loader):
    studio = open_studio(settings)
    monkey_room(studio.live)
    yield studio
    studio.close()


def monkey_room(live, room=1000):
    live._room = room


@pytest.fixture
def candidate(opened):
    """``candidate()``: a new version of the matting model."""

    def register():
        return model_registry.register_candidate(
            opened.store,
            architecture="compact",
            weights=b"weights",
            parent_id=None,
            run_id=None,
            metrics={},
            licence="Apache-2.0",
            code_version="1ed0cf4",
        )

    return register


def test_a_promoted_version_is_warm_before_anybody_asks(opened, loader, candidate, eventually):
    opened.live.warm_up()
    eventually(lambda: loader.loads)
    new = candidate()
    standings.go_live(opened.store, new.id, verdict="better", by="ren")
    eventually(lambda: new.id in loader.models and loader.models[new.id].runs)
    eventually(lambda: opened.live.get()[0].id == new.id)
    assert loader.loads.count(new.id) == 1


def test_the_old_one_answers_while_the_new_one_is_being_loaded(opened, loader, candidate, eventually):
    image = draft(opened.store, "cup_1.png", 1)
    opened.live.warm_up()
    old, matting = opened.live.get(image.id)
    new = candidate()
    let_go = loader.hold_back(new.id)
    standings.go_live(opened.store, new.id, verdict="better", by="ren")
    eventually(lambda: new.id in loader.loads)
    for _ in range(3):
        assert opened.live.get(image.id) == (old, matting)  # at once, though the other is on its way
    let_go()
    eventually(lambda: opened.live.get(image.id)[0].id == new.id)


def test_where_nothing_is_kept_warm_a_new_version_serves_at_once(opened, loader, candidate):
    old, _ = opened.live.get()
    new = candidate()
    standings.go_live(opened.store, new.id, verdict="better", by="ren")
    assert opened.live.get()[0].id == new.id != old.id


def test_a_canary_is_warmed_too_and_works_beside_what_serves(opened, loader, candidate, eventually):
    opened.live.warm_up()
    serving = opened.live.get()[0]
    canary = candidate()
    standings.place(
        opened.store, canary.id, FIRST_PROJECT, StandingState.CANARY, verdict="", by="ren", canary_share=1.0
    )
    image = draft(opened.store, "cup_1.png", 1)
    eventually(lambda: canary.id in loader.models and loader.models[canary.id].runs)
    assert opened.live.get(image.id)[0].id == serving.id
    assert opened.live.get(image.id, drafting=True)[0].id == canary.id
    assert opened.live.loaded() == 2
    assert sorted(loader.loads) == sorted([serving.id, canary.id])


def test_a_version_that_cannot_be_loaded_leaves_the_old_one_at_work(opened, loader, candidate, eventually):
    opened.live.warm_up()
    old, _ = opened.live.get()
    new = candidate()
    loader.broken.add(new.id)
    standings.go_live(opened.store, new.id, verdict="better", by="ren")
    eventually(lambda: new.id in loader.loads)
    for _ in range(5):
        assert opened.live.get()[0].id == old.id
    assert loader.loads.count(new.id) == 1  # not with every stroke


def test_as_many_predictions_at_once_as_fit_the_device(opened):
    assert (opened.live.device, opened.live.at_once) == ("cpu", 2)
    opened.live._chosen = "cuda"
    assert opened.live.at_once == 8
