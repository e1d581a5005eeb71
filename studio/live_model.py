"""The live model of a store, loaded when first needed and replaced when another version goes live."""

import threading

from annotation_store import model_registry
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from matting_core.matting import Matting


class LiveModel:
    """Thread-safe."""

    def __init__(self, store: Store, *, device: str, threads: int = 0) -> None:
        """threads: CPU threads that a prediction uses; 0 leaves torch its own choice, all cores."""
        self._store = store
        self._threads = threads
        self._device = device
        self._lock = threading.Lock()
        self._loaded: tuple[int, Matting] | None = None

    def get(self) -> tuple[ModelRecord, Matting]:
        """The record and the ready model that are live right now."""
        # imported late: torch takes seconds, and the pages should be up before
        import torch

        from training.models import choose_device, load_model

        record = model_registry.live_model(self._store)
        with self._lock:
            if self._loaded is None and self._threads:
                torch.set_num_threads(self._threads)
            if self._loaded is None or self._loaded[0] != record.id:
                self._loaded = (
                    record.id,
                    load_model(self._store, record, device=choose_device(self._device), fastest=True),
                )
            return record, self._loaded[1]
