import pytest

from annotation_store.errors import StoreBusyError
from annotation_store.learning import training_runs
from training import run_teller
from training.learning.loop import TrainingStopped
from training.run_teller import RunTeller


@pytest.fixture
def store(tmp_path, new_store):
    opened = new_store(tmp_path / "data")
    yield opened
    opened.database.close()


@pytest.fixture
def run(store):
    run = training_runs.request(store, by="keiko")
    return training_runs.start(store, run.id, 1)


def test_a_word_reaches_the_store_and_whoever_listens(store, run):
    heard = []
    RunTeller(store, run.id, lambda *told: heard.append(told)).tell((0.2, 0.6), 0.5, "Half of it")
    assert heard == [(pytest.approx(0.4), "Half of it")]
    told = training_runs.get_run(store, run.id)
    assert (told.progress, told.message) == (pytest.approx(0.4), "Half of it")


def test_a_second_word_within_a_second_is_kept_back_unless_it_is_the_last(store, run):
    teller = RunTeller(store, run.id)
    for share, text in ((0.1, "first"), (0.2, "second")):
        teller.tell((0, 1), share, text)
    assert training_runs.get_run(store, run.id).message == "first"
    teller.tell((0, 1), 1.0, "last")
    assert training_runs.get_run(store, run.id).message == "last"


def test_a_training_hears_that_it_is_to_end(store, run):
    training_runs.request_cancel(store, run.id, by="keiko")
    with pytest.raises(TrainingStopped):
        RunTeller(store, run.id).tell((0, 1), 0.5, "Half of it")


def test_a_store_that_is_busy_for_a_while_ends_no_training(store, run, monkeypatch):
    monkeypatch.setattr(run_teller, "BEAT_SECONDS", 0.0)
    teller = RunTeller(store, run.id)
    with monkeypatch.context() as patch:

        def refuse(*_, **__):
            raise StoreBusyError

        patch.setattr(training_runs, "beat", refuse)
        teller.tell((0, 1), 0.1, "lost")
    teller.tell((0, 1), 0.2, "heard")
    assert training_runs.get_run(store, run.id).message == "heard"
