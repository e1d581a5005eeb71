from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ledgers import MONTH_IN_DAYS, PLAIN_CARD, line

from annotation_store import schema
from annotation_store.gallery import get_image
from annotation_store.kinds import MachineWork, ModelKind, RunCause
from annotation_store.money.currencies import Currency
from annotation_store.money.machine_cost import machine_figures
from annotation_store.money.machine_hours import note_machine_work
from annotation_store.money.rate_card import in_currency
from annotation_store.money.saving import cost_figures
from annotation_store.states import RunState
from annotation_store.store import Store

BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
MONTH = timedelta(days=MONTH_IN_DAYS)
CARD = replace(PLAIN_CARD, electricity_price=0.5, watts=200.0, cloud_gpu_hour=2.0, gpu_speed=4.0)
"""0.10 an hour here, 0.50 for the same work in the cloud, and 100 a month."""


def run(
    store: Store,
    began: datetime | None,
    ended: datetime | None,
    *,
    state: RunState = RunState.SUCCEEDED,
    last_sign: datetime | None = None,
) -> None:
    with store.database.write() as session:
        session.add(
            schema.TrainingRun(
                kind=ModelKind.MATTING,
                cause=RunCause.BUTTON,
                state=state,
                progress=0.5,
                message="",
                requested_by="ren",
                cancel_requested=False,
                log_path="",
                attempts=1,
                started_at=began,
                finished_at=ended,
                heartbeat_at=last_sign,
                device="cpu",
            )
        )


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_a_month_of_machines_costs_what_was_calculated_by_hand(store: Store) -> None:
    """10 hours of training, 4 of drafts and 6 of strokes: 20 x 0.10 of electricity and 100 for the machine."""
    run(store, BEGAN, BEGAN + hours(10))
    for place in range(2):
        note_machine_work(
            store, work=MachineWork.DRAFTING, device="cpu", seconds=7200, images=30, at=BEGAN + hours(place)
        )
    note_machine_work(store, work=MachineWork.CORRECTING, device="cpu", seconds=21600, images=500, at=BEGAN)
    told = machine_figures(store, CARD, since=BEGAN, until=BEGAN + MONTH)
    assert (told.training_seconds, told.drafting_seconds, told.correcting_seconds) == (36000, 14400, 21600)
    assert (told.drafted_images, told.answered_strokes) == (60, 500)
    assert told.months == pytest.approx(1.0)
    assert told.busy_hours_per_month.value == pytest.approx(20.0)
    assert told.electricity.value == pytest.approx(2.0)
    assert told.price.value == pytest.approx(100.0)
    assert told.here.value == pytest.approx(102.0)
    assert told.cloud.value == pytest.approx(10.0)
    assert told.here_per_month.value == pytest.approx(102.0)
    assert told.cloud_per_month.value == pytest.approx(10.0)
    assert told.here_per_image.value is None  # nothing was approved
    assert told.own_is_cheaper_from.value == pytest.approx(100 / (0.50 - 0.10))


def test_each_training_is_told_with_its_cost(store: Store) -> None:
    run(store, BEGAN, BEGAN + hours(10))
    run(store, BEGAN + hours(20), BEGAN + hours(21), state=RunState.FAILED)
    run(store, None, None, state=RunState.QUEUED)
    first, second = machine_figures(store, CARD, until=BEGAN + MONTH).trainings
    assert (first.seconds, first.state, first.device) == (36000, RunState.SUCCEEDED, "cpu")
    assert (first.here.value, first.cloud.value) == pytest.approx((1.0, 5.0))
    assert (second.seconds, second.state) == (3600, RunState.FAILED)


def test_a_training_that_is_not_over_counts_to_its_last_sign_of_life(store: Store) -> None:
    run(store, BEGAN, None, state=RunState.RUNNING, last_sign=BEGAN + hours(2))
    run(store, BEGAN, None, state=RunState.RUNNING)
    told = machine_figures(store, CARD, until=BEGAN + MONTH)
    assert [each.seconds for each in told.trainings] == [7200, 0]


