"""The models that serve a store's images, loaded when first needed and replaced when other versions go live."""

import threading
import time
from collections import OrderedDict

from annotation_store.learning import what_serves
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from matting_core.matting import Matting

LONGEST_WARM_UP = 30.0  # seconds
BELIEVED_SECONDS = 1.0
"""So long after a promotion another version may still answer."""
MOST_LOADED = 3
"""Projects may be served by different versions, and a candidate may be tried beside them."""

_Asked = tuple[int | None, bool]


class LiveModel:
    """Thread-safe."""

    def __init__(self, store: Store, *, device: str, threads: int = 0) -> None:
        """threads: CPU threads that a prediction uses; 0 leaves torch its own choice, all cores."""
        self._store = store
        self._threads = threads
        self._device = device
        self._chosen = ""
        self._lock = threading.Lock()
        self._answers: dict[_Asked, tuple[float, ModelRecord]] = {}  # when the store was asked, and what it said
        self._loaded: OrderedDict[int, Matting] = OrderedDict()  # by version, the latest used one last
        self._warm: set[int] = set()  # the versions that have predicted something already
        self._warming: list[threading.Thread] = []

    def get(self, image_id: int | None = None, *, drafting: bool = False) -> tuple[ModelRecord, Matting]:
        """The record and the ready model that serve an image right now, or that serve where nothing else is said.

        drafting: for a new draft, of which a candidate on trial may make a share.
        """
        return self._ready(self._record(image_id, drafting=drafting))

    def for_project(self, project_id: int) -> tuple[ModelRecord, Matting]:
        """As `get`, for a photo that is no image yet: what serves its project, never a candidate on trial."""
        return self._ready(what_serves.live_model(self._store, project_id))

    @property
    def device(self) -> str:
        """Where models run; as the settings say it until one is loaded."""
        return self._chosen or self._device

    def _ready(self, record: ModelRecord) -> tuple[ModelRecord, Matting]:
        # imported late: torch takes seconds, and the pages should be up before
        import torch

        from training.models import choose_device, load_model

        with self._lock:
            if not self._loaded and self._threads:
                torch.set_num_threads(self._threads)
            if record.id not in self._loaded:
                self._chosen = choose_device(self._device)
                self._loaded[record.id] = load_model(self._store, record, device=self._chosen, fastest=True)
                while len(self._loaded) > MOST_LOADED:
                    self._warm.discard(self._loaded.popitem(last=False)[0])
            self._loaded.move_to_end(record.id)
            return record, self._loaded[record.id]

    def warm_up(self, image_id: int | None = None) -> None:
        """Load a model in the background and let it predict once, so that the first stroke waits for nothing.

        Does nothing for a version that is warm already.
        """
        record = self._record(image_id, drafting=False)
        with self._lock:
            if record.id in self._warm:
                return
            self._warm.add(record.id)
            thread = threading.Thread(target=self._run_once, args=(image_id,), name="warm-up", daemon=True)
            thread.start()
            self._warming = [*(each for each in self._warming if each.is_alive()), thread]

    def close(self) -> None:
        """Wait for a warming-up: a program that ends while an engine starts a thread falls instead of ending."""
        for thread in self._warming:
            thread.join(LONGEST_WARM_UP)

    def _record(self, image_id: int | None, *, drafting: bool) -> ModelRecord:
        """Which version it is: asked anew after a second, not with every stroke."""
        now, asked = time.monotonic(), (image_id, drafting)
        if (answer := self._answers.get(asked)) is not None and now - answer[0] <= BELIEVED_SECONDS:
            return answer[1]
        if image_id is None:
            record = what_serves.live_model(self._store)
        else:
            record = what_serves.model_for_image(self._store, image_id, drafting=drafting)
        fresh = {key: kept for key, kept in list(self._answers.items()) if now - kept[0] <= BELIEVED_SECONDS}
        self._answers = {**fresh, asked: (now, record)}
        return record

    def _run_once(self, image_id: int | None) -> None:
        _, matting = self.get(image_id)
        from matting_core.predictor import run_once

        run_once(matting)
        import pymatting  # noqa: F401  (for the export; compiles its kernels on the very first import)
