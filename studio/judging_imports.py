"""What judges a version that was handed in: the gate that judges those trained here."""

import structlog

from annotation_store.errors import NOT_NOW
from annotation_store.learning import model_registry
from annotation_store.store import Store
from matting_core.errors import MattingError
from studio.settings import Settings

log = structlog.get_logger()


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
    """The same for the worker, whom nothing may stop: what went wrong stands in the log, and the version waits."""
    try:
        with structlog.contextvars.bound_contextvars(model=model_id):
            judge_import(store, settings, model_id, by)
    except NOT_NOW as error:
        log.warning("a version that was handed in waits to be judged", model=model_id, reason=str(error))
    except MattingError as error:
        log.warning("a version that was handed in cannot be judged", model=model_id, reason=str(error))
    except Exception:
        log.exception("a version that was handed in cannot be judged", model=model_id)
