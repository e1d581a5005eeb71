"""Which drafter drafts an image: the one that its project has taught, once there is one, else the automatic one."""

from functools import lru_cache

import structlog

from annotation_store.blobs import BlobStore
from annotation_store.errors import DamagedBlobError
from annotation_store.learning import what_serves
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from matting_core.drafting.automatic import AutomaticDrafter
from matting_core.drafting.drafter import Drafter
from matting_core.drafting.learned import LearnedDrafter
from matting_core.errors import WeightsError

log = structlog.get_logger()

MOST_LOADED = 4


def chosen_drafter(store: Store, image_id: int) -> Drafter:
    """The drafter for a new draft of an image. A learned one bears the name of its version.

    A version whose file is damaged is passed over, with a warning in the log.
    """
    if (version := what_serves.drafter_for_image(store, image_id)) is not None:
        try:
            return load_drafter(store, version)
        except (WeightsError, DamagedBlobError, OSError) as error:
            log.warning("the learned drafter cannot be used", version=version.name, reason=str(error))
    return AutomaticDrafter()


def load_drafter(store: Store, version: ModelRecord) -> LearnedDrafter:
    """A version as a ready drafter. Raises WeightsError, or DamagedBlobError where its file is not what it was."""
    if version.weights_blob is None:
        raise WeightsError(f"the drafter {version.name} has no weights")
    return _load(store.blobs, version.weights_blob, version.name)


@lru_cache(maxsize=MOST_LOADED)
def _load(blobs: BlobStore, weights: str, name: str) -> LearnedDrafter:
    """Kept, since a draft's network takes a tenth of a second on a CPU, and needs no GPU."""
    drafter = LearnedDrafter.from_weights(blobs.get(weights))
    drafter.name = name
    return drafter
