"""Computers of one studio whose clocks go wrong: who is silent is measured by the server's."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from annotation_store import clock
from annotation_store.learning import training_runs
from annotation_store.workers.places import Place
from annotation_store.workers.workers import bury, list_workers, sign_on


@pytest.fixture
def database_url(postgresql_url):
    return postgresql_url


@pytest.fixture
def wrong_by(monkeypatch):
    """``wrong_by(hours)``: the clock of the computer on which the test goes on."""

    def set_wrong(hours):
        wrong = SimpleNamespace(now=lambda zone: datetime.now(zone) + timedelta(hours=hours))
        monkeypatch.setattr(clock, "datetime", wrong)

    return set_wrong


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_worker_that_is_heard_is_not_buried(store, wrong_by, hours):
    right = sign_on(store, name="worker", place=Place("right", 7))
    wrong_by(hours)
    wrong = sign_on(store, name="worker", place=Place("wrong", 7))
    assert bury(store) == ()
    assert [worker.id for worker in list_workers(store)] == [right.id, wrong.id]
    wrong_by(0)
    assert bury(store) == ()


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_training_that_is_heard_of_is_not_put_back(store, monkeypatch, wrong_by, hours):
    monkeypatch.setattr(training_runs, "here", lambda: Place("right", 7))
    training_runs.start(store, training_runs.request(store, by="ren").id, 4711)
    monkeypatch.setattr(training_runs, "here", lambda: Place("wrong", 7))
    wrong_by(hours)
    assert training_runs.put_back_lost(store, is_alive=lambda _pid: False) == ()


def test_a_file_is_used_by_one_computer_with_one_clock(tmp_path, new_store, wrong_by):
    wrong_by(3)
    with new_store(tmp_path / "alone").database.read() as session:
        assert clock.shared_now(session) > datetime.now(clock.UTC) + timedelta(hours=2)
