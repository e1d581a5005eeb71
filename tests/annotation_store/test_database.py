import logging
import multiprocessing
import os
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from random import random

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError

from annotation_store import flags, gallery, notes, reviews, schema
from annotation_store.clock import utc_now
from annotation_store.corrections import KeyedEdit, append_edits, open_document, undo
from annotation_store.errors import NotFoundError, StoreBusyError
from annotation_store.events import recent_events, record_event
from annotation_store.intake import lot_of
from annotation_store.kinds import ModelKind, Origin
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue.pull import pull
from annotation_store.revisions import list_revisions
from annotation_store.states import ImageState, ModelState, StandingState
from annotation_store.store import open_store
from matting_core.edits.area import Area
from matting_core.edits.ink import Ink
from matting_core.edits.soft_stroke import SoftStroke
from matting_core.edits.stroke import Stroke

WRITES = 20
LARGEST = 2**63 - 1

_has_no_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
_fork_is_meant = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def needs_fork(test):
    return _has_no_fork(_fork_is_meant(test))


def write_events(folder, database_url, actor):
    """A reader that becomes a writer, again and again: the pattern that ends in "database is locked"."""
    database = open_store(folder, database_url=database_url).database
    for turn in range(WRITES):
        with database.write() as session:
            count = session.scalar(select(func.count()).select_from(schema.Event))
            record_event(session, actor=actor, action="test.written", data={"turn": turn, "count": count})
    database.close()


def test_threads_and_processes_write_without_losing_or_locking(store, database_url):
    context = multiprocessing.get_context("spawn")
    opened = (store.folder, database_url)
    writers = [context.Process(target=write_events, args=(*opened, f"process {n}")) for n in range(2)]
    writers += [threading.Thread(target=write_events, args=(*opened, f"thread {n}")) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=60)
    assert [writer.exitcode for writer in writers[:2]] == [0, 0]
    with store.database.read() as session:
        counts = [event.data["count"] for event in session.scalars(select(schema.Event).order_by(schema.Event.id))]
    assert counts == list(range(6 * WRITES))  # each writer saw everything that was written before it


def test_writers_of_one_process_take_turns_in_the_order_of_asking(store):
    order = []

    def write(number):
        with store.database.write():
            order.append(number)

    with store.database.write():
        writers = []
        for number in range(8):
            writers.append(threading.Thread(target=write, args=(number,)))
            writers[-1].start()
            wait_until(lambda: len(store.database._pen._queue) == len(writers))
    for writer in writers:
        writer.join(timeout=30)
    assert order == list(range(8))


def wait_until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_a_write_within_a_write_is_refused_rather_than_waited_for(store):
    with store.database.write() as session:
        with pytest.raises(RuntimeError, match="within a write"), store.database.write():
            pass
        record_event(session, actor="keiko", action="test.kept")
    assert [event.action for event in recent_events(store)] == ["test.kept"]


def test_who_waits_for_another_program_too_long_is_told_in_plain_words(store, database_url, monkeypatch):
    monkeypatch.setattr("annotation_store.database.PATIENCE", 0.1)
    other = open_store(store.folder, database_url=database_url).database
    with other.write(), pytest.raises(StoreBusyError, match="try again"), store.database.write():
        pass
    with store.database.write() as session:
        record_event(session, actor="keiko", action="test.written")
    other.close()


def test_who_finds_no_connection_left_is_told_in_plain_words(store, monkeypatch):
    for limit in ("_timeout", "_max_overflow"):
        monkeypatch.setattr(store.database.engine.pool, limit, 0)

    def read_in_a_read():
        with store.database.read() as session:
            session.execute(text("SELECT 1"))
            read_in_a_read()

    with pytest.raises(StoreBusyError, match="try again"):
        read_in_a_read()


@needs_fork
def test_a_forked_child_opens_connections_of_its_own(store):
    with store.database.read() as session:
        session.execute(text("select 1"))
    inherited = store.database.engine.pool.checkedin()
    assert (inherited, exit_code_of_fork(lambda: store.database.engine.pool.checkedin())) == (1, 0)


