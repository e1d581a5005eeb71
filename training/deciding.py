"""From a candidate to its standings: judged beside what serves, placed by the policy of each project, and noted."""

from annotation_store.errors import NotEnoughApprovedError
from annotation_store.learning import model_registry, training_runs, training_sets
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from training.drafter.understudies import Understudies
from training.gate.limits import GateLimits
from training.judging import OnImage, judge_candidate
from training.placing import place_candidate


def decide_on(
    store: Store,
    candidate: ModelRecord,
    training_set_id: int,
    *,
    device: str = "cpu",
    limits: GateLimits | None = None,
    understudies: Understudies | None = None,
    on_image: OnImage | None = None,
) -> str:
    """Judge a candidate by the held-out part of a training set, and give it its standings; the verdict in words.

    understudies: as of `judge_candidate`. Raises WeightsError or DamagedBlobError where its file is not what it should
    be.
    """
    verdict = judge_candidate(
        store,
        candidate,
        training_set_id,
        device=device,
        limits=limits,
        understudies=understudies,
        on_image=on_image,
    )
    words = place_candidate(store, candidate, verdict)
    model_registry.note_verdict(store, candidate.id, words, metrics=verdict.as_json())
    return words


def decide_on_newcomer(
    store: Store, candidate: ModelRecord, *, validation_share: float, by: str, device: str = "cpu"
) -> str | None:
    """As `decide_on`, for a version that was trained elsewhere; None where too little is approved to judge it by.

    What it learnt from, if that is known, says what judges it; else what is approved now does.
    """
    run = None if candidate.training_run_id is None else training_runs.get_run(store, candidate.training_run_id)
    number = None if run is None else run.training_set_id
    if number is None:
        try:
            number = training_sets.freeze(store, validation_share=validation_share, by=by).id
        except NotEnoughApprovedError:
            return None
    return decide_on(store, candidate, number, device=device)
