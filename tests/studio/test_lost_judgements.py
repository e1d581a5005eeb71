"""Versions that were handed in are judged, also where the message was lost; and once, where it came twice."""

import threading

import pytest

from annotation_store.kinds import Origin
from annotation_store.learning import model_registry
from studio import judging_imports, lost_judgements
from studio.judging_imports import judge_in_background, newcomers
from studio.lost_judgements import FIRST_PAUSE, LostJudgements


@pytest.fixture
def hand_in(studio):
    def register(origin=Origin.IMPORTED):
        return model_registry.register_candidate(
            studio.store,
            architecture="compact",
            weights=b"weights",
            parent_id=None,
            run_id=None,
            metrics={},
            licence="own",
            code_version="1",
            origin=origin,
            by="keiko",
        )

    return register


@pytest.fixture
def clock(monkeypatch):
    """``clock(seconds)``: so much later."""
    now = [0.0]
    monkeypatch.setattr(lost_judgements.time, "monotonic", lambda: now[0])

    def later(seconds):
        now[0] += seconds

    return later


def asked(studio):
    """The versions of the messages, which are taken by that."""
    huey = studio.jobs.hueys["trainings"]
    return [huey.dequeue().args[0] for _ in range(len(huey))]


def test_a_version_whose_message_was_lost_is_asked_for_later_and_then_less_and_less_often(studio, hand_in, clock):
    version, lost = hand_in(), LostJudgements(studio.store, studio.jobs)
    told = []
    for _ in range(8):
        lost.remind()
        told.append(asked(studio))
        clock(FIRST_PAUSE)
    assert told == [[], [version.id], [], [version.id], [], [], [], [version.id]]


def test_only_versions_that_were_handed_in_and_wait_are_asked_for(studio, hand_in, clock):
    hand_in(Origin.TRAINED)
    judged, waiting = hand_in(), hand_in()
    lost = LostJudgements(studio.store, studio.jobs)
    lost.remind()
    model_registry.note_verdict(studio.store, judged.id, "Better.", metrics={})
    clock(FIRST_PAUSE)
    lost.remind()
    assert asked(studio) == [waiting.id]
    assert [model.id for model in newcomers(studio.store)] == [waiting.id]


def test_a_version_is_judged_once_although_the_message_comes_twice(studio, hand_in, monkeypatch):
    version, judged, goes_on = hand_in(), [], threading.Event()

    def judge(store, _settings, model_id, _by):
        judged.append(model_id)
        goes_on.wait(60)
        model_registry.note_verdict(store, model_id, "Better.", metrics={})

    monkeypatch.setattr(judging_imports, "judge_import", judge)
    message = (studio.store, studio.settings, version.id, "keiko")
    first = threading.Thread(target=judge_in_background, args=message)
    first.start()
    while not judged:
        first.join(0.01)
    judge_in_background(*message)
    goes_on.set()
    first.join()
    judge_in_background(*message)
    assert judged == [version.id]


def test_a_version_that_could_not_be_judged_may_be_later(studio, hand_in, monkeypatch):
    version, judged = hand_in(), []

    def judge(_store, _settings, model_id, _by):
        judged.append(model_id)
        if len(judged) == 1:
            raise OSError("the device is gone")

    monkeypatch.setattr(judging_imports, "judge_import", judge)
    for _ in range(2):
        judge_in_background(studio.store, studio.settings, version.id, "keiko")
    assert judged == [version.id] * 2
