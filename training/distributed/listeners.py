"""What SIGTERM means to this process stays so, whatever a library that is started meanwhile makes of it."""

import ctypes
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ROOM = 1024
"""More bytes than the C library's ``struct sigaction`` has anywhere."""


@contextmanager
def kept_listener(number: signal.Signals = signal.SIGTERM) -> Iterator[None]:
    """Whoever listened for the signal before the block listens after it, in whatever thread this is.

    Ray has two listeners: one of Python's, which it sets in the main thread only, and one of C below that, which writes
    a trace of the stack. Python changes neither from another thread, so the lower one is put back by the C library.
    """
    in_python = signal.getsignal(number)
    below = ctypes.create_string_buffer(ROOM)
    libc = None if os.name == "nt" else ctypes.CDLL(None)
    if libc is not None:
        libc.sigaction(int(number), None, below)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(number, in_python)
        if libc is not None:
            libc.sigaction(int(number), below, None)
