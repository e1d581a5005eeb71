"""Cancelling: only what runs under the token stops, and only after it was pulled."""

import threading

import pytest

from matting_core.cancelling import Cancellation, Cancelled, cancellable, checkpoint


def test_a_checkpoint_without_a_token_does_nothing() -> None:
    checkpoint()
    with cancellable(None):
        checkpoint()


def test_work_stops_at_the_first_checkpoint_after_the_token_was_pulled() -> None:
    cancellation, done = Cancellation(), []

    def work() -> None:
        for step in range(10):
            checkpoint()
            done.append(step)
            if step == 3:
                cancellation.cancel()

    with pytest.raises(Cancelled), cancellable(cancellation):
        work()
    assert done == [0, 1, 2, 3]
    checkpoint()  # outside the block, nothing is cancelled


def test_a_pulled_token_lets_nothing_begin() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    with pytest.raises(Cancelled), cancellable(cancellation):
        pytest.fail("the block must not be entered")


def test_other_threads_go_on() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    outcome: list[str] = []

    def work() -> None:
        checkpoint()
        outcome.append("done")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert outcome == ["done"]
