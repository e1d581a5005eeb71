"""A process that works in the background is heard of until it ends, and comes again where it was taken for gone."""

from datetime import timedelta

import pytest

from annotation_store import clock, schema
from annotation_store.errors import StoreFullError
from annotation_store.workers import workers
from annotation_store.workers.workers import list_workers
from studio.signed_on import signed_on


@pytest.fixture
def store(studio):
    return studio.store


def age(store, worker_id):
    with store.database.write() as session:
        session.get(schema.Worker, worker_id).seen_at = clock.utc_now() - timedelta(hours=1)


def test_it_is_there_inside_and_gone_after(store):
    with signed_on(store, name="draft") as me:
        (worker,) = list_workers(store)
        assert (worker.id, worker.name) == (me.id, "draft")
    assert list_workers(store) == ()


def test_it_is_gone_after_an_error_too(store):
    with pytest.raises(ValueError, match="out"), signed_on(store, name="draft"):
        raise ValueError("out")
    assert list_workers(store) == ()


def test_it_is_heard_again_and_again(store, eventually):
    with signed_on(store, name="draft", every=0.01) as me:
        age(store, me.id)
        eventually(lambda: list_workers(store) != ())


def test_one_that_was_taken_for_gone_signs_on_anew(store, eventually):
    with signed_on(store, name="draft", every=0.01) as me:
        before = me.id
        workers.sign_off(store, before)
        eventually(lambda: me.id != before)
        assert [worker.id for worker in list_workers(store)] == [me.id]


def test_a_full_disk_does_not_end_it(store, monkeypatch):
    def refuse(*_given, **_named):
        raise StoreFullError("There is no room left.")

    with signed_on(store, name="draft") as me:
        monkeypatch.setattr(workers, "beat", refuse)
        me.beat()
        monkeypatch.setattr(workers, "sign_off", refuse)


def test_nothing_that_goes_wrong_ends_the_beating(studio, monkeypatch, eventually):
    beats, beat = [], workers.beat

    def stumble(*given):
        beats.append(given)
        if len(beats) < 3:
            raise RuntimeError("nobody thought of this")
        return beat(*given)

    monkeypatch.setattr(workers, "beat", stumble)
    with signed_on(studio.store, name="worker", every=0.01):
        eventually(lambda: len(beats) > 3)
