"""A training is heard of, also in the minutes in which it has nothing to tell: while it reads photos, say."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from annotation_store.learning import training_runs
from annotation_store.records import RunRecord
from annotation_store.store import Store

BEAT_SECONDS = 20.0


@contextmanager
def heard_of(store: Store, begun: RunRecord, *, every: float = BEAT_SECONDS) -> Iterator[None]:
    """Inside, other computers hear each `every` seconds that the run is at work. begun: as this process began it."""
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(every):
            with suppress(Exception):  # the next time: who is not heard any more loses the run
                training_runs.is_there(store, begun)

    beating = threading.Thread(target=go_on, name="heard-of", daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()
