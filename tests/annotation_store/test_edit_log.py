"""That nobody has to read a whole log to append to it or to follow it."""

from contextlib import contextmanager
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from annotation_store import schema
from annotation_store.corrections import (
    KeyedEdit,
    append_edits,
    follow,
    is_stored,
    open_document,
    redo,
    undo,
)
from annotation_store.edit_log import LogEntry, Tail, outcome, read_tail, shared_edits
from annotation_store.errors import ConflictError, NothingToUndoError
from annotation_store.kinds import EntryKind
from annotation_store.reviews import reopen
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke

keys = (f"key-{number}" for number in count())


def strokes(number):
    """Half of them are the same stroke: it is the entry that counts, not what it says."""
    return [KeyedEdit(next(keys), Stroke(Ink.FOREGROUND, 12, ((60 + index % 2, 40),))) for index in range(number)]


class Window:
    """One of several in which an image is corrected: it never reads what it knows already."""

    def __init__(self, store, image):
        self._store, self._image = store, image
        self.document = open_document(store, image.id)
        self._last = None

    def do(self, action):
        if action == "look" or (action == "resend" and self._last is None):
            self.document = follow(self._store, self.document)
            return
        if action != "resend":
            self._last = (action, self._place() | self._wish(action))
        self._send()

    def _place(self):
        return {"revision_id": self.document.revision_id, "position": self.document.position}

    def _wish(self, action):
        return {"edits": strokes(action)} if isinstance(action, int) else {"key": next(keys)}

    def _send(self):
        action, request = self._last
        function = {"undo": undo, "redo": redo}.get(action, append_edits)
        try:
            self.document = function(self._store, self._image.id, **request, by="keiko", known=self.document)
        except (ConflictError, NothingToUndoError):
            self.document = follow(self._store, self.document)


actions = st.one_of(st.integers(1, 3), st.sampled_from(["undo", "undo", "redo", "resend", "look", "decide"]))


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(walk=st.lists(st.tuples(st.integers(0, 1), actions), max_size=20))
def test_who_reads_only_what_is_new_knows_as_much_as_who_reads_everything(world, store, names, walk):
    (image,) = world.draft(next(names))
    windows = [Window(store, image), Window(store, image)]
    for which, action in walk:
        if action == "decide":
            world.approve(image.id)
            reopen(store, image.id, by="ren")
        else:
            windows[which].do(action)
            assert windows[which].document == open_document(store, image.id)
    for window in windows:
        window.do("look")
        document = window.document
        assert document == open_document(store, image.id)
        with store.database.read() as session:
            tail = read_tail(session, document.revision_id)
        assert tail == Tail(document.position, len(document.outcome.active), len(document.outcome.undone))


@pytest.fixture
def names():
    """Of photos that all differ."""
    return (f"{'a' * length}.png" for length in count(1))


@given(st.lists(st.sampled_from(EntryKind), max_size=40), st.data())
def test_the_edits_that_two_places_of_a_log_share_are_told_without_comparing_them(kinds, data):
    tail, log = Tail(), []
    for kind in kinds:
        try:
            tail = tail.after(kind)
        except NothingToUndoError:
            continue
        log.append(LogEntry(len(log), kind, None))
    one, other = (outcome(log[: data.draw(st.integers(0, len(log)))]) for _ in range(2))
    pairs = zip(one.active, other.active, strict=False)
    expected = next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one.active), len(other.active)))
    assert shared_edits(one, other) == expected


@contextmanager
def queries(store):
    """The statements that are sent meanwhile, with their parameters."""
    sent = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        sent.append((statement, parameters))

    event.listen(store.database.engine, "after_cursor_execute", note)
    yield sent
    event.remove(store.database.engine, "after_cursor_execute", note)


def rows_and_work(store, statements):
    """How many rows those of the statements that read give, and how many thousand steps the database takes for each.

    A step is one instruction of SQLite's virtual machine; every row that it looks at takes some.
    """
    rows, thousands = 0, []
    with store.database.engine.connect() as connection:
        machine = connection.connection.driver_connection
        machine.set_progress_handler(lambda: thousands.append(1), 1000)
        for statement, parameters in statements:
            if statement.startswith("SELECT"):
                rows += len(connection.exec_driver_sql(statement, parameters).all())
        machine.set_progress_handler(None, 0)
    return rows, len(thousands)


@pytest.fixture
def long_log(world, store):
    """The document of an image with 2000 entries in its log."""
    (image,) = world.draft("shoe_1.png")
    document = open_document(store, image.id)
    for start in range(0, 2000, 500):
        document = append_edits(
            store,
            image.id,
            revision_id=document.revision_id,
            position=start,
            edits=strokes(500),
            by="keiko",
            known=document,
        )
    return document


@pytest.mark.parametrize("database_url", [""], ids=["sqlite"])  # which alone counts its steps
def test_a_long_log_costs_an_edit_no_more_than_a_short_one(store, long_log):
    place = {"revision_id": long_log.revision_id, "by": "keiko"}
    image_id, end = long_log.image.id, long_log.position
    resent = strokes(1)
    with queries(store) as sent:
        one = append_edits(store, image_id, **place, position=end, edits=resent, known=long_log)
        again = append_edits(store, image_id, **place, position=end, edits=resent, known=one)
        undone = undo(store, image_id, **place, position=end + 1, key="u", known=again)
        redone = redo(store, image_id, **place, position=end + 2, key="r", known=undone)
        with pytest.raises(ConflictError) as refusal:
            append_edits(store, image_id, **place, position=end, edits=strokes(1), known=redone)
        assert follow(store, long_log) == redone
        assert is_stored(store, revision_id=long_log.revision_id, position=end, key=resent[0].key)
    assert refusal.value.position == redone.position == 2003
    assert again == one
    assert len(redone.edits) == 2001
    assert redone == open_document(store, image_id)
    assert len(sent) <= 40
    rows, work = rows_and_work(store, sent)
    assert rows <= 40
    assert work == 0
    assert rows_and_work(store, [("SELECT * FROM edit_log", ())]) >= (2003, 1)  # so it would show


def test_every_entry_says_what_the_log_adds_up_to_after_it(world, store):
    (image,) = world.draft("shoe_1.png")
    window = Window(store, image)
    for action in (2, "undo", "undo", "redo", 1, "undo"):
        window.do(action)
    with store.database.read() as session:
        rows = session.execute(
            select(schema.EditEntry.active, schema.EditEntry.undone).order_by(schema.EditEntry.position)
        )
        assert [tuple(row) for row in rows] == [(1, 0), (2, 0), (1, 1), (0, 2), (1, 1), (2, 0), (1, 1)]
        assert session.scalar(select(func.count()).select_from(schema.EditEntry)) == 7


def test_a_key_is_found_only_where_it_stands(world, store):
    (image,) = world.draft("shoe_1.png")
    world.stroke(image.id, "a", "b")
    revision_id = open_document(store, image.id).revision_id
    assert is_stored(store, revision_id=revision_id, position=1, key="b")
    for position, key in ((0, "b"), (2, "b"), (-1, "b"), (10**30, "b"), (1, "c")):
        assert not is_stored(store, revision_id=revision_id, position=position, key=key)
