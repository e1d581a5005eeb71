"""Ctrl-C as a wish: work in progress comes to an orderly end, and a second Ctrl-C ends it at once."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells have it."""


@contextmanager
def orderly_interrupt(answer: str) -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second raises KeyboardInterrupt. answer: shown to who pressed it.

    Only in the main thread.
    """
    wished = threading.Event()

    def hear(_signal: int, _frame: FrameType | None) -> None:
        if wished.is_set():
            raise KeyboardInterrupt
        wished.set()
        os.write(2, f"\n{answer}\n".encode())  # sys.stderr may be in the middle of a write of its own

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield wished
    finally:
        signal.signal(signal.SIGINT, before)
