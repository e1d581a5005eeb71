"""Loaded versions: within the memory of the device, one load at a time, in nobody's way."""

import threading
from dataclasses import replace

import pytest
import torch
from weighing import Weighing

from annotation_store.learning import what_serves
from matting_core.errors import DeviceFullError
from studio.device import loaded_models
from studio.device.loaded_models import LoadedModels


@pytest.fixture
def record(studio):
    """``record(7)``: a version of this number."""
    shipped = what_serves.live_model(studio.store)
    return lambda number: replace(shipped, id=number, name=f"compact-{number:04}")


class Device:
    """Loads models of 10 bytes each, or as many as are said, into `memory` bytes."""

    def __init__(self, *, memory=10**9):
        self.memory, self.sizes, self.loads = memory, {}, []
        self.in_use = lambda: 0

    def __call__(self, record):
        self.loads.append(record.id)
        size = self.sizes.get(record.id, 10)
        if self.in_use() + size > self.memory:
            raise torch.OutOfMemoryError("no room")
        return Weighing(size)


def test_the_least_recently_used_makes_room(record):
    device = Device()
    models = LoadedModels(device, room=lambda: 30)
    for number in (1, 2, 3, 1, 4):
        models.get(record(number))
    assert device.loads == [1, 2, 3, 4]
    assert [models.find(number) is not None for number in (1, 2, 3, 4)] == [True, False, True, True]
    assert models.held() == 30


def test_a_large_one_takes_the_room_of_several(record):
    device = Device()
    device.sizes[9] = 25
    models = LoadedModels(device, room=lambda: 30)
    for number in (1, 2, 3, 9):
        models.get(record(number))
    assert (len(models.all()), models.held()) == (1, 25)


def test_one_that_does_not_fit_at_all_says_what_to_do(record):
    device = Device()
    device.sizes[9] = 31_000_000
    models = LoadedModels(device, room=lambda: 30_000_000)
    first = models.get(record(1))
    with pytest.raises(DeviceFullError, match=r"compact-0009 needs 31 MB .* has 30 MB .* MATTELOOP_DEVICE_MEMORY"):
        models.get(record(9))
    assert models.find(1) is first  # nobody else had to go for it


def test_where_the_device_is_full_others_make_room_for_the_load(record):
    device = Device(memory=25)
    models = LoadedModels(device, room=lambda: 10**9)
    device.in_use = models.held
    device.sizes = {3: 25, 4: 99}
    for number in (1, 2, 3):
        models.get(record(number))
    assert (models.held(), device.loads) == (25, [1, 2, 3, 3, 3])
    with pytest.raises(DeviceFullError, match="compact-0004 needs more"):
        models.get(record(4))


def test_two_threads_that_want_one_version_load_it_once(record):
    began, go = threading.Event(), threading.Event()
    device = Device()

    def slow(asked):
        began.set()
        assert go.wait(20)
        return device(asked)

    models, found = LoadedModels(slow, room=lambda: 99), []
    threads = [threading.Thread(target=lambda: found.append(models.get(record(1)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert began.wait(20)
    go.set()
    for thread in threads:
        thread.join(20)
    assert device.loads == [1]
    assert len({id(each) for each in found}) == 1


def test_what_is_there_answers_while_another_is_being_loaded(record):
    began, go = threading.Event(), threading.Event()
    device = Device()

    def slow(asked):
        if asked.id == 2:
            began.set()
            assert go.wait(20)
        return device(asked)

    models = LoadedModels(slow, room=lambda: 99)
    first = models.get(record(1))
    thread = threading.Thread(target=models.warm, args=(record(2),))
    thread.start()
    assert began.wait(20)
    assert models.get(record(1)) is first
    assert not models.is_warm(2)
    go.set()
    thread.join(20)
    assert models.is_warm(2)


def test_a_version_that_cannot_be_warmed_is_not_tried_again_at_once(record, monkeypatch):
    def broken(_asked):
        raise ValueError("damaged")

    models = LoadedModels(broken, room=lambda: 99)
    assert models.may_warm(1)
    models.warm(record(1))
    assert not models.is_warm(1)
    assert not models.may_warm(1)
    monkeypatch.setattr(loaded_models, "AGAIN_SECONDS", 0.0)
    assert models.may_warm(1)


def test_what_made_room_is_cold_again(record):
    models = LoadedModels(Device(), room=lambda: 10)
    models.warm(record(1))
    assert models.is_warm(1)
    models.get(record(2))
    assert not models.is_warm(1)