@needs_fork
def test_a_forked_child_can_write_though_its_parent_is_writing(store):
    def write():
        with store.database.write() as session:
            record_event(session, actor="child", action="test.written")
        return 0

    held, let_go = threading.Event(), threading.Event()

    def hold():
        with store.database._pen.held(patience=1):
            held.set()
            let_go.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    status = exit_code_of_fork(write)
    let_go.set()
    holder.join()
    assert status == 0
    assert [event.actor for event in recent_events(store)] == ["child"]


def exit_code_of_fork(function):
    """What `function` returns in a forked child, as a small number."""
    child = multiprocessing.get_context("fork").Process(target=lambda: os._exit(function()))
    child.start()
    child.join(timeout=30)
    return child.exitcode


def test_a_failed_transaction_leaves_no_trace(store):
    def write_and_fail():
        with store.database.write() as session:
            record_event(session, actor="keiko", action="test.lost")
            session.flush()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write_and_fail()
    with store.database.read() as session:
        assert session.scalars(select(schema.Event)).all() == []


def test_a_reader_sees_one_snapshot_while_another_writes(store):
    with store.database.read() as reader:
        count = select(func.count()).select_from(schema.Event)
        assert reader.scalar(count) == 0
        with store.database.write() as writer:
            record_event(writer, actor="keiko", action="test.written")
        assert reader.scalar(count) == 0
    with store.database.read() as reader:
        assert reader.scalar(count) == 1


def test_references_to_nothing_are_refused(store):
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), store.database.write() as session:
        record_event(session, actor="keiko", action="test.orphan", image_id=404)


def test_numbers_as_large_as_an_address_can_hold_are_looked_for_and_not_found(world, store):
    (image,) = world.draft("shoe_1.png")
    with pytest.raises(NotFoundError):
        gallery.get_image(store, LARGEST)
    assert reviews.list_decisions(store, LARGEST) == ()
    assert pull(store, project_ids=None, by="keiko", after=LARGEST).image.id == image.id
    with store.database.write() as session:
        session.add(schema.Note(id=LARGEST, image_id=image.id, x=2**40, y=0, text="", author="keiko"))
    assert notes.list_notes(store, image.id)[0].x == 2**40


@pytest.mark.parametrize("state", [StandingState.LIVE, StandingState.CANARY])
def test_two_versions_of_a_kind_cannot_be_live_or_on_trial_in_one_project_at_once(store, state):
    def add_standings(*kinds):
        with store.database.write() as session:
            for kind in kinds:
                model = schema.ModelVersion(
                    kind=kind, origin=Origin.TRAINED, name=f"{kind} {random()}", architecture="a", metrics={},
                    state=ModelState.CANDIDATE, licence="MIT", recipe={}, provenance=[], notes="",
                )  # fmt: skip
                session.add(model)
                session.flush()
                session.add(
                    schema.Standing(
                        model_version_id=model.id, project_id=FIRST_PROJECT, kind=kind, state=state, verdict="",
                        figures={}, changed_by="ren",
                    )
                )  # fmt: skip
                session.flush()

    add_standings(*ModelKind)
    for kind in ModelKind:
        with pytest.raises(IntegrityError, match=r"(?i)unique"):
            add_standings(kind)


def test_moments_come_back_aware_and_in_utc(store):
    tokyo = timezone(timedelta(hours=9))
    with store.database.write() as session:
        moment = datetime(2026, 11, 23, 9, 30, tzinfo=tokyo)
        session.add(schema.Event(actor="keiko", action="test.timed", data={}, at=moment))
    with store.database.read() as session:
        at = session.scalar(select(schema.Event.at))
    assert at == moment
    assert at.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused(store):
    with pytest.raises(StatementError, match="time zone"), store.database.write() as session:
        session.add(schema.Event(actor="a", action="b", data={}, at=datetime(2026, 1, 1)))


