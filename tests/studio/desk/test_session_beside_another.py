"""Two processes have the same image open, and any of them may be asked: what is seen, and what is kept."""

import random
from contextlib import contextmanager

import numpy as np
import pytest
from desk_work import assert_sound, dab, place_of
from small_images import BlurredTrimap, draft

from annotation_store import gallery, revisions
from annotation_store.corrections import KeyedEdit
from annotation_store.errors import ConflictError
from annotation_store.learning import what_serves
from annotation_store.revisions import load_matte
from annotation_store.states import ImageState
from matting_core.edits.ink import Ink
from studio.desk import matte_names
from studio.desk.session import EditingSession
from studio.desk.snapshots import Snapshots
from studio.device.turns import BusyError, Urgency, unhindered


class Screen:
    """What a browser has: the alpha that it opened, with every patch that came since."""

    def __init__(self, session):
        document = session.document()
        self.place = {"revision": document.revision_id, "position": document.position}
        self.matte, self.alpha = session.alpha()

    def show(self, change):
        self.alpha[change.box.slices] = change.alpha
        self.place = {"revision": change.document.revision_id, "position": change.document.position}
        self.matte = change.matte
        return change

    @property
    def seen(self):
        return {**self.place, "by": "keiko", "seen": self.matte}


class History(BlurredTrimap):
    """A model whose whole alpha differs from what grows stroke by stroke, as a real one's does: it sees its crop."""

    def predict(self, rgb, trimap):
        alpha = super().predict(rgb, trimap)
        return np.where(trimap == 128, alpha * np.float32(0.7 + 0.001 * trimap.shape[1]), alpha).astype(np.float32)


@pytest.fixture
def processes(studio, drafted_image, tmp_path):
    """``processes(2)``: sessions that know nothing of each other; together: they share a folder of snapshots."""

    def open_some(count, *, together=False):
        return [
            EditingSession(
                studio.store,
                drafted_image.id,
                live=lambda: (what_serves.live_model(studio.store), History()),
                snapshots=Snapshots(tmp_path / f"snapshots-{0 if together else number}"),
            )
            for number in range(count)
        ]

    return open_some


def draw(screen, session, key, x, **options):
    return screen.show(session.edit([KeyedEdit(key, dab(x, **options))], **screen.seen))


def kept_alpha(studio, session):
    image = gallery.get_image(studio.store, session.image_id)
    return load_matte(studio.store, revisions.get_revision(studio.store, image.head_revision_id))[1]


@pytest.mark.parametrize("seed", range(6))
def test_whoever_answers_the_operator_sees_what_that_process_has(studio, processes, seed):
    sessions, chance = processes(3), random.Random(seed)
    screen = Screen(sessions[0])
    for number in range(20):
        session = chance.choice(sessions)
        what = chance.choices(["draw", "undo", "redo", "settle", "recompute"], [6, 2, 1, 1, 1])[0]
        document = session.document()
        if what == "undo" and document.can_undo:
            screen.show(session.undo(key=f"u{number}", **screen.seen))
        elif what == "redo" and document.can_redo:
            screen.show(session.redo(key=f"r{number}", **screen.seen))
        elif what in ("settle", "recompute"):
            screen.show(getattr(session, what)(**screen.place))
        else:
            draw(screen, session, f"k{number}", chance.randrange(20, 340), ink=chance.choice(list(Ink)[:3]))
        matte, alpha = session.alpha()
        assert matte == screen.matte
        assert np.array_equal(screen.alpha, alpha)
    for session in sessions:
        assert_sound(session, studio.store)


def test_two_processes_in_turn_come_to_the_same_trimap_and_once_settled_to_the_same_alpha_as_one(processes):
    first, second, alone = processes(3)
    screen = Screen(first)
    for number in range(8):
        draw(screen, (first, second)[number % 2], f"k{number}", 40 + 30 * number)
    settled = second.settle(**screen.place)
    assert np.array_equal(first.trimap(), alone.trimap())
    assert np.array_equal(settled.alpha, alone.settle(**place_of(alone)).alpha)


