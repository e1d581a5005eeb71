"""The model versions that are loaded on the device: as many as its memory holds, the least recently used goes first."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

import structlog

from annotation_store.records import ModelRecord
from matting_core.errors import DeviceFullError
from matting_core.matting import Matting, footprint_of

log = structlog.get_logger()

AGAIN_SECONDS = 60.0
"""So long after a version could not be warmed up, that is not tried again by itself."""


class LoadedModels:
    """Thread-safe. While one version is being loaded, those that are there go on answering."""

    def __init__(self, load: Callable[[ModelRecord], Matting], *, room: Callable[[], int]) -> None:
        """load: may raise torch.OutOfMemoryError. room: bytes that all of them may hold together."""
        self._load, self._room = load, room
        self._lock = threading.Lock()
        self._loading = threading.Lock()  # one at a time: each takes what the machine has
        self._loaded: OrderedDict[int, Matting] = OrderedDict()  # by version, the latest used one last
        self._held: dict[int, int] = {}  # bytes, by version
        self._warm: set[int] = set()
        self._failed: dict[int, float] = {}  # by version, when

    def get(self, record: ModelRecord) -> Matting:
        """The version, loaded now if it is not there. Raises DeviceFullError, and as `training.models.load_model`."""
        if (found := self.find(record.id)) is not None:
            return found
        with self._loading:
            if (found := self.find(record.id)) is not None:
                return found
            matting = self._load_within_memory(record)
            held = footprint_of(matting)
            if held > (room := self._room()):  # asked only now: loading is what finds out about the device
                raise _too_large(record, held, room)
            with self._lock:
                self._loaded[record.id], self._held[record.id] = matting, held
                while sum(self._held.values()) > room:
                    self._drop()
            return matting

    def find(self, version: int) -> Matting | None:
        """The version if it is there; it counts as used."""
        with self._lock:
            if version in self._loaded:
                self._loaded.move_to_end(version)
            return self._loaded.get(version)

    def is_warm(self, version: int) -> bool:
        """Whether it is there and has answered once."""
        with self._lock:
            return version in self._warm

    def may_warm(self, version: int) -> bool:
        """Whether there is something to do for `warm`, and it has not failed just now."""
        failed = self._failed.get(version)
        return not self.is_warm(version) and (failed is None or time.monotonic() - failed > AGAIN_SECONDS)

    def warm(self, record: ModelRecord) -> None:
        """Load the version and let it predict once: the first run of an engine takes seconds. Logs what fails."""
        from matting_core.predictor import run_once  # late: torch takes seconds

        try:
            run_once(self.get(record))
        except Exception as error:
            self._failed[record.id] = time.monotonic()
            log.exception("a model could not be warmed up", model=record.name, reason=str(error))
            return
        self._failed.pop(record.id, None)
        with self._lock:
            if record.id in self._loaded:
                self._warm.add(record.id)

    def held(self) -> int:
        """Bytes that they hold together."""
        with self._lock:
            return sum(self._held.values())

    def all(self) -> list[Matting]:
        with self._lock:
            return list(self._loaded.values())

    def _load_within_memory(self, record: ModelRecord) -> Matting:
        import torch

        while True:
            try:
                return self._load(record)
            except torch.OutOfMemoryError as error:
                with self._lock:
                    if not self._loaded:
                        raise _too_large(record, None, self._room()) from error
                    self._drop()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()

    def _drop(self) -> None:
        version, _ = self._loaded.popitem(last=False)  # whoever predicts with it holds it until the end
        self._held.pop(version, None)
        self._warm.discard(version)


def _too_large(record: ModelRecord, held: int | None, room: int) -> DeviceFullError:
    needs = "more" if held is None else f"{held / 1e6:.0f} MB of memory"
    return DeviceFullError(
        f"The model {record.name} needs {needs}, but the studio has {room / 1e6:.0f} MB on its device: raise "
        "MATTELOOP_DEVICE_MEMORY_MEGABYTES, or let a smaller model serve."
    )