def test_the_migrations_build_exactly_the_models(store):
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.Base.metadata) == []
        foreign_keys = {
            (table, tuple(key["constrained_columns"]))
            for table in schema.Base.metadata.tables
            for key in inspect(connection).get_foreign_keys(table)
        }
    assert {("images", ("head_revision_id",)), ("model_versions", ("training_run_id",))} <= foreign_keys


def test_migrations_lead_down_and_up_again_with_data_in_the_tables(world, store):
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "key")
    world.approve(image.id)
    with store.database.migration() as config:
        command.downgrade(config, "base")
    with store.database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    store.database.migrate()
    assert world.take_in("shoe_1.png")[0].state is ImageState.WAITING


def test_strokes_survive_the_way_to_the_older_log_and_back(world, store):
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "a", "b")
    at = open_document(store, image.id)
    undo(store, image.id, revision_id=at.revision_id, position=2, key="u", by="keiko")
    before = open_document(store, image.id)
    with store.database.migration() as config:
        command.downgrade(config, "0001")
    with store.database.engine.connect() as connection:
        rows = connection.execute(text("SELECT kind, label, radius, points FROM stroke_log ORDER BY position")).all()
    assert [row.kind for row in rows] == ["stroke", "stroke", "undo"]
    assert (rows[0].label, rows[0].radius, rows[0].points) == ("foreground", 12, b"[[80,40],[88,60]]")
    store.database.migrate()
    assert open_document(store, image.id) == before
    world.stroke(image.id, "c")
    assert open_document(store, image.id).position == 4


@pytest.mark.parametrize(
    "edit",
    [
        Area(Ink.FOREGROUND, ((0, 0), (40, 0), (0, 40))),
        SoftStroke(9, 50, 50, 8, ((0, 0),)),
        Stroke(Ink.DRAFT, 8, ((0, 0),)),
        Stroke(Ink.FOREGROUND, 8, ((0, 0),), (3,)),
    ],
    ids=["area", "soft stroke", "back to the draft", "pressed pen"],
)
def test_what_the_older_log_cannot_say_is_refused_rather_than_lost(world, store, edit):
    (image,) = world.draft("shoe_1.png")
    at = open_document(store, image.id)
    append_edits(store, image.id, revision_id=at.revision_id, position=0, edits=[KeyedEdit("a", edit)], by="keiko")
    with store.database.migration() as config, pytest.raises(ValueError, match="does not know"):
        command.downgrade(config, "0001")
    store.database.migrate()
    assert open_document(store, image.id).edits == (edit,)


def test_a_store_goes_back_before_reviews_flags_and_notes_and_keeps_what_was_there_already(world, store):
    submitted, returned, approved = world.draft("a.png", "b.png", "c.png")
    for image in (submitted, returned, approved):
        world.stroke(image.id, "key")
        world.submit(image.id)
    reviews.return_to_operator(store, returned.id, reason="the strap", by="ren")
    world.approve(approved.id)
    flags.flag(store, submitted.id, note="look", by="ren")
    notes.add_note(store, submitted.id, x=1, y=2, text="here", by="ren")
    before = {image.id: list_revisions(store, image.id) for image in (submitted, returned, approved)}

    with store.database.migration() as config:
        command.downgrade(config, "0003-1")
    with store.database.engine.connect() as connection:
        inspector = inspect(connection)
        assert "notes" not in inspector.get_table_names()
        assert not {"flagged_at", "flagged_by", "flag_note"} & {
            each["name"] for each in inspector.get_columns("images")
        }
        indexes = {index["name"] for index in inspector.get_indexes("images")}
        assert indexes - {"uq_images_sha256"} == {"ix_images_state_id"}  # PostgreSQL counts a constraint's own
        assert ("head_revision_id",) in {
            tuple(key["constrained_columns"]) for key in inspector.get_foreign_keys("images")
        }
        states = connection.execute(text("SELECT state FROM images ORDER BY id")).scalars().all()
        assert states == ["in_correction", "in_correction", "approved"]
        assert connection.execute(text("SELECT verdict FROM decisions")).scalars().all() == ["approved"]

    store.database.migrate()
    assert {image_id: list_revisions(store, image_id) for image_id in before} == before
    images = [gallery.get_image(store, image_id) for image_id in before]
    assert [(image.name, image.flagged, image.flag_note) for image in images] == [
        ("a.png", False, None),
        ("b.png", False, None),
        ("c.png", False, None),
    ]
    assert notes.list_notes(store, submitted.id) == ()
    assert world.submit(submitted.id).state is ImageState.IN_REVIEW
    actions = {event.action for event in recent_events(store)}
    assert {"image.submitted", "image.returned", "image.flagged", "note.added"} <= actions
    with store.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.Base.metadata) == []


