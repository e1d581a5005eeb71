"""A process that asks a Ray cluster still ends in order, for it does so in a thread of the worker's."""

import ctypes
import os
import signal
import threading

import pytest

from training.distributed.listeners import kept_listener

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGUSR1: a POSIX system is needed")
IGNORE = ctypes.c_void_p(1)  # SIG_IGN of the C library


@pytest.fixture
def heard():
    """Numbers of the signals that this process has heard; SIGUSR1 stands for SIGTERM, which would end the tests."""
    numbers: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: numbers.append(number))
    yield numbers
    signal.signal(signal.SIGUSR1, before)


def take_the_signal():
    """What Ray does, out of the sight of Python."""
    ctypes.CDLL(None).signal(int(signal.SIGUSR1), IGNORE)


def taken_in_a_thread(*, kept: bool):
    def work():
        if kept:
            with kept_listener(signal.SIGUSR1):
                take_the_signal()
        else:
            take_the_signal()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def send():
    signal.raise_signal(signal.SIGUSR1)


def test_who_listened_before_listens_after_it_in_a_thread_too(heard):
    taken_in_a_thread(kept=True)
    send()
    assert heard == [signal.SIGUSR1]


def test_without_it_the_signal_is_lost(heard):
    taken_in_a_thread(kept=False)
    send()
    assert heard == []


def test_in_the_main_thread_both_listeners_are_put_back(heard):
    with kept_listener(signal.SIGUSR1):
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        take_the_signal()
    send()
    assert heard == [signal.SIGUSR1]
