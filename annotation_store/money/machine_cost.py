"""What machines cost: trainings and serving, on this machine, and as if on a rented GPU."""

from dataclasses import dataclass
from datetime import datetime

from annotation_store.kinds import ModelKind
from annotation_store.money.currencies import Currency
from annotation_store.money.figures import Figure
from annotation_store.states import RunState


@dataclass(frozen=True, slots=True)
class TrainingCost:
    """One training that has begun. seconds: from its first start to its end, or to the last sign of life if it is not
    over; pauses between two attempts are in it. here: electricity. cloud: as if on a rented GPU."""

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

    here: electricity and price. cloud: the same work on a rented GPU, by its hours. here_per_month, cloud_per_month: at
    the pace of the period. here_per_image, cloud_per_image: by the images approved meanwhile; None without any.
    own_is_cheaper_from: busy hours a month of this machine; None if renting is always cheaper.
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
