import time

import pytest

from annotation_store.errors import StoreFullError
from annotation_store.learning import training_runs
from training.heard_of import heard_of


@pytest.fixture
def store(tmp_path, new_store):
    return new_store(tmp_path / "data")


@pytest.fixture
def run(store):
    return training_runs.start(store, training_runs.request(store, by="ren").id, 4711)


def heard_at(store, run):
    return training_runs.get_run(store, run.id).heartbeat_at


def wait_for(condition, within=30.0):
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_training_that_has_nothing_to_tell_is_heard_of_again_and_again(store, run):
    first = heard_at(store, run)
    with heard_of(store, run, every=0.01):
        wait_for(lambda: heard_at(store, run) > first)
        second = heard_at(store, run)
        wait_for(lambda: heard_at(store, run) > second)
    last = heard_at(store, run)
    time.sleep(0.1)
    assert heard_at(store, run) == last


@pytest.mark.parametrize("fault", [StoreFullError("There is no room left."), RuntimeError("nobody thought of this")])
def test_nothing_that_goes_wrong_ends_it(store, run, monkeypatch, fault):
    refused, is_there = [], training_runs.is_there

    def refuse(*given):
        if len(refused) < 2:
            refused.append(given)
            raise fault
        is_there(*given)

    first = heard_at(store, run)
    monkeypatch.setattr(training_runs, "is_there", refuse)
    with heard_of(store, run, every=0.01):
        wait_for(lambda: heard_at(store, run) > first)
    assert len(refused) == 2
