"""Which drafter a studio uses: the one it has taught, once there is one, else the automatic one."""

from functools import lru_cache
from pathlib import Path

import structlog

from annotation_store.store import Store
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.drafter import Drafter
from matting_core.drafting.learned import LearnedDrafter
from matting_core.errors import WeightsError

log = structlog.get_logger()

WEIGHTS_FILE = "drafter.safetensors"


def chosen_drafter(store: Store) -> Drafter:
    """The drafter for the next photo; a training that has ended meanwhile is noticed."""
    return learned_drafter(store) or AutomaticDrafter()


def learned_drafter(store: Store) -> LearnedDrafter | None:
    """The learned drafter; None if nothing was learnt yet, or, with a warning in the log, if its file is damaged."""
    path = weights_path(store)
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    try:
        return _load(path, status.st_mtime_ns, status.st_size)
    except (WeightsError, OSError) as error:
        log.warning("the learned drafter cannot be used", file=str(path), reason=str(error))
        return None


def weights_path(store: Store) -> Path:
    """Where the learned drafter's weights lie, if there are any."""
    return store.folder / WEIGHTS_FILE


@lru_cache(maxsize=1)
def _load(path: Path, _changed: int, _size: int) -> LearnedDrafter:
    """Kept until the file changes; a draft's network takes a tenth of a second on a CPU and needs no GPU."""
    return LearnedDrafter.from_weights(path.read_bytes())