def test_opening_a_store_again_keeps_its_data_from_any_folder(world, store, database_url, monkeypatch, tmp_path):
    (image,) = world.take_in("shoe_1.png")
    monkeypatch.chdir(tmp_path)
    with open_store(store.folder, database_url=database_url).database.read() as session:
        assert session.scalar(select(schema.Image.sha256)) == image.sha256


def test_a_store_of_this_version_is_opened_without_reading_its_migrations(store, database_url, monkeypatch):
    monkeypatch.setattr(command, "upgrade", lambda *_: pytest.fail("there is nothing to bring up to date"))
    reopened = open_store(store.folder, database_url=database_url)
    assert reopened.database.holds_tables()
    reopened.database.close()


def test_migrating_leaves_logging_alone(tmp_path):
    root, alembic = logging.getLogger(), logging.getLogger("alembic")
    before = (root.handlers[:], root.level, alembic.handlers[:], alembic.level, alembic.disabled)
    open_store(tmp_path)
    assert (root.handlers[:], root.level, alembic.handlers[:], alembic.level, alembic.disabled) == before


@pytest.mark.parametrize("table", ["revisions", "edit_log", "decisions", "events"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_what_was_written_for_good_is_neither_changed_nor_deleted(world, store, table, change):
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "key")
    world.approve(image.id)
    with pytest.raises(DatabaseError, match="are never changed"), store.database.write() as session:
        session.execute(text(change.format(table)))


def test_a_store_of_one_pair_of_hands_comes_to_belong_to_the_first_project(world, store):
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "a", "b")
    at = open_document(store, image.id)
    undo(store, image.id, revision_id=at.revision_id, position=2, key="u", by="keiko")
    with store.database.migration() as config:
        command.downgrade(config, "0003")
    store.database.migrate()
    with store.database.read() as session:
        row = session.get_one(schema.Image, image.id)
        counts = session.execute(select(schema.EditEntry.active, schema.EditEntry.undone)).all()
    assert (row.project_id, row.lot) == (FIRST_PROJECT, lot_of(row.sha256))
    assert counts == [(1, 0), (2, 0), (1, 1)]


def test_a_photo_in_two_projects_keeps_the_store_from_going_back(world, store):
    (image,) = world.take_in("shoe_1.png")
    with store.database.write() as session:
        now = utc_now()
        project = schema.Project(
            name="Shoes",
            tag="",
            guidelines="",
            policy="first_in",
            random_share=0,
            honeypot_share=0,
            four_eyes=False,
            created_by="ren",
            created_at=now,
        )
        session.add(project)
        session.flush()
        session.execute(
            text(
                "INSERT INTO images (project_id, name, sha256, thumbnail_blob, width, height, bit_depth, product_group,"
                " state, lot, created_at, created_by, updated_at) SELECT :project, name, sha256, thumbnail_blob, width,"
                " height, bit_depth, product_group, state, lot, created_at, created_by, updated_at FROM images"
            ),
            {"project": project.id},
        )
    with store.database.migration() as config, pytest.raises(ValueError, match="several projects"):
        command.downgrade(config, "0003")
    assert gallery.get_image(store, image.id).name == "shoe_1.png"
