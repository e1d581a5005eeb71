"""A process that ends with the one that started it, however that one ends."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

WATCH_SECONDS = 1.0


@contextmanager
def ending_with(parent: int, *, status: int) -> Iterator[None]:
    """Inside, this process ends with `status` within a second of its parent's end, whatever it is at; 0 for none.

    parent: number of the process that started this one, told by itself: when this one asks, it may be gone already.
    """
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            if os.getppid() != parent:
                os._exit(status)
            over.wait(WATCH_SECONDS)

    watching = threading.Thread(target=watch, name="watch-parent", daemon=True)
    if parent:
        watching.start()
    try:
        yield
    finally:
        over.set()
        if parent:
            watching.join()
