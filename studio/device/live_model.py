"""The models that serve a store's images: loaded when first needed, and warm before they take over from others."""

import threading
import time
from collections import Counter, OrderedDict

import structlog

from annotation_store.learning import what_serves
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from matting_core.matting import Matting
from studio.device.loaded_models import LoadedModels
from studio.device.turns import ON_A_CPU, ON_A_GPU

log = structlog.get_logger()

LONGEST_WARM_UP = 30.0  # seconds
BELIEVED_SECONDS = 1.0
"""So long after a promotion another version may still answer."""
WATCH_SECONDS = 3.0
"""Between two looks for versions that have begun to serve."""
MOST_REMEMBERED = 10_000
"""Questions whose last answer is known."""

_Asked = tuple[int | None, bool]


class LiveModel:
    """Thread-safe."""

    def __init__(self, store: Store, *, device: str, threads: int = 0, memory_megabytes: int = 0) -> None:
        """threads: CPU threads that a prediction uses; 0 leaves torch its own choice, all cores. memory_megabytes: of
        the device that models and predictions may have; 0 for what there is, less a reserve."""
        self._store = store
        self._threads = threads
        self._device = device
        self._memory_megabytes = memory_megabytes
        self._chosen, self._room = "", 0
        self._lock = threading.Lock()
        self._answers: dict[_Asked, tuple[float, ModelRecord]] = {}  # when the store was asked, and what it said
        self._served: OrderedDict[_Asked, ModelRecord] = OrderedDict()  # what answered last, the latest asked last
        self._models = LoadedModels(self._load, room=lambda: self._room)
        self._warming: dict[int, threading.Thread] = {}  # by version
        self._watcher: threading.Thread | None = None
        self._closing = threading.Event()

    def get(self, image_id: int | None = None, *, drafting: bool = False) -> tuple[ModelRecord, Matting]:
        """The record and the ready model that serve an image right now, or that serve where nothing else is said.

        drafting: for a new draft, of which a candidate on trial may make a share. In a process that keeps models warm,
        a version that has just gone live takes over once it is. Raises DeviceFullError, and as
        `training.models.load_model`.
        """
        asked = (image_id, drafting)
        record = self._record(image_id, drafting=drafting)
        if self._watcher is not None and not self._models.is_warm(record.id):
            before = self._served.get(asked)
            if before is not None and before.id != record.id and (old := self._models.find(before.id)) is not None:
                self._warm_soon(record)
                return before, old
        matting = self._models.get(record)
        with self._lock:
            self._served[asked] = record
            self._served.move_to_end(asked)
            if len(self._served) > MOST_REMEMBERED:
                self._served.popitem(last=False)
        return record, matting

    def for_project(self, project_id: int) -> tuple[ModelRecord, Matting]:
        """As `get`, for a photo that is no image yet: what serves its project, never a candidate on trial."""
        record = what_serves.live_model(self._store, project_id)
        return record, self._models.get(record)

    @property
    def device(self) -> str:
        """Where models run; as the settings say it until one is loaded."""
        return self._chosen or self._device

    @property
    def at_once(self) -> int:
        """How many predictions keep the device busy without hindering each other."""
        return ON_A_GPU if self.device == "cuda" else ON_A_CPU

    def warm_up(self, image_id: int | None = None) -> None:
        """Load a model in the background and let it predict once, so that the first stroke waits for nothing.

        Does nothing for a version that is warm already. Without an image: from now on, whatever comes to serve or goes
        on trial in any project is warmed up before it is asked, and takes over once it is warm.
        """
        self._warm_soon(self._record(image_id, drafting=False))
        with self._lock:
            if image_id is None and self._watcher is None:
                self._watcher = threading.Thread(target=self._watch, name="warm-models", daemon=True)
                self._watcher.start()

    def close(self) -> None:
        """Wait for a warming-up: a program that ends while an engine starts a thread falls instead of ending."""
        self._closing.set()
        for thread in [*self._warming.values(), *([self._watcher] if self._watcher else [])]:
            thread.join(LONGEST_WARM_UP)

    def loaded(self) -> int:
        """How many versions are ready."""
        return len(self._models.all())

    def memory_held(self) -> int:
        """Bytes of the device that the loaded versions hold."""
        return self._models.held()

    def batch_sizes(self) -> dict[int, int]:
        """How many batches there were of each size, of the versions that are loaded."""
        found: Counter[int] = Counter()
        for matting in self._models.all():
            if (batches := getattr(matting, "batches", None)) is not None:
                found.update(dict(batches.sizes))
        return dict(found)

    def _load(self, record: ModelRecord) -> Matting:
        # imported late: torch takes seconds, and the pages should be up before
        import torch

        from studio.device import memory
        from training.models import choose_device, load_model

        if not self._chosen:
            if self._threads:
                torch.set_num_threads(self._threads)
            chosen = choose_device(self._device)
            self._room = memory.room_on(chosen, megabytes=self._memory_megabytes)
            memory.keep_within(chosen, self._room)
            self._chosen = chosen
        on_a_gpu = self._chosen != "cpu"
        batch_pixels = self._batch_pixels if on_a_gpu else None  # a CPU is busy with one
        return load_model(self._store, record, device=self._chosen, fastest=True, batch_pixels=batch_pixels)

    def _batch_pixels(self) -> int:
        from studio.device import memory

        return memory.batch_pixels(room=self._room, held=self._models.held())

    def _warm_soon(self, record: ModelRecord) -> None:
        with self._lock:
            under_way = self._warming.get(record.id)
            if self._closing.is_set() or (under_way is not None and under_way.is_alive()):
                return
            if self._models.may_warm(record.id):
                thread = threading.Thread(target=self._warm, args=(record,), name="warm-up", daemon=True)
                thread.start()
                self._warming[record.id] = thread

    def _warm(self, record: ModelRecord) -> None:
        self._models.warm(record)
        import pymatting  # noqa: F401  (for the export; compiles its kernels on the very first import)

    def _watch(self) -> None:
        """Warm up each version once it begins to serve. One that had to make room since is loaded when it is asked."""
        known: set[int] = set()
        while not self._closing.wait(WATCH_SECONDS):
            try:
                serving = what_serves.all_at_work(self._store)
            except Exception as error:  # it is asked again soon
                log.debug("what serves is not known now", reason=str(error))
                continue
            for record in serving:
                if record.id not in known and not self._closing.is_set() and self._models.may_warm(record.id):
                    self._models.warm(record)
            known = {record.id for record in serving}

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
