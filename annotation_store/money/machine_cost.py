"""What machines cost: trainings and serving, on this machine, and as if on a rented GPU.

A training's time is from its first start to its end. One that was interrupted and gone on with has the pauses between
in it, since only these two moments are kept: its time is at most too long, never too short. One that another machine
has carried out is entered with no time, so it costs nothing here. Drafts and strokes are measured where they are made
(`machine_hours.py`); drafts that failed are not in it, nor are exports and pages.

The rented GPU is paid by the hour that it works, as if it could be given back between two strokes. One that waits for
people all day costs more than that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from annotation_store import clock, schema
from annotation_store.kinds import MachineWork, ModelKind
from annotation_store.money.currencies import Currency
from annotation_store.money.figures import Figure, Quantity, Unit, figure
from annotation_store.money.pace import MONTH, count_approved, months_between
from annotation_store.money.rate_card import RateCard
from annotation_store.states import RunState
from annotation_store.store import Store

HOUR = 3600.0
HOURS_PER_MONTH = MONTH.total_seconds() / HOUR


@dataclass(frozen=True, slots=True)
class TrainingCost:
    """One training that has begun. seconds: what of it lies in the period; one that is not over counts to its last sign
    of life. here: electricity. cloud: as if on a rented GPU."""

    run_id: int
    kind: ModelKind
    state: RunState
    device: str | None
    started_at: datetime
    seconds: float
    attempts: int
    here: Figure
    cloud: Figure


@dataclass(frozen=True, slots=True)
class MachineFigures:
    """Of a period. seconds: of a machine at work. electricity: of all that work. price: of this machine, by the months.

    since: not before the first work of a machine; None if there is none. months: a week at least. images:
    approved meanwhile. here: electricity and price. cloud: the same work on a rented GPU, by its hours. here_per_month,
    cloud_per_month: at the pace of the period. here_per_image, cloud_per_image: None without any image.
    own_is_cheaper_from: busy hours a month of this machine; None if renting is cheaper however busy it is.
    """

    currency: Currency
    since: datetime | None
    until: datetime
    months: float
    images: int
    trainings: tuple[TrainingCost, ...]
    training_seconds: float
    drafting_seconds: float
    drafted_images: int
    correcting_seconds: float
    answered_strokes: int
    busy_hours_per_month: Figure
    electricity: Figure
    price: Figure
    here: Figure
    cloud: Figure
    here_per_month: Figure
    cloud_per_month: Figure
    here_per_image: Figure
    cloud_per_image: Figure
    own_is_cheaper_from: Figure


def machine_figures(
    store: Store, card: RateCard, *, since: datetime | None = None, until: datetime | None = None
) -> MachineFigures:
    """Of the whole studio, from `since` (None, or before its first work: from that on) to `until` (None: now), both
    aware, in the card's currency. Hours of drafts and strokes are kept as a whole: one belongs to the period if it
    begins there."""
    end = until or clock.utc_now()
    with store.database.read() as session:
        first = _first_work(session)
        if first is None:
            return _told(card, since=None, until=end, images=0, trainings=(), served={})
        began = first if since is None else max(since, first)
        return _told(
            card,
            since=began,
            until=end,
            images=count_approved(session, began, end),
            trainings=_trainings(session, card, began, end),
            served=_served(session, began, end),
        )


def electricity_of(card: RateCard, seconds: float) -> float:
    """Of this machine at work."""
    return seconds / HOUR * card.watts / 1000 * card.electricity_price


def cloud_price_of(card: RateCard, seconds: float) -> float:
    """Of a rented GPU that does what this machine does in `seconds`."""
    return seconds / HOUR / card.gpu_speed * card.cloud_gpu_hour


_Served = dict[MachineWork, tuple[float, int]]


def _told(
    card: RateCard,
    *,
    since: datetime | None,
    until: datetime,
    images: int,
    trainings: tuple[TrainingCost, ...],
    served: _Served,
) -> MachineFigures:
    drafting, drafted = served.get(MachineWork.DRAFTING, (0.0, 0))
    correcting, answered = served.get(MachineWork.CORRECTING, (0.0, 0))
    training = sum(each.seconds for each in trainings)
    seconds = training + drafting + correcting
    months = 0.0 if since is None else months_between(since, until)
    electricity, cloud = _electricity(card, seconds), _cloud(card, seconds)
    price = _price(card, months)
    here = figure(
        "machine_here",
        (electricity.value or 0.0) + (price.value or 0.0),
        card.currency,
        {"electricity": electricity.quantity, "price": price.quantity},
    )
    return MachineFigures(
        currency=card.currency,
        since=since,
        until=until,
        months=months,
        images=images,
        trainings=trainings,
        training_seconds=training,
        drafting_seconds=drafting,
        drafted_images=drafted,
        correcting_seconds=correcting,
        answered_strokes=answered,
        busy_hours_per_month=_by_month(Quantity(seconds / HOUR, Unit.HOURS), months),
        electricity=electricity,
        price=price,
        here=here,
        cloud=cloud,
        here_per_month=_by_month(here.quantity, months),
        cloud_per_month=_by_month(cloud.quantity, months),
        here_per_image=_by_image(here, images),
        cloud_per_image=_by_image(cloud, images),
        own_is_cheaper_from=_own_is_cheaper_from(card),
    )


def _electricity(card: RateCard, seconds: float) -> Figure:
    told = {
        "hours": Quantity(seconds / HOUR, Unit.HOURS),
        "watts": Quantity(card.watts, Unit.WATTS),
        "price": Quantity(card.electricity_price, card.currency),
    }
    return figure("electricity", electricity_of(card, seconds), card.currency, told)


def _cloud(card: RateCard, seconds: float) -> Figure:
    told = {
        "hours": Quantity(seconds / HOUR, Unit.HOURS),
        "speed": Quantity(card.gpu_speed, Unit.TIMES),
        "price": Quantity(card.cloud_gpu_hour, card.currency),
    }
    return figure("cloud", cloud_price_of(card, seconds), card.currency, told)


def _price(card: RateCard, months: float) -> Figure:
    told = {
        "price": Quantity(card.machine_price, card.currency),
        "over": Quantity(card.machine_months, Unit.MONTHS),
        "months": Quantity(months, Unit.MONTHS),
    }
    return figure("machine_price", card.machine_per_month * months, card.currency, told)


def _by_month(whole: Quantity | None, months: float) -> Figure:
    if whole is None or not months:
        return figure("by_month", None, Unit.HOURS if whole is None else whole.unit)
    return figure(
        "by_month", whole.value / months, whole.unit, {"whole": whole, "months": Quantity(months, Unit.MONTHS)}
    )


def _by_image(whole: Figure, images: int) -> Figure:
    value = None if whole.value is None or not images else whole.value / images
    return figure("by_image", value, whole.unit, {"whole": whole.quantity, "images": Quantity(images, Unit.IMAGES)})


def _own_is_cheaper_from(card: RateCard) -> Figure:
    """Where the price of a month is earned by what an hour is cheaper here than there."""
    hour_here, hour_there = electricity_of(card, HOUR), cloud_price_of(card, HOUR)
    hours = card.machine_per_month / (hour_there - hour_here) if hour_there > hour_here else HOURS_PER_MONTH + 1
    told = {
        "monthly": Quantity(card.machine_per_month, card.currency),
        "there": Quantity(hour_there, card.currency),
        "here": Quantity(hour_here, card.currency),
    }
    if hours <= HOURS_PER_MONTH:
        return figure("own_is_cheaper_from", hours, Unit.HOURS, told)
    never = figure("own_is_never_cheaper", HOURS_PER_MONTH, Unit.HOURS, told).formula
    return Figure(None, None, None, Unit.HOURS, never)


def _first_work(session: Session) -> datetime | None:
    run = session.scalar(select(func.min(schema.TrainingRun.started_at)))
    hour = session.scalar(select(func.min(schema.MachineHour.hour)))
    return min((moment for moment in (run, hour) if moment is not None), default=None)


def _trainings(session: Session, card: RateCard, since: datetime, until: datetime) -> tuple[TrainingCost, ...]:
    run = schema.TrainingRun
    begun: Sequence[schema.TrainingRun] = session.scalars(
        select(run).where(run.started_at.is_not(None), run.started_at < until).order_by(run.id)
    ).all()
    found = []
    for row in begun:
        started = row.started_at
        ended = row.finished_at or row.heartbeat_at or started
        if started is None or ended is None or (ended < since):
            continue
        seconds = max(0.0, (min(ended, until) - max(started, since)).total_seconds())
        found.append(
            TrainingCost(
                run_id=row.id,
                kind=row.kind,
                state=row.state,
                device=row.device,
                started_at=started,
                seconds=seconds,
                attempts=row.attempts,
                here=_electricity(card, seconds),
                cloud=_cloud(card, seconds),
            )
        )
    return tuple(found)


def _served(session: Session, since: datetime, until: datetime) -> _Served:
    row = schema.MachineHour
    query = (
        select(row.work, func.sum(row.seconds), func.sum(row.images))
        .where(row.hour >= since, row.hour < until)
        .group_by(row.work)
    )
    return {work: (float(seconds), int(images)) for work, seconds, images in session.execute(query)}