def test_of_a_training_only_what_lies_in_the_period_counts(store: Store) -> None:
    run(store, BEGAN - hours(3), BEGAN + hours(2))
    run(store, BEGAN - hours(9), BEGAN - hours(8))
    run(store, BEGAN + hours(5), BEGAN + hours(50))
    told = machine_figures(store, CARD, since=BEGAN, until=BEGAN + hours(10))
    assert [each.seconds for each in told.trainings] == [7200, 18000]


def test_hours_outside_the_period_are_not_in_it(store: Store) -> None:
    for moment in (BEGAN - hours(1), BEGAN, BEGAN + hours(5)):
        note_machine_work(store, work=MachineWork.DRAFTING, device="cpu", seconds=60, images=1, at=moment)
    told = machine_figures(store, CARD, since=BEGAN, until=BEGAN + hours(5))
    assert (told.drafting_seconds, told.drafted_images) == (60, 1)


def test_without_any_work_only_the_prices_are_told(store: Store) -> None:
    told = machine_figures(store, CARD)
    assert (told.since, told.months, told.trainings) == (None, 0.0, ())
    assert (told.here_per_month.value, told.here_per_image.value, told.busy_hours_per_month.value) == (None, None, None)
    assert told.own_is_cheaper_from.value == pytest.approx(250)


def test_own_hardware_is_never_cheaper_than_a_gpu_that_costs_less_than_its_electricity(store: Store) -> None:
    told = machine_figures(store, replace(CARD, cloud_gpu_hour=0.3))
    assert told.own_is_cheaper_from.value is None
    assert told.own_is_cheaper_from.formula.key == "own_is_never_cheaper"


def test_no_machine_works_more_hours_than_a_month_has(store: Store) -> None:
    assert machine_figures(store, replace(CARD, machine_price=12_000.0)).own_is_cheaper_from.value is None


def test_costs_in_yen_are_those_in_dollars_by_the_rate(store: Store) -> None:
    run(store, BEGAN, BEGAN + hours(10))
    dollars = machine_figures(store, CARD, until=BEGAN + MONTH)
    yen = machine_figures(store, in_currency(CARD, Currency.JPY), until=BEGAN + MONTH)
    assert yen.here.value == pytest.approx(150 * (dollars.here.value or 0.0))
    assert yen.own_is_cheaper_from.value == pytest.approx(dollars.own_is_cheaper_from.value)


def test_an_image_bears_its_share_of_what_the_machine_really_costs(store: Store) -> None:
    run(store, BEGAN, BEGAN + hours(10))
    machine = machine_figures(store, CARD, since=BEGAN, until=BEGAN + MONTH)
    told = cost_figures([line(), line()], None, CARD, machine, images_per_month=50)
    assert told.machine.value == pytest.approx((100 + 1) / 50)


def test_a_studio_whose_machines_were_never_noted_still_bears_their_price(store: Store) -> None:
    told = cost_figures([line(), line()], None, CARD, machine_figures(store, CARD), images_per_month=50)
    assert told.machine.value == pytest.approx(100 / 50)


def test_costs_are_spread_over_images_each_once_however_often_it_was_approved(store: Store, world) -> None:
    first, second, other = world.draft("a.png", "b.png", "c.png")
    revisions = [get_image(store, image.id).head_revision_id for image in (first, second, other)]
    with store.database.write() as session:
        session.add_all(
            _outcome(revision, image.id) for revision, image in zip(revisions, (first, first, other), strict=True)
        )
    run(store, BEGAN, BEGAN + hours(10))
    told = machine_figures(store, CARD, since=BEGAN, until=BEGAN + MONTH)
    assert told.images == 2
    assert told.here_per_image.value == pytest.approx(101 / 2)
    assert told.cloud_per_image.value == pytest.approx(5 / 2)


def _outcome(revision_id: int, image_id: int) -> schema.Outcome:
    return schema.Outcome(
        revision_id=revision_id,
        image_id=image_id,
        project_id=1,
        as_drafted=True,
        in_bulk=False,
        complexity=0.1,
        approved_at=BEGAN + hours(1),
    )
