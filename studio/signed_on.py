"""A process that works in the background says so, and goes on saying so, for as long as it does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import structlog

from annotation_store.errors import NOT_NOW
from annotation_store.store import Store
from annotation_store.workers import workers

log = structlog.get_logger()


class SignedOn:
    """id: what claims are made under. It changes if the process was taken for gone meanwhile; claims made before are
    others' then."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._name = store, name
        self.id = workers.sign_on(store, name=name).id

    def beat(self) -> None:
        """Say that it is there. A store that cannot be written to now is told the next time."""
        with suppress(*NOT_NOW):
            if not workers.beat(self._store, self.id):
                log.warning("taken for gone: this process was not heard of for too long", worker=self.id)
                self.id = workers.sign_on(self._store, name=self._name).id


@contextmanager
def signed_on(store: Store, *, name: str, every: float = workers.BEAT_SECONDS) -> Iterator[SignedOn]:
    """Signed on until the end of the block. name: what the process is, as ``worker``. every: seconds between beats.

    Raises one of NOT_NOW if the store cannot be written to now.
    """
    me, ended = SignedOn(store, name), threading.Event()

    def go_on() -> None:
        while not ended.wait(every):
            try:
                me.beat()
            except Exception:  # who is not heard any more loses all that it works on
                log.exception("this process could not say that it is there", worker=me.id)

    beating = threading.Thread(target=go_on, name="signed-on", daemon=True)
    beating.start()
    try:
        yield me
    finally:
        ended.set()
        beating.join()
        with suppress(*NOT_NOW):  # else others find out
            workers.sign_off(store, me.id)
