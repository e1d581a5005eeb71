from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from annotation_store import schema
from annotation_store.kinds import MachineWork
from annotation_store.money.machine_hours import note_machine_work
from annotation_store.store import Store

NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)
DRAFTING, CORRECTING = MachineWork.DRAFTING, MachineWork.CORRECTING


def kept(store: Store) -> list[tuple[datetime, MachineWork, str, float, int]]:
    row = schema.MachineHour
    query = select(row.hour, row.work, row.device, row.seconds, row.images).order_by(row.hour, row.work, row.device)
    with store.database.read() as session:
        return [tuple(each) for each in session.execute(query)]


def test_work_of_an_hour_adds_up(store: Store) -> None:
    note_machine_work(store, work=DRAFTING, device="cpu", seconds=2.5, images=1, at=NINE)
    note_machine_work(store, work=DRAFTING, device="cpu", seconds=4.0, images=1, at=NINE + timedelta(minutes=59))
    assert kept(store) == [(NINE, DRAFTING, "cpu", 6.5, 2)]


def test_hours_kinds_of_work_and_devices_are_kept_apart(store: Store) -> None:
    note_machine_work(store, work=DRAFTING, device="cpu", seconds=1.0, images=1, at=NINE)
    note_machine_work(store, work=DRAFTING, device="cuda", seconds=1.0, images=1, at=NINE)
    note_machine_work(store, work=CORRECTING, device="cpu", seconds=1.0, images=3, at=NINE)
    note_machine_work(store, work=DRAFTING, device="cpu", seconds=1.0, images=1, at=NINE + timedelta(hours=1))
    assert len(kept(store)) == 4


def test_it_is_kept_with_the_callers_transaction_or_not_at_all(store: Store) -> None:
    class TakenBackError(Exception):
        pass

    try:
        with store.database.write() as session:
            note_machine_work(session, work=DRAFTING, device="cpu", seconds=1.0, images=1, at=NINE)
            raise TakenBackError
    except TakenBackError:
        pass
    assert kept(store) == []
    with store.database.write() as session:
        note_machine_work(session, work=DRAFTING, device="cpu", seconds=1.0, images=1, at=NINE)
        note_machine_work(session, work=DRAFTING, device="cpu", seconds=1.0, images=1, at=NINE)
    assert kept(store) == [(NINE, DRAFTING, "cpu", 2.0, 2)]


def test_no_clock_makes_a_time_below_zero(store: Store) -> None:
    note_machine_work(store, work=DRAFTING, device="cpu", seconds=-5.0, images=1, at=NINE)
    assert kept(store) == [(NINE, DRAFTING, "cpu", 0.0, 1)]


def test_without_a_moment_it_is_now(store: Store) -> None:
    before = datetime.now(UTC)
    note_machine_work(store, work=DRAFTING, device="cpu", seconds=1.0, images=1)
    (hour, *_) = kept(store)[0]
    assert before - timedelta(hours=1) < hour <= datetime.now(UTC)
    assert (hour.minute, hour.second, hour.microsecond) == (0, 0, 0)
