"""The mattes of blind comparisons: taken from the store where they are there, else made by the models in question.

The worker does this. It may be killed at any pair: what is made is kept, and the next one goes on from there.
"""

import threading
from collections.abc import Iterator

import structlog

from annotation_store import gallery, revisions
from annotation_store.comparisons import preparing
from annotation_store.comparisons.comparisons import get_comparison, list_pairs
from annotation_store.errors import NOT_NOW
from annotation_store.kinds import MatteSource
from annotation_store.learning import model_registry
from annotation_store.records import ComparisonPairRecord, ComparisonRecord
from annotation_store.states import ComparisonState
from annotation_store.store import Store
from matting_core.errors import MattingError
from matting_core.matting import Matting
from matting_core.predictor import predict

log = structlog.get_logger()

FALLEN = (
    "The program that makes the mattes was ended while it worked on this comparison, most often because memory ran "
    "out: close other programs, then try again. What is made already stays."
)
_one_at_a_time = threading.Lock()


def comparison_is_due(store: Store) -> bool:
    """Whether there is something for `prepare_comparisons` to do."""
    return preparing.next_to_prepare(store) is not None


def give_up_comparison(store: Store) -> None:
    """After the fall of a worker: the comparison that it was at may have caused that, and would again, for ever."""
    if (comparison := preparing.next_to_prepare(store)) is not None:
        log.warning("comparison given up", comparison=comparison.id)
        preparing.note_failure(store, comparison.id, FALLEN)


def prepare_comparisons(store: Store, *, device: str, until: threading.Event | None = None) -> None:
    """Make what is missing, the oldest comparison first; a second call meanwhile returns at once.

    A comparison whose mattes cannot be made is noted as failed, with the reason. device: as the setting. until: once it
    is set, nothing new is begun. Never raises: what cannot be stored now is logged, and made by a later call.
    """
    if not _one_at_a_time.acquire(blocking=False):
        return
    try:
        while not _is_set(until) and (comparison := preparing.next_to_prepare(store)) is not None:
            with structlog.contextvars.bound_contextvars(comparison=comparison.id):
                if not _prepare(store, comparison, device, until):
                    return
    except NOT_NOW as error:
        log.warning("a comparison waits", reason=str(error))
    finally:
        _one_at_a_time.release()


def _prepare(store: Store, comparison: ComparisonRecord, device: str, until: threading.Event | None) -> bool:
    """Whether it is over with this one, for good or ill. Raises one of NOT_NOW."""
    try:
        models = _Models(store, device)
        for pair in _missing(store, comparison):
            if _is_set(until):
                return False
            blobs = [
                _blob(store, pair, source, model_id, models)
                for source, model_id in (
                    (comparison.first, comparison.first_model_id),
                    (comparison.second, comparison.second_model_id),
                )
            ]
            preparing.keep_pair(store, pair.id, first_blob=blobs[0], second_blob=blobs[1])
        if preparing.open_prepared(store, comparison.id):
            log.info("comparison opened", comparison=comparison.id)
    except NOT_NOW:
        raise
    except MattingError as error:
        log.warning("comparison failed", comparison=comparison.id, reason=str(error))
        preparing.note_failure(store, comparison.id, str(error))
    except Exception as error:
        log.exception("comparison failed", comparison=comparison.id)
        reason = f"The mattes could not be made ({type(error).__name__}): the log of the studio says more."
        preparing.note_failure(store, comparison.id, reason)
    return True


def _missing(store: Store, comparison: ComparisonRecord) -> Iterator[ComparisonPairRecord]:
    """Pairs without their mattes; no more once it was closed."""
    for pair in list_pairs(store, comparison.id):
        if pair.first_blob is None or pair.second_blob is None:
            if get_comparison(store, comparison.id).state is not ComparisonState.PREPARING:
                return
            yield pair


class _Models:
    """Each version that is compared, loaded once; not in its fastest form, so that no precision decides."""

    def __init__(self, store: Store, device: str) -> None:
        self._store, self._device = store, device
        self._loaded: dict[int, Matting] = {}

    def get(self, model_id: int) -> Matting:
        # imported late: torch takes seconds, and the worker should draft before
        from training.models import choose_device, load_model

        if model_id not in self._loaded:
            record = model_registry.get_model(self._store, model_id)
            self._loaded[model_id] = load_model(self._store, record, device=choose_device(self._device))
        return self._loaded[model_id]


def _blob(store: Store, pair: ComparisonPairRecord, source: MatteSource, model_id: int | None, models: _Models) -> str:
    if (blob := preparing.blob_of_source(store, pair, source)) is not None:
        return blob
    assert model_id is not None  # noqa: S101, what a model makes names one
    trimap, _ = revisions.load_matte(store, preparing.compared_draft(store, pair))
    rgb = gallery.load_photo(store, gallery.get_image(store, pair.image_id)).rgb
    return preparing.keep_alpha(store, pair, predict(models.get(model_id), rgb, trimap))


def _is_set(until: threading.Event | None) -> bool:
    return until is not None and until.is_set()
