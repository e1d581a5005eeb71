"""What judges a version that was handed in: the gate that judges those trained here."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from annotation_store.errors import NOT_NOW
from annotation_store.kinds import Origin
from annotation_store.learning import model_registry
from annotation_store.records import ModelRecord
from annotation_store.states import ModelState
from annotation_store.store import Store
from matting_core.errors import MattingError
from studio.settings import Settings

log = structlog.get_logger()

_FIRST_LOCK = int.from_bytes(b"judg") << 31
"""The lock of a version is that of its number above this one, in all versions of the program."""

_at_work: set[int] = set()
_changing = threading.Lock()


def judge_import(store: Store, settings: Settings, model_id: int, by: str) -> None:
    """Judge at once, which takes some seconds for each held-out image. Raises as `decide_on_newcomer` does."""
    # imported late: torch takes seconds, and the worker should draft before
    from training.deciding import decide_on_newcomer
    from training.models import choose_device

    decide_on_newcomer(
        store,
        model_registry.get_model(store, model_id),
        validation_share=settings.validation_share,
        by=by,
        device=choose_device(settings.device),
    )


def judge_in_background(store: Store, settings: Settings, model_id: int, by: str) -> None:
    """The same for the worker, whom nothing may stop: what went wrong stands in the log, and the version waits.

    A message may come twice: what is being judged somewhere, or was judged meanwhile, is left alone.
    """
    try:
        with structlog.contextvars.bound_contextvars(model=model_id), _only_here(store, model_id) as is_only_here:
            if is_only_here and _waits(model_registry.get_model(store, model_id)):
                judge_import(store, settings, model_id, by)
    except NOT_NOW as error:
        log.warning("a version that was handed in waits to be judged", model=model_id, reason=str(error))
    except MattingError as error:
        log.warning("a version that was handed in cannot be judged", model=model_id, reason=str(error))
    except Exception:
        log.exception("a version that was handed in cannot be judged", model=model_id)


def newcomers(store: Store) -> tuple[ModelRecord, ...]:
    """Versions that were handed in and that no gate has spoken of, the oldest first."""
    return tuple(model for model in reversed(model_registry.list_models(store)) if _waits(model))


def _waits(model: ModelRecord) -> bool:
    return model.origin is Origin.IMPORTED and model.state is ModelState.CANDIDATE and model.verdict is None


@contextmanager
def _only_here(store: Store, model_id: int) -> Iterator[bool]:
    """Whether no other thread, and no other computer, is in here for the same version."""
    with _changing:
        is_first = model_id not in _at_work
        _at_work.add(model_id)
    if not is_first:
        yield False
        return
    try:
        with store.database.alone(_FIRST_LOCK + model_id) as is_alone:
            yield is_alone
    finally:
        with _changing:
            _at_work.discard(model_id)
