"""Ctrl-C for commands in the tests' own process, without the system's signal, which has ended that now and then."""

import signal


def press(number: signal.Signals = signal.SIGINT) -> None:
    """What a signal has Python do, at once."""
    listener = signal.getsignal(number)
    assert callable(listener), f"nobody listens for {number.name}"
    listener(number, None)
