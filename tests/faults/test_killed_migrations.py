"""A store whose opening is killed, new or of an older version, is opened by the next as if nothing had been."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from small_images import approve, draft, take_in

from annotation_store import corrections, reviews
from annotation_store.corrections import KeyedEdit
from annotation_store.edit_codec import encode_edit
from annotation_store.store import DATABASE_FILE, open_store
from faults.deaths import Death, Moment
from faults.forking import fork
from faults.mortal_studio import PATIENCE_SECONDS
from faults.promises import Decision, Entry, Promises
from faults.soundness import examine
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke

OLDEST = "0001"
MOMENTS = [Moment.AFTER_STATEMENT] * 4 + [Moment.BEFORE_COMMIT, Moment.AFTER_COMMIT]
MOST_STATEMENTS = 60
KILLED = -9


def fill(folder: Path) -> Promises:
    """A photo in each state that the oldest version knows, and a log with an undo."""
    store, promises = open_store(folder), Promises()
    corrected = draft(store, "cup_1.png", 1)
    approved = approve(store, "cup_2.png", 2)
    skipped = reviews.skip(store, draft(store, "cup_3.png", 3).id, reason="a double", by="keiko")
    waiting = take_in(store, "cup_4.png", 4)
    strokes = [Stroke(Ink.FOREGROUND, 12, ((x, 40), (x + 8, 60))) for x in (80, 100, 120)]
    at = {"revision_id": corrected.head_revision_id, "by": "keiko"}
    keyed = [KeyedEdit(f"key {number}", stroke) for number, stroke in enumerate(strokes)]
    corrections.append_edits(store, corrected.id, position=0, edits=keyed, **at)
    corrections.undo(store, corrected.id, position=3, key="undo", **at)
    with store.database.migration() as config:
        command.downgrade(config, OLDEST)
    store.database.close()
    log = [Entry(each.key, "edit", encode_edit(each.edit).decode()) for each in keyed]
    promises.logs[corrected.head_revision_id] = [*log, Entry("undo", "undo")]
    promises.decisions[approved.id] = [Decision("approved", approved.head_revision_id)]
    promises.decisions[skipped.id] = [Decision("skipped", skipped.head_revision_id)]
    promises.photos = {each.sha256 for each in (corrected, approved, skipped, waiting)}
    return promises


@pytest.fixture(scope="module")
def older_store(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Promises]:
    """A folder, and what it holds."""
    folder = tmp_path_factory.mktemp("older") / "data"
    return folder, fill(folder)


def version_of(folder: Path) -> str | None:
    """Of the tables; None where there are none."""
    if not (folder / DATABASE_FILE).exists():
        return None
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
            return None
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


@pytest.mark.parametrize("is_new", [False, True], ids=["an older store", "a new store"])
def test_an_opening_that_is_killed_leaves_what_was_there_or_what_is_to_be(
    tmp_path: Path, older_store: tuple[Path, Promises], kills: int, seed: str, is_new: bool
) -> None:
    chance, killed, openings = random.Random(seed), 0, max(3, kills // 8)
    for number in range(openings):
        folder = tmp_path / str(number)
        if not is_new:
            shutil.copytree(older_store[0], folder)
        moment = chance.choice(MOMENTS)
        times = chance.randint(1, MOST_STATEMENTS) if moment is Moment.AFTER_STATEMENT else 1
        process = fork("open_and_close", folder, Death(moment, times), log=tmp_path / "log")
        process.join(PATIENCE_SECONDS)
        assert process.exitcode in (0, KILLED), (tmp_path / "log").read_text()
        killed += process.exitcode == KILLED
        left = version_of(folder)
        store = open_store(folder)
        store.database.close()
        assert left in (None if is_new else OLDEST, version_of(folder))
        assert examine(folder, Promises() if is_new else older_store[1], at_rest=False) == []
    assert killed * 2 >= openings
