"""A version that was trained elsewhere becomes a candidate: the same checks, the same gate as for one trained here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from annotation_store.blobs import digest_of
from annotation_store.errors import NotFoundError
from annotation_store.kinds import Origin
from annotation_store.learning import model_registry, runs_elsewhere, training_sets
from annotation_store.learning.training_runs import Point
from annotation_store.records import ModelRecord
from annotation_store.store import Store
from training.incoming_version import ImportRefusedError, IncomingVersion
from training.model_card import ELSEWHERE, Card, weights_on_card
from training.provenance import UNKNOWN_LICENCE, Source, as_rows, commercial_warning
from training.training_set_digest import digest_of_training_set
from training.trial import kind_of, load_on_trial

LONGEST_LICENCE = 1000

Judge = Callable[[Store, int], object]
"""Has the gate judge the version of this number in every project."""


@dataclass(frozen=True, slots=True)
class Imported:
    """model: as it stands after the gate, if one was asked. warning: about commercial use."""

    model: ModelRecord
    warning: str | None


def import_version(
    store: Store, incoming: IncomingVersion, *, by: str, licence: str | None = None, judge: Judge | None = None
) -> Imported:
    """Check a version, enter it as a candidate, and have it judged.

    licence: what whoever hands it in knows of it; the card's otherwise, and unknown without both. Parent and training
    set are found by the digests on the card, so that what it learnt from counts as learnt here. Raises WeightsError
    if it does not pass its trial, and ImportRefusedError if it is here already.
    """
    card, digest = incoming.card, digest_of(incoming.weights)
    if licence is not None and len(licence) > LONGEST_LICENCE:
        raise ImportRefusedError(f"the licence has {len(licence)} characters: name it in {LONGEST_LICENCE} at most")
    kind = kind_of(incoming.architecture)
    if card is not None and card.kind is not kind:
        raise ImportRefusedError(
            f"the card says that this is a {card.kind.value} version, but {incoming.architecture} makes a "
            f"{kind.value} one: hand in the card that belongs to it"
        )
    if (twin := version_of_digest(store, digest)) is not None:
        raise ImportRefusedError(f"these weights are here already, as {twin.name}: use that version")
    load_on_trial(kind, incoming.architecture, incoming.weights)
    parent = _parent(store, card, architecture=incoming.architecture)
    training_set_id = _training_set(store, card)
    sources = _sources(incoming, licence, own=training_set_id is not None)
    run_id = None
    if card is not None and (card.curve or training_set_id is not None):
        run_id = runs_elsewhere.enter_run_elsewhere(
            store,
            kind=kind,
            training_set_id=training_set_id,
            parent_model_id=None if parent is None else parent.id,
            points=[Point(point.step, point.figures) for point in {each.step: each for each in card.curve}.values()],
            device=None if card.machine is None else card.machine.device,
            verdict=f"Trained elsewhere; {incoming.name} was handed in by {by}.",
            by=by,
        ).id
    model = model_registry.register_candidate(
        store,
        architecture=incoming.architecture,
        weights=incoming.weights,
        parent_id=None if parent is None else parent.id,
        run_id=run_id,
        metrics={},
        licence=licence or (card.licence if card else "") or UNKNOWN_LICENCE,
        code_version=(card.code_version if card else None) or "unknown",
        kind=kind,
        origin=Origin.IMPORTED,
        recipe=_recipe(incoming),
        provenance=as_rows(sources),
        by=by,
    )
    if run_id is not None:
        runs_elsewhere.attach_candidate(store, run_id, model.id)
    if card is not None and card.notes:
        model_registry.annotate(store, model.id, card.notes, by=by)
    if judge is not None:
        judge(store, model.id)
    return Imported(model_registry.get_model(store, model.id), commercial_warning(sources))


def version_of_digest(store: Store, digest: str) -> ModelRecord | None:
    """The oldest version that has the weights of this SHA-256."""
    for model in reversed(model_registry.list_models(store)):
        if model.weights_blob == digest:
            return model
        if model.weights_blob is None and (weights := weights_on_card(store, model)) and weights.digest == digest:
            return model
    return None


def _parent(store: Store, card: Card | None, *, architecture: str) -> ModelRecord | None:
    if card is None or not card.lineage or card.lineage[0].sha256 is None:
        return None
    found = version_of_digest(store, card.lineage[0].sha256)
    return found if found is not None and found.architecture == architecture else None


def _training_set(store: Store, card: Card | None) -> int | None:
    """The number that the card tells, if what is learnt from is the same."""
    if card is None or card.training_set is None:
        return None
    number = card.training_set.number
    try:
        training_sets.get_training_set(store, number)
    except (NotFoundError, OverflowError):
        return None
    return number if digest_of_training_set(store, number) == card.training_set.digest else None


def _sources(incoming: IncomingVersion, licence: str | None, *, own: bool) -> list[Source]:
    told = [] if incoming.card is None else [source.judged_anew(own=own) for source in incoming.card.provenance]
    if licence is not None or not told:
        stated = licence or (incoming.card.licence if incoming.card else UNKNOWN_LICENCE)
        told = [Source.under(stated, what="weights", source=incoming.name).judged_anew(own=own), *told]
    return told


def _recipe(incoming: IncomingVersion) -> dict[str, Any]:
    card = incoming.card
    if card is None:
        return {ELSEWHERE: {"file": incoming.name}}
    machine = None if card.machine is None else card.machine.model_dump()
    return {**card.recipe, ELSEWHERE: {"file": incoming.name, "machine": machine, "bundle": card.bundle}}
