"""Ctrl-C and SIGTERM as a wish: work in progress comes to an orderly end, and a second one ends it at once."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it; SIGTERM, which is the same wish, has it too."""


@contextmanager
def orderly_interrupt(answer: str) -> Iterator[threading.Event]:
    """An event that the first Ctrl-C or SIGTERM sets; the second raises KeyboardInterrupt. answer: shown at the first.

    Only in the main thread.
    """
    wished, listener = threading.Event(), os.getpid()

    def hear(number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGTERM and os.getpid() != listener:  # a fork of ours, whose parent wants it gone
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
            return
        if wished.is_set():
            raise KeyboardInterrupt
        wished.set()
        os.write(2, f"\n{answer}\n".encode())  # sys.stderr may be in the middle of a write of its own

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield wished
    finally:
        for number, answer_before in before.items():
            signal.signal(number, answer_before)
