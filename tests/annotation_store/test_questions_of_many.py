"""What is asked again and again reads a few rows, however many there are: what the databases plan for it."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from annotation_store import gallery
from annotation_store.clock import utc_now
from annotation_store.kinds import TriggerKind
from annotation_store.learning.due import all_due
from annotation_store.learning.triggers import change_trigger
from annotation_store.progress import progress_of
from annotation_store.projects import FIRST_PROJECT
from annotation_store.vital_signs import take_vital_signs


@pytest.fixture
def plan_of(store):
    """``plan_of(work)``: the plans of all queries that `work` makes, as one text."""
    is_postgresql = store.database.engine.dialect.name == "postgresql"

    def tell(work):
        queries = []

        def note(_connection, _cursor, statement, parameters, _context, _many):
            if statement.startswith("SELECT"):
                queries.append((statement, parameters))

        event.listen(store.database.engine, "before_cursor_execute", note)
        work()
        event.remove(store.database.engine, "before_cursor_execute", note)
        with store.database.engine.connect() as connection:
            if is_postgresql:  # a table of a few rows is read as a whole unless that is forbidden
                connection.execute(text("SET enable_seqscan = off"))
            explain = "EXPLAIN (COSTS OFF)" if is_postgresql else "EXPLAIN QUERY PLAN"
            plans = [connection.exec_driver_sql(f"{explain} {each}", given).all() for each, given in queries]
        return "\n".join(str(row[-1]) for plan in plans for row in plan)

    return tell


def test_what_a_person_did_today_is_found_by_the_person_and_the_moment(store, plan_of):
    now = utc_now()
    plan = plan_of(lambda: progress_of(store, "keiko", since=now - timedelta(days=1), until=now))
    assert "ix_decisions_author_created_at" in plan


def test_new_approvals_are_found_by_their_moment(store, world, plan_of):
    change_trigger(store, TriggerKind.APPROVALS, active=True, by="ren")
    with store.database.write() as session:
        session.execute(
            text(
                "INSERT INTO training_sets (validation_share, train_count, validation_count, created_at, created_by) "
                "VALUES (0.25, 0, 0, '2026-01-01 00:00:00', 'ren')"
            )
        )
    assert "ix_decisions_created_at" in plan_of(lambda: all_due(store, utc_now()))


def test_the_longest_wait_is_the_first_entry_of_an_index(store, plan_of):
    assert "ix_images_waiting" in plan_of(lambda: take_vital_signs(store))


def test_flagged_photos_are_found_among_the_flagged(store, plan_of):
    plan = plan_of(lambda: gallery.list_images(store, project_ids=[FIRST_PROJECT], flagged=True))
    assert "ix_images_flagged" in plan
