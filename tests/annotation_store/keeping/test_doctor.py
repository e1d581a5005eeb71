import hashlib

import pytest

from annotation_store import reviews
from annotation_store.corrections import undo
from annotation_store.keeping import doctor
from annotation_store.keeping.doctor import Depth, examine, is_sound
from annotation_store.keeping.finding import damage, notice, warning
from annotation_store.projects import FIRST_PROJECT
from annotation_store.queue import honeypots
from annotation_store.queue.pull import pull
from annotation_store.store import look_into


@pytest.fixture
def busy(world, store):
    """A store in which everything has happened that can happen to an image."""
    corrected, submitted, returned, restored, bulk, skipped, reopened = (
        world.draft(f"{name}_1.png")[0].id for name in ("cup", "scarf", "hat", "shoe", "bag", "ring", "belt")
    )
    for image in (corrected, submitted, returned, restored, reopened):
        world.stroke(image, "a", "b")
    undo(store, corrected, revision_id=1, position=2, key="c", by="keiko")
    for image in (submitted, returned):
        world.submit(image)
    reviews.return_to_operator(store, returned, reason="the strap", by="ren")
    for image in (restored, reopened):
        world.approve(image)
    reviews.restore(store, restored, world.seen(restored), revision_number=1, by="ren")
    reviews.reopen(store, reopened, by="ren")
    reviews.skip(store, skipped, reason="blurred", by="ren")
    world.set_project(bulk_confidence=0.9, honeypot_share=1)
    world.set_image(bulk, confidence=1)
    reviews.approve_in_bulk(store, FIRST_PROJECT, [bulk], by="ren")
    honeypots.choose(store, bulk, by="ren")
    copy = pull(store, project_ids=None, by="mio")
    assert copy.image.honeypot_of_id == bulk
    world.stroke(copy.image.id, "a", by="mio")
    world.take_in("waiting_1.png")
    return store


@pytest.mark.parametrize("depth", Depth)
def test_a_store_in_the_midst_of_work_is_sound(busy, findings, depth):
    assert findings(depth) == []


@pytest.mark.parametrize("database_url", [""], ids=["sqlite"])
def test_looking_changes_nothing(world, store, spoil, findings):
    (image,) = world.draft("cup_1.png")
    store.blobs.set_aside(image.photo_blob)
    spoil("UPDATE alembic_version SET version_num = '0003'")
    before = state_of(store.folder)
    assert [finding.check for finding in findings(Depth.DEEP)] == ["schema-version"]
    assert state_of(store.folder) == before


def state_of(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) for path in files}


@pytest.mark.parametrize("database_url", [""], ids=["sqlite"])
def test_a_check_that_cannot_be_made_does_not_stop_the_others(world, spoil, findings):
    world.draft("cup_1.png")
    spoil("DROP TABLE honeypot_results", "DROP TABLE honeypots", "UPDATE images SET head_revision_id = NULL")
    checks = [finding.check for finding in findings()]
    assert checks[0] == "database"
    assert "heads" in checks


def test_only_notices_leave_a_store_sound():
    assert is_sound([])
    assert is_sound([notice("a", "b")])
    assert not is_sound([notice("a", "b"), warning("c", "d")])
    assert not is_sound([damage("a", "b")])


@pytest.mark.parametrize("database_url", [""], ids=["sqlite"])
def test_progress_is_told(world, store):
    world.draft("cup_1.png")
    told = []
    list(examine(look_into(store.folder), depth=Depth.DEEP, say=lambda share, text: told.append((share, text))))
    assert told[0] == (0, "the database")
    assert [text for share, text in told if share == 1] == ["file 4 of 4", "photo 1 of 1", "matte 1 of 1"]


def test_every_check_of_rows_is_told_of_by_its_docstring():
    assert all(check.__doc__ for check in (*doctor.FIRST_OF_ALL, *doctor.OF_ROWS))
