"""The live model of a store, loaded when first needed and replaced when another version goes live."""

import threading
import time

from annotation_store import model_registry
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from matting_core.matting import Matting

LONGEST_WARM_UP = 30.0  # seconds
BELIEVED_SECONDS = 1.0
"""So long after a promotion another version may still answer."""


class LiveModel:
    """Thread-safe."""

    def __init__(self, store: Store, *, device: str, threads: int = 0) -> None:
        """threads: CPU threads that a prediction uses; 0 leaves torch its own choice, all cores."""
        self._store = store
        self._threads = threads
        self._device = device
        self._lock = threading.Lock()
        self._asked: tuple[float, ModelRecord] | None = None  # when, and what the store said
        self._loaded: tuple[int, Matting] | None = None
        self._warm: int | None = None  # the version that has predicted something already
        self._warming: threading.Thread | None = None

    def get(self) -> tuple[ModelRecord, Matting]:
        """The record and the ready model that are live right now."""
        # imported late: torch takes seconds, and the pages should be up before
        import torch

        from training.models import choose_device, load_model

        record = self._record()
        with self._lock:
            if self._loaded is None and self._threads:
                torch.set_num_threads(self._threads)
            if self._loaded is None or self._loaded[0] != record.id:
                self._loaded = (
                    record.id,
                    load_model(self._store, record, device=choose_device(self._device), fastest=True),
                )
            return record, self._loaded[1]

    def warm_up(self) -> None:
        """Load the live model in the background and let it predict once, so that the first stroke waits for nothing.

        Does nothing for a version that is warm already.
        """
        record = self._record()
        with self._lock:
            if self._warm == record.id:
                return
            self._warm = record.id
            self._warming = threading.Thread(target=self._run_once, name="warm-up", daemon=True)
        self._warming.start()

    def close(self) -> None:
        """Wait for a warming-up: a program that ends while an engine starts a thread falls instead of ending."""
        if self._warming is not None:
            self._warming.join(LONGEST_WARM_UP)

    def _record(self) -> ModelRecord:
        """Which version is live: asked anew after a second, not with every stroke."""
        asked = self._asked
        if asked is None or time.monotonic() - asked[0] > BELIEVED_SECONDS:
            asked = self._asked = (time.monotonic(), model_registry.live_model(self._store))
        return asked[1]

    def _run_once(self) -> None:
        _, matting = self.get()
        from matting_core.predictor import run_once

        run_once(matting)
        import pymatting  # noqa: F401  (for the export; compiles its kernels on the very first import)
