"""Trainings of a studio that has several computers: heard of, taken over, and not carried out twice."""

from datetime import timedelta

import pytest

from annotation_store import clock
from annotation_store.errors import ClaimLostError, StoreBusyError
from annotation_store.kinds import ModelKind
from annotation_store.learning import training_runs
from annotation_store.learning.training_runs import (
    SILENCE,
    attach,
    beat,
    finish,
    get_run,
    is_at_work,
    is_there,
    put_back_lost,
    request,
    start,
)
from annotation_store.states import RunState
from annotation_store.workers.places import Place, here


def nobody_lives(_pid):
    return False


@pytest.fixture
def on(monkeypatch):
    """``on(host)``: from now on, this process is one of that computer."""
    return lambda host: monkeypatch.setattr(training_runs, "here", lambda: Place(host, 7))


@pytest.fixture
def later(monkeypatch):
    """``later(by)``: the clock goes forward."""

    def move(by):
        now = clock.utc_now() + by
        monkeypatch.setattr(training_runs, "shared_now", lambda _session: now)

    return move


@pytest.fixture
def begun(store, on):
    """A run that gpu-1 has begun; the tests go on on gpu-2."""
    on("gpu-1")
    run = start(store, request(store, by="ren").id, 4711)
    on("gpu-2")
    return run


def test_a_run_knows_the_computer_of_its_process(store):
    assert start(store, request(store, by="ren").id, 4711).host == here().host


def test_a_training_of_another_computer_is_there_as_long_as_it_is_heard(store, begun, later):
    assert is_at_work(begun, is_alive=nobody_lives, now=clock.utc_now())
    assert put_back_lost(store, is_alive=nobody_lives) == ()
    later(SILENCE + timedelta(seconds=1))
    (put_back,) = put_back_lost(store, is_alive=lambda pid: True)  # a number of this computer says nothing of that one
    assert (put_back.state, put_back.host, put_back.pid) == (RunState.QUEUED, "gpu-1", None)


def test_two_computers_begin_no_trainings_of_two_kinds_at_once(store, begun, later):
    other = request(store, by="ren", kind=ModelKind.DRAFTER)
    with pytest.raises(StoreBusyError, match=f"Training number {begun.id} has begun meanwhile"):
        start(store, other.id, 4712, alone=True)
    assert get_run(store, other.id) == other
    later(SILENCE + timedelta(seconds=1))
    assert start(store, other.id, 4712, alone=True).state is RunState.RUNNING


def test_whoever_looks_where_nothing_is_unfinished_keeps_nobody_from_writing(store):
    with store.database.write():  # to write inside of this is an error
        assert put_back_lost(store, is_alive=nobody_lives) == ()


def test_a_bare_sign_of_life_is_enough(store, begun, later):
    later(SILENCE - timedelta(seconds=1))
    is_there(store, begun)
    later(SILENCE + timedelta(seconds=1))
    assert put_back_lost(store, is_alive=nobody_lives) == ()


def test_of_this_computer_its_process_is_asked(store, begun, on, later):
    on("gpu-1")
    later(SILENCE + timedelta(hours=1))
    assert put_back_lost(store, is_alive=lambda pid: pid == 4711) == ()
    assert len(put_back_lost(store, is_alive=nobody_lives)) == 1


@pytest.mark.parametrize("goes_on", [True, False])
def test_who_was_taken_for_gone_and_is_not_leaves_the_run_to_the_other(store, begun, later, goes_on):
    later(SILENCE + timedelta(seconds=1))
    put_back_lost(store, is_alive=nobody_lives)
    if goes_on:
        start(store, begun.id, 4711)  # the same number, of another computer
    before = get_run(store, begun.id)
    for word in (
        lambda: beat(store, begun.id, progress=0.5, message="Learning", begun=begun),
        lambda: attach(store, begun.id, candidate_id=1, begun=begun),
        lambda: finish(store, begun.id, RunState.CANCELLED, verdict="Cancelled.", begun=begun),
    ):
        with pytest.raises(ClaimLostError, match="another process's by now"):
            word()
    is_there(store, begun)
    assert get_run(store, begun.id) == before


def test_who_began_it_may_say_so_and_end_it(store, begun):
    assert not beat(store, begun.id, progress=0.5, message="Learning", begun=begun)
    assert finish(store, begun.id, RunState.SUCCEEDED, verdict="done", begun=begun).state is RunState.SUCCEEDED
