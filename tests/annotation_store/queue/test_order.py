"""However many images are open, the next one is read off an index: what the database plans, and how much it does."""

from dataclasses import replace

import pytest
from sqlalchemy import event, text

from annotation_store import schema
from annotation_store.kinds import PilotArm, QueuePolicy
from annotation_store.projects import FIRST_PROJECT, ProjectSettings, change_settings, get_project
from annotation_store.queue.leases import release_all, take
from annotation_store.queue.pull import pull
from annotation_store.states import ImageState, PilotState

pytestmark = pytest.mark.parametrize("database_url", [""], ids=["sqlite"])  # whose plans and steps these are

BY_LOT = "by lot"
ORDERS = [*QueuePolicy, BY_LOT]


@pytest.fixture
def put_in_order(store):
    """``put_in_order(QueuePolicy.DIVERSE)``: how the first project hands out; also by lot."""

    def put(order):
        settings = ProjectSettings.of(get_project(store, FIRST_PROJECT))
        changes = {"random_share": 0.5} if order is BY_LOT else {"policy": order}
        change_settings(store, FIRST_PROJECT, replace(settings, **changes), by="ren")

    return put


@pytest.fixture
def plans(store):
    """``plans(work)``: the plan of each query on images that `work` makes, with its text."""

    def watch(work):
        queries = []

        def note(_connection, _cursor, statement, parameters, _context, _many):
            if statement.startswith("SELECT") and "FROM images" in statement:
                queries.append((statement, parameters))

        event.listen(store.database.engine, "before_cursor_execute", note)
        work()
        event.remove(store.database.engine, "before_cursor_execute", note)
        with store.database.engine.connect() as connection:
            return [
                (statement, [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)])
                for statement, given in queries
            ]

    return watch


@pytest.fixture
def busy(store, shelve):
    """A queue with all that makes a difference: leases, assignments, subjects, figures that are missing."""
    first = shelve("shoe_1", "shoe_2", product_group="shoe", difficulty=3, novelty=0.3)
    shelve("bag", difficulty=2, novelty=0.2)
    shelve("hat", assigned_to="mia", difficulty=1, novelty=0.1)
    shelve("new")
    take(store, first[0], by="ren")
    take(store, first[1], by="keiko")
    return first


@pytest.mark.parametrize("order", ORDERS)
def test_every_query_finds_its_images_by_an_index_of_open_ones_or_by_their_numbers(
    store, busy, put_in_order, plans, order
):
    put_in_order(order)
    told = plans(lambda: pull(store, project_ids=[FIRST_PROJECT], by="joe", after=busy[0], draw=lambda: 0.1))
    assert any("ORDER BY" in statement for statement, _ in told)
    for statement, plan in told:
        for line in plan:
            assert not line.startswith("SCAN images"), statement
            if line.startswith("SEARCH images") and "product_group" not in line:
                assert "ix_images_open_" in line or "INTEGER PRIMARY KEY" in line, statement
            is_of_one_person = "assigned_to = ?" in statement
            assert line != "USE TEMP B-TREE FOR ORDER BY" or is_of_one_person, statement


@pytest.mark.parametrize("figure", ["difficulty", "novelty", "lot"])
def test_each_order_is_read_off_the_index_of_its_figure(store, busy, put_in_order, plans, figure):
    order = {"difficulty": QueuePolicy.HARDEST_FIRST, "novelty": QueuePolicy.DIVERSE, "lot": BY_LOT}[figure]
    put_in_order(order)
    told = plans(lambda: pull(store, project_ids=[FIRST_PROJECT], by="joe", draw=lambda: 0.1))
    assert any(f"ix_images_open_{figure}" in line for _, plan in told for line in plan)


@pytest.fixture
def steps(store):
    """``steps(work)``: how many instructions the database carries out for `work`, in hundreds."""
    counted = []

    def count():
        counted.append(None)

    event.listen(
        store.database.engine, "connect", lambda connection, _record: connection.set_progress_handler(count, 100)
    )
    store.database.close()  # so that the next connection is a new one

    def measure(work):
        counted.clear()
        work()
        return len(counted)

    return measure


@pytest.mark.parametrize("order", ORDERS)
def test_the_work_for_one_image_does_not_grow_with_the_number_of_open_ones(store, shelve, put_in_order, steps, order):
    def fill(number):
        shelve(*(f"{number} {each}" for each in range(number)))
        with store.database.write() as session:  # every second one has its figures
            session.execute(text("UPDATE images SET difficulty = 7 * id % 1009, novelty = 5 * id % 1009 WHERE id % 2"))

    def ask():
        release_all(store, by="keiko")
        return pull(store, project_ids=[FIRST_PROJECT], by="keiko", draw=lambda: 0.1)

    put_in_order(order)
    fill(40)
    few = steps(ask)
    fill(1200)
    assert steps(ask) <= few + 5


@pytest.mark.parametrize("is_done", [False, True], ids=["to be done", "done"])
def test_nor_does_a_pilot_make_it_grow_whose_photos_are_found_by_their_numbers(store, shelve, steps, is_done):
    few = shelve(*(f"few {each}" for each in range(40)))
    with store.database.write() as session:
        pilot = schema.Pilot(
            project_id=FIRST_PROJECT, name="p", state=PilotState.RUNNING, blank_share=0.5, seed=1, created_by="ren"
        )
        session.add(pilot)
        session.flush()
        for position, image_id in enumerate(few[:10]):
            place = {"pilot_id": pilot.id, "image_id": image_id, "position": position, "stratum": 0}
            session.add(schema.PilotImage(arm=PilotArm.DRAFTED, **place))
            if is_done:
                session.get_one(schema.Image, image_id).state = ImageState.APPROVED

    def ask():
        release_all(store, by="keiko")
        return pull(store, project_ids=[FIRST_PROJECT], by="keiko", draw=lambda: 0.1)

    before = steps(ask)
    shelve(*(f"more {each}" for each in range(1200)))
    assert steps(ask) <= before + 5
