"""Whether a trigger has its reason to begin a training, and what each of them waits for.

Each fires once for a reason. Approvals count from the last training set on, or from the last time that they fired. A
moment of the schedule counts once, and only if something had been approved since the last training set by then; one
that passed while the studio was off is made up for. A rise of the effort is looked for among images approved since it
last fired, so that what was answered by a training is what is usual from then on.

Nothing fires while a training is unfinished, or as long as too little is approved to train on: a reason waits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, func, select

from annotation_store import schema
from annotation_store.clock import utc_now
from annotation_store.errors import NotEnoughApprovedError
from annotation_store.kinds import RunCause, TriggerKind, Verdict
from annotation_store.learning.effort import latest_efforts
from annotation_store.learning.effort_change import EffortChange, effort_change
from annotation_store.learning.schedules import last_moment, next_moment
from annotation_store.learning.training_runs import UNFINISHED
from annotation_store.learning.training_sets import check_enough
from annotation_store.learning.triggers import list_triggers
from annotation_store.queue.copies import IS_NO_COPY
from annotation_store.records import TriggerRecord
from annotation_store.states import ImageState
from annotation_store.store import Store

RECENT = 20
"""Images approved last, whose effort is held against that of those before."""
LEAST_BEFORE, MOST_BEFORE = 20, 200
"""Of how many images before them the running mean is taken."""
CONFIDENCE = 0.9
"""Where nothing changed, a rise is seen in one of twenty looks at other images."""


class Hindrance(StrEnum):
    """Why a trigger fires nothing, whatever it waits for. In the order in which they are told."""

    PAUSED = "paused"
    IN_TRAINING = "in_training"  # a training waits or runs
    TOO_LITTLE = "too_little"  # approved, to learn from and to judge by


@dataclass(frozen=True, slots=True)
class NewApprovals:
    """So many images were newly approved, of so many that it takes."""

    approved: int
    wanted: int

    @property
    def reached(self) -> bool:
        return self.approved >= self.wanted


@dataclass(frozen=True, slots=True)
class NextMoment:
    """When the schedule comes up next, None if never. missed: a moment that passed and is not answered yet."""

    next_at: datetime | None
    missed: datetime | None

    @property
    def reached(self) -> bool:
        return self.missed is not None


@dataclass(frozen=True, slots=True)
class EffortRise:
    """The mean painted area of the last images beside the running mean before them.

    missing: so many more images must be approved before anything can be said; change is None until then. limit: the
    rise from which on it counts, if it is beyond chance.
    """

    missing: int
    change: EffortChange | None
    limit: float

    @property
    def reached(self) -> bool:
        return self.change is not None and self.change.is_more and self.change.relative >= self.limit


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a trigger waits for, and what stands against its firing even then."""

    trigger: TriggerRecord
    awaits: NewApprovals | NextMoment | EffortRise
    hindrance: Hindrance | None

    @property
    def is_due(self) -> bool:
        return self.awaits.reached and self.hindrance is None


def outlooks(store: Store, now: datetime | None = None) -> tuple[Outlook, ...]:
    """Of all triggers, in the order of their kinds. now: aware, the present moment if it is not given."""
    now = now or utc_now()
    hindrance = _in_training(store) or _too_little(store)
    return tuple(
        Outlook(trigger, _awaits(store, trigger, now), hindrance if trigger.active else Hindrance.PAUSED)
        for trigger in list_triggers(store)
    )


def all_due(store: Store, now: datetime) -> tuple[TriggerKind, ...]:
    """The triggers that are due: one training answers them all. Cheap as long as none has its reason."""
    active = (trigger for trigger in list_triggers(store) if trigger.active)
    reached = tuple(trigger.kind for trigger in active if _awaits(store, trigger, now).reached)
    return () if not reached or _in_training(store) or _too_little(store) else reached


def due(store: Store, now: datetime) -> TriggerKind | None:
    """The first trigger that is due, None if none is."""
    return next(iter(all_due(store, now)), None)


def _awaits(store: Store, trigger: TriggerRecord, now: datetime) -> NewApprovals | NextMoment | EffortRise:
    trained, fired = _last_set(store), _last_fired(store, trigger)
    match trigger.kind:
        case TriggerKind.APPROVALS:
            since = _latest((trained, fired))
            return NewApprovals(_newly_approved(store, since=since, until=now), trigger.approvals or 1)
        case TriggerKind.SCHEDULE:
            return _next_moment(store, trigger, trained=trained, fired=fired, now=now)
        case TriggerKind.EFFORT:
            return _effort_rise(store, trained=trained, fired=fired, limit=trigger.rise or 0.0)


def _next_moment(
    store: Store, trigger: TriggerRecord, *, trained: datetime | None, fired: datetime | None, now: datetime
) -> NextMoment:
    schedule, zone = trigger.schedule or "", trigger.time_zone or "UTC"
    missed = last_moment(schedule, zone, until=now)
    answered = max(trigger.changed_at, fired or trigger.changed_at)
    if missed is not None and (missed <= answered or not _newly_approved(store, since=trained, until=missed)):
        missed = None
    return NextMoment(next_moment(schedule, zone, after=now), missed)


def _effort_rise(store: Store, *, trained: datetime | None, fired: datetime | None, limit: float) -> EffortRise:
    efforts = latest_efforts(store, RECENT + MOST_BEFORE, since=fired)
    before, recent = efforts[:-RECENT], efforts[-RECENT:]
    # those drafted before the last training show what it learnt from, not what it brought
    answered = sum(trained is not None and each.approved_at <= trained for each in recent)
    missing = max(RECENT + LEAST_BEFORE - len(efforts), answered)
    if missing > 0:
        return EffortRise(missing, None, limit)
    areas = ([each.painted_area for each in part] for part in (before, recent))
    return EffortRise(0, effort_change(*areas, confidence=CONFIDENCE), limit)


def _newly_approved(store: Store, *, since: datetime | None, until: datetime) -> int:
    """Images that are approved now, and were approved after `since` and up to `until`."""
    decision, image = schema.Decision, schema.Image
    # asked for each decision since then, which are few, not the other way round: approved images are many
    is_approved = exists().where(image.id == decision.image_id, image.state == ImageState.APPROVED, IS_NO_COPY)
    query = select(func.count(decision.image_id.distinct())).where(
        decision.verdict == Verdict.APPROVED, decision.created_at <= until, is_approved
    )
    if since is not None:
        query = query.where(decision.created_at > since)
    with store.database.read() as session:
        return session.scalar(query) or 0


def _last_set(store: Store) -> datetime | None:
    """When a training last wrote down what it learns from."""
    with store.database.read() as session:
        return session.scalar(select(func.max(schema.TrainingSet.created_at)))


def _last_fired(store: Store, trigger: TriggerRecord) -> datetime | None:
    """Also where the program fell between asking for a training and noting that."""
    asked = select(func.max(schema.TrainingRun.created_at)).filter_by(cause=RunCause(trigger.kind.value))
    with store.database.read() as session:
        return _latest((trigger.fired_at, session.scalar(asked)))


def _in_training(store: Store) -> Hindrance | None:
    unfinished = select(schema.TrainingRun.id).where(schema.TrainingRun.state.in_(UNFINISHED)).limit(1)
    with store.database.read() as session:
        return None if session.scalar(unfinished) is None else Hindrance.IN_TRAINING


def _too_little(store: Store) -> Hindrance | None:
    try:
        check_enough(store)
    except NotEnoughApprovedError:
        return Hindrance.TOO_LITTLE
    return None


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)
