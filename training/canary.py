"""What becomes of a canary: the effort that its drafts cost people decides, beside the drafts of the live version.

Both make drafts of one project in the same weeks, and chance alone says which makes which. Compared is what people
painted until they approved, as a mean over images. It is looked at four times, when each of both has 8, 15, 30 and 60
approved images, and each time only a difference that chance makes in 1.8 of 100 cases decides: over four looks these
add up to 5 (Pocock, "Group sequential methods in the design and analysis of clinical trials", Biometrika 64, 1977).
What is not better after the last look is refused: there is no reason to change.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from annotation_store.errors import DamagedBlobError, InvalidTransitionError
from annotation_store.kinds import ModelKind
from annotation_store.learning import model_registry, standings, what_serves
from annotation_store.learning.effort import efforts_of_drafts_since
from annotation_store.learning.effort_change import EffortChange, effort_change
from annotation_store.records import EffortRecord, ModelRecord, StandingRecord
from annotation_store.states import StandingState
from annotation_store.store import Store
from matting_core.errors import WeightsError

LOOKS = (8, 15, 30, 60)
"""Approved images of each that it takes to look again."""
CONFIDENCE = 1 - 0.0182
ACTOR = "canary"
MOST = 1000  # percent: beside next to nothing, no figure says anything


class CanaryDecision(StrEnum):
    """What the effort says about a canary."""

    BETTER = "better"  # it goes live
    WORSE = "worse"
    NOT_BETTER = "not_better"  # after the last look
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class CanaryVerdict:
    """A canary of one project beside what is live there.

    images, live_images: approved, that either drafted; where it is decided, those by which it was. missing: how many
    more of the rarer ones it takes to look again. area, strokes: from the live drafts to its own, None as long as there
    are not two of each; the area decides. live: the name of the version, None for the automatic drafter.
    """

    model_id: int
    project_id: int
    kind: ModelKind
    decision: CanaryDecision
    live: str | None
    images: int
    live_images: int
    missing: int
    area: EffortChange | None
    strokes: EffortChange | None

    def as_json(self) -> dict[str, Any]:
        """For a JSON column."""
        return asdict(self)

    def in_words(self) -> str:
        """One or two sentences in English; pages that speak other languages write their own from the same figures."""
        live = self.live or "the automatic drafter"
        beside = f"on {self.images} images beside {self.live_images} of {live}"
        if self.area is None or self.strokes is None:
            return f"Undecided: there are too few approved images yet ({beside})."
        head = {
            CanaryDecision.BETTER: f"Less work than {live}",
            CanaryDecision.WORSE: f"More work than {live}",
            CanaryDecision.NOT_BETTER: f"No less work than {live} that could not be chance",
            CanaryDecision.UNDECIDED: "Undecided",
        }[self.decision]
        between = f"from {_signed(self.area.low)} to {_signed(self.area.high)} %"
        area = f"painted area {_percent(self.area.relative)} ({between})"
        text = f"{head}: {area} and strokes {_percent(self.strokes.relative)} {beside}."
        return f"{text} Looked at again after {self.missing} more." if self.missing else text


def canary_verdicts(store: Store) -> tuple[CanaryVerdict, ...]:
    """Of all canaries, as things stand."""
    return tuple(_judge(store, standing) for standing in _canaries(store))


def decide(drafts: Sequence[tuple[float, bool]]) -> tuple[CanaryDecision, int]:
    """What the painted areas say, in the order of approval, each with whether the canary made the draft.

    Also how many of the first ones it is decided by: all as long as it is undecided.
    """
    count = len(drafts)
    for look in LOOKS:
        if (reached := _reached(drafts, look)) is None:
            return CanaryDecision.UNDECIDED, len(drafts)
        count = reached
        change = _change(drafts[:count])
        if change is not None and (change.is_less or change.is_more):
            return CanaryDecision.BETTER if change.is_less else CanaryDecision.WORSE, count
    return CanaryDecision.NOT_BETTER, count


def settle_canaries(store: Store, *, load: Callable[[ModelRecord], object]) -> tuple[CanaryVerdict, ...]:
    """Let the canaries go live that are better, refuse those that are not, and return what was so decided.

    load: loads a version, and raises WeightsError or DamagedBlobError where its file is not what it was: such a one is
    refused. What people have decided meanwhile stays.
    """
    return tuple(verdict for standing in _canaries(store) if (verdict := _settle(store, standing, load)) is not None)


def _canaries(store: Store) -> Iterator[StandingRecord]:
    yield from (each for each in standings.list_standings(store) if each.state is StandingState.CANARY)


def _settle(store: Store, standing: StandingRecord, load: Callable[[ModelRecord], object]) -> CanaryVerdict | None:
    verdict = _judge(store, standing)
    if verdict.decision is CanaryDecision.UNDECIDED:
        return None
    state, words = StandingState.REFUSED, verdict.in_words()
    if verdict.decision is CanaryDecision.BETTER:
        try:
            load(model_registry.get_model(store, standing.model_version_id))
            state = StandingState.LIVE
        except (WeightsError, DamagedBlobError) as error:
            words = f"{words} But it cannot serve: {error}"
    figures = {**standing.figures, "canary": verdict.as_json()}
    try:
        standings.place(store, verdict.model_id, verdict.project_id, state, by=ACTOR, verdict=words, figures=figures)
    except InvalidTransitionError:  # somebody has made it live, or refused it
        return None
    return verdict


def _judge(store: Store, standing: StandingRecord) -> CanaryVerdict:
    model = model_registry.get_model(store, standing.model_version_id)
    live = _live(store, standing)
    drafts = _drafts(store, standing, model, live)
    decision, count = decide([(effort.painted_area, is_its) for effort, is_its in drafts])
    used = drafts[:count]
    images = sum(is_its for _, is_its in used)
    rarer = min(images, len(used) - images)
    following = next((look for look in LOOKS if look > rarer), rarer)
    return CanaryVerdict(
        model_id=model.id,
        project_id=standing.project_id,
        kind=standing.kind,
        decision=decision,
        live=None if live is None else live.name,
        images=images,
        live_images=len(used) - images,
        missing=following - rarer if decision is CanaryDecision.UNDECIDED else 0,
        area=_change([(effort.painted_area, is_its) for effort, is_its in used]),
        strokes=_change([(effort.strokes, is_its) for effort, is_its in used]),
    )


_Drafts = Sequence[tuple[EffortRecord, bool]]
"""Each with whether the canary drafted it, in the order in which they were approved."""


def _drafts(store: Store, standing: StandingRecord, canary: ModelRecord, live: ModelRecord | None) -> _Drafts:
    """Of both, drafted since the canary began: what other versions drafted meanwhile says nothing about these two."""
    efforts = efforts_of_drafts_since(store, standing.changed_at, project_id=standing.project_id)
    learned = {each.name for each in model_registry.list_models(store) if each.kind is ModelKind.DRAFTER}

    def is_of_live(effort: EffortRecord) -> bool:
        return effort.drafter not in learned if live is None else _drafted_by(effort, live)

    return [(each, its) for each in efforts if (its := _drafted_by(each, canary)) or is_of_live(each)]


def _reached(drafts: Sequence[tuple[float, bool]], look: int) -> int | None:
    """How many drafts it took until there were `look` of each: however often one asks, a look is the same."""
    counts = {True: 0, False: 0}
    for place, (_, is_its) in enumerate(drafts, 1):
        counts[is_its] += 1
        if min(counts.values()) == look:
            return place
    return None


def _change(drafts: Sequence[tuple[float, bool]]) -> EffortChange | None:
    live, canary = ([figure for figure, is_its in drafts if is_its is side] for side in (False, True))
    return effort_change(live, canary, confidence=CONFIDENCE) if min(len(live), len(canary)) > 1 else None


def _live(store: Store, standing: StandingRecord) -> ModelRecord | None:
    if standing.kind is ModelKind.DRAFTER:
        return what_serves.live_drafter(store, standing.project_id)
    return what_serves.live_model(store, standing.project_id)


def _drafted_by(effort: EffortRecord, model: ModelRecord) -> bool:
    return effort.drafter == model.name if model.kind is ModelKind.DRAFTER else effort.model_version_id == model.id


def _percent(share: float) -> str:
    direction = "lower" if share < 0 else "higher"
    return f"over {MOST} % {direction}" if abs(share) > MOST / 100 else f"{100 * abs(share):.0f} % {direction}"


def _signed(share: float) -> str:
    return f"{min(100 * share, MOST):+.0f}"