def test_a_process_that_answers_as_before_tells_only_what_changed(studio, open_session):
    session = open_session(draft(studio.store, "wide_1.png", 3, width=640))
    screen = Screen(session)
    for number in range(3):
        change = draw(screen, session, f"k{number}", 40 + 30 * number)
        assert change.box != session._plate.whole
    screen.show(session.settle(**screen.place))
    assert draw(screen, session, "k9", 200).box != session._plate.whole


def test_what_one_process_has_settled_is_kept_by_another_bit_for_bit(studio, processes):
    first, second = processes(2)
    screen = Screen(first)
    draw(screen, first, "a", 60)
    second.document()  # it has the image open, and grown an alpha of its own
    draw(screen, first, "b", 160)
    screen.show(first.settle(**screen.place))
    assert not np.array_equal(second.alpha()[1], screen.alpha)
    second.approve(**screen.seen)
    assert np.array_equal(kept_alpha(studio, second), np.rint(screen.alpha * 65535).astype(np.float32) / 65535)


def test_what_has_grown_in_one_process_is_kept_by_another_from_its_snapshot(studio, processes):
    first, second = processes(2, together=True)
    second.document()
    screen = Screen(first)
    draw(screen, first, "a", 60)
    draw(screen, first, "b", 160)
    first._snapshots.flush()
    second.submit(**screen.seen)
    assert np.allclose(kept_alpha(studio, second), screen.alpha, atol=1.01 / 65535)


def test_what_nobody_has_any_more_is_kept_as_it_would_have_settled(studio, processes):
    first, second, alone = processes(3)
    screen = Screen(first)
    draw(screen, first, "a", 60)
    fine = alone.settle(**place_of(alone)).alpha
    second.approve(**screen.seen)
    assert np.allclose(kept_alpha(studio, second), fine, atol=1.01 / 65535)


def test_the_alpha_of_a_revision_is_known_to_all_and_approved_as_it_is(studio, processes):
    first, second = processes(2)
    screen = Screen(first)
    assert screen.matte == matte_names.KEPT
    second.recompute(**place_of(second))
    image = second.approve(**screen.seen)
    assert image.head_revision_id == screen.place["revision"]


def test_a_matte_that_was_called_by_no_name_is_the_one_of_who_is_asked(studio, processes):
    first, second = processes(2)
    screen = Screen(first)
    draw(screen, first, "a", 60)
    screen.show(first.settle(**screen.place))
    own = second.alpha()[1]
    second.approve(**screen.place, by="keiko")
    assert np.allclose(kept_alpha(studio, second), own, atol=1.01 / 65535)


def test_painting_without_touching_the_trimap_keeps_the_name(processes):
    (session,) = processes(1)
    screen = Screen(session)
    screen.show(session.settle(**screen.place))
    named = screen.matte
    draw(screen, session, "beside", 4000)
    assert screen.matte == named
    assert matte_names.is_fine(named)


def test_a_decision_that_came_too_late_predicts_nothing(processes):
    first, second = processes(2)
    screen = Screen(first)
    draw(screen, first, "a", 60)
    late = screen.seen
    draw(screen, first, "b", 160)
    before = second.alpha()[0]
    with pytest.raises(ConflictError):
        second.approve(**late)
    assert second.alpha()[0] == before


def test_a_decision_whose_alpha_is_to_be_computed_takes_a_turn_and_is_not_made_without_one(processes, studio):
    first, second = processes(2)
    screen = Screen(first)
    draw(screen, first, "a", 100)
    asked = []

    @contextmanager
    def turn(person, urgency, *, cancellation=None):
        asked.append((person, urgency))
        if person:
            raise BusyError
        yield

    second._turn = turn
    with pytest.raises(BusyError):
        second.approve(**screen.seen)
    assert asked == [("keiko", Urgency.SETTLING)]
    assert gallery.get_image(studio.store, second.image_id).state is ImageState.IN_CORRECTION
    second._turn = unhindered
    assert second.approve(**screen.seen).state is ImageState.APPROVED
