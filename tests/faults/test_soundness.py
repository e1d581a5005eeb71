"""The judge itself: each kind of damage is found, and a sound store is called sound."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from small_images import approve, draft
from sqlalchemy import text

from annotation_store import corrections
from annotation_store.corrections import KeyedEdit
from annotation_store.edit_codec import encode_edit
from annotation_store.store import DATABASE_FILE, Store, open_store
from faults.promises import Decision, Entry, Promises
from faults.soundness import examine
from matting_core.edits.ink import Ink
from matting_core.edits.stroke import Stroke
from training.built_in_models import register_built_in_models

STROKE = Stroke(Ink.FOREGROUND, 12, ((80, 40), (88, 60)))


@pytest.fixture
def store(tmp_path: Path, sound_folder: Path) -> Store:
    return open_store(Path(shutil.copytree(sound_folder, tmp_path / "data")))


@pytest.fixture(scope="module")
def sound_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Image 1 is in correction with an edit, an undo and a redo; image 2 is approved."""
    store = open_store(tmp_path_factory.mktemp("sound") / "data")
    register_built_in_models(store)
    image = draft(store, "cup_1.png", 1)
    at = {"revision_id": image.head_revision_id, "by": "keiko"}
    corrections.append_edits(store, image.id, position=0, edits=[KeyedEdit("a", STROKE)], **at)
    corrections.undo(store, image.id, position=1, key="b", **at)
    corrections.redo(store, image.id, position=2, key="c", **at)
    approve(store, "cup_2.png", 2)
    with store.database.write() as session:  # damage has no respect
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    store.database.close()
    return store.folder


@pytest.fixture
def promises(store: Store) -> Promises:
    """All that is there."""
    made = Promises()
    made.logs[1] = [Entry("a", "edit", encode_edit(STROKE).decode()), Entry("b", "undo"), Entry("c", "redo")]
    made.decisions[2] = [Decision("approved", 2)]
    with store.database.read() as session:
        made.photos = set(session.scalars(text("SELECT sha256 FROM images")))
    return made


def test_a_sound_store_is_sound(store: Store, promises: Promises) -> None:
    assert examine(store.folder, promises, at_rest=True) == []


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("UPDATE images SET state = 'lost' WHERE id = 1", "'lost', which is none"),
        ("UPDATE images SET state = 'drafting' WHERE id = 1", "still drafting"),
        ("UPDATE images SET state = 'failed' WHERE id = 1", "failed without a reason"),
        ("UPDATE images SET state = 'approved' WHERE id = 1", "image 1 is approved, but the last decision is None"),
        ("UPDATE images SET head_revision_id = NULL WHERE id = 1", "its head is revision None"),
        ("UPDATE images SET head_revision_id = 2 WHERE id = 1", "its head is revision 2"),
        ("UPDATE images SET head_revision_id = 99 WHERE id = 1", "foreign_key_check"),
        ("UPDATE revisions SET number = 5 WHERE id = 1", "have the numbers [5]"),
        ("UPDATE revisions SET parent_id = 2 WHERE id = 1", "a parent of another image"),
        ("UPDATE edit_log SET position = 9 WHERE client_key = 'c'", "has the positions [0, 1, 9]"),
        ("DELETE FROM edit_log WHERE client_key = 'c'", "has lost something"),
        ("UPDATE edit_log SET edit = NULL WHERE client_key = 'a'", "has lost something"),
        ("UPDATE edit_log SET kind = 'undo' WHERE client_key = 'c'", "undoes more than there is"),
        ("UPDATE edit_log SET client_key = 'z' WHERE client_key = 'c'", "has lost something"),
        ("DELETE FROM decisions", "what was decided about image 2 has lost something"),
        ("UPDATE decisions SET revision_id = 1", "what was decided about image 2 has lost something"),
        ("DELETE FROM events WHERE action = 'image.approved'", "was decided on as ['approved'], the events tell"),
        ("UPDATE model_versions SET state = 'retired'", "the live models are []"),
        ("UPDATE images SET sha256 = 'ab' || substr(sha256, 3) WHERE id = 1", "was acknowledged and is not there"),
        ("UPDATE revisions SET alpha_blob = 'ab' || substr(alpha_blob, 3) WHERE id = 1", "alpha_blob"),
    ],
)
def test_damage_to_the_tables_is_found(store: Store, promises: Promises, damage: str, finding: str) -> None:
    with closing(sqlite3.connect(store.folder / DATABASE_FILE)) as connection, connection:
        connection.execute(damage)
    assert finding in "\n".join(examine(store.folder, promises, at_rest=True))


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"other")], ids=["missing", "changed"])
@pytest.mark.parametrize("column", ["sha256", "thumbnail_blob", "trimap_blob", "alpha_blob"])
def test_damage_to_the_files_is_found(
    store: Store, promises: Promises, column: str, harm: Callable[[Path], object]
) -> None:
    table = "revisions" if column in ("trimap_blob", "alpha_blob") else "images"
    with store.database.read() as session:
        digest = session.scalar(text(f"SELECT {column} FROM {table} WHERE id = 1"))  # noqa: S608
    harm(store.blobs.path(digest))
    assert f"its {column} {digest}" in "\n".join(examine(store.folder, promises, at_rest=True))


def test_what_nobody_asked_for_is_found(store: Store, promises: Promises) -> None:
    photo = promises.photos.pop()
    promises.logs[1].pop()
    promises.decisions.clear()
    findings = "\n".join(examine(store.folder, promises, at_rest=True))
    assert findings.count("holds what nobody asked for") == 2
    assert f"nobody sent the photo {photo}" in findings


def test_what_was_asked_for_and_not_answered_may_be_there_or_not(store: Store, promises: Promises) -> None:
    promises.asked_entries[1] = [promises.logs[1].pop()]
    promises.asked_decisions[2] = promises.decisions[2].pop()
    promises.asked_photos.add(promises.photos.pop())
    assert examine(store.folder, promises, at_rest=False) == []
    promises.asked_entries[1].append(Entry("d", "undo"))
    promises.asked_decisions[1] = Decision("skipped", 1)
    assert examine(store.folder, promises, at_rest=False) == []
