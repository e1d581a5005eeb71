"""Settling: the whole matte while nobody draws, in nobody's way."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from desk_work import assert_sound, paint, place_of, undo
from small_images import BlurredTrimap, draft

from annotation_store import gallery
from annotation_store.errors import ConflictError
from annotation_store.learning import what_serves
from matting_core.cancelling import checkpoint
from studio.desk import sessions as sessions_module


def test_settling_gives_the_whole_alpha_like_recompute(studio, session, model):
    paint(session, "a")
    change = session.settle(**place_of(session))
    _, painted, alpha = session.planes()
    rgb = gallery.load_photo(studio.store, gallery.get_image(studio.store, session.image_id)).rgb
    assert np.array_equal(alpha, model.predict(rgb, painted))
    assert np.array_equal(change.alpha, alpha)
    undo(session, "b")
    assert_sound(session, studio.store)


def test_a_stroke_does_not_wait_for_a_settling_and_is_not_undone_by_it(studio, session, model):
    """While the whole matte is being predicted, a stroke comes in: it is taken at once, and the settling ends."""
    paint(session, "a")
    place, began, outcome = place_of(session), threading.Event(), []

    def predict_slowly():
        model.on_predict = lambda: None
        began.set()
        for _ in range(1000):
            time.sleep(0.01)
            checkpoint()

    def settle():
        try:
            outcome.append(session.settle(**place))
        except ConflictError as error:
            outcome.append(error)

    model.on_predict = predict_slowly
    thread = threading.Thread(target=settle)
    thread.start()
    assert began.wait(5)
    paint(session, "b")
    thread.join(5)
    assert not thread.is_alive()
    assert isinstance(outcome[0], ConflictError)
    assert session.document().position == 2
    assert_sound(session, studio.store)


@pytest.mark.parametrize("leaving", ["leave", "forget", "make room"])
def test_a_settling_ends_when_its_session_is_left_or_dropped(studio, drafted_image, monkeypatch, leaving):
    session, began, outcome = studio.sessions.of(drafted_image.id), threading.Event(), []

    class Slow(BlurredTrimap):
        def predict(self, rgb, trimap):
            began.set()
            for _ in range(1000):
                time.sleep(0.01)
                checkpoint()
            raise AssertionError("nobody ended it")

    record = what_serves.live_model(studio.store)
    monkeypatch.setattr(session, "_live", lambda: (record, Slow()))
    place = place_of(session)

    def settle():
        try:
            session.settle(**place)
        except ConflictError as error:
            outcome.append(error)

    thread = threading.Thread(target=settle)
    thread.start()
    assert began.wait(5)
    if leaving == "make room":
        monkeypatch.setattr(sessions_module, "MOST_PIXELS", 1)
        studio.sessions.of(draft(studio.store, "scarf_1.png", 2).id)
    else:
        getattr(studio.sessions, leaving)(drafted_image.id)
    thread.join(5)
    assert not thread.is_alive()
    assert len(outcome) == 1


def test_a_model_whose_settling_was_cancelled_is_not_named_as_the_author(studio, session, model):
    paint(session, "a")
    named = session._plate.model_id
    place = place_of(session)
    model.on_predict = session.leave
    real, session._live = session._live, lambda: (replace(real()[0], id=77), model)
    with pytest.raises(ConflictError):
        session.settle(**place)
    assert session._plate.model_id == named


def test_settling_an_old_version_is_a_conflict(session):
    place = place_of(session)
    paint(session, "a")
    with pytest.raises(ConflictError):
        session.settle(**place)
