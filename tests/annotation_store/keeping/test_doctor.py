import hashlib

import pytest

from annotation_store.keeping import doctor
from annotation_store.keeping.doctor import Depth, examine, is_sound
from annotation_store.keeping.finding import damage, notice, warning
from annotation_store.store import look_into


@pytest.mark.parametrize("depth", Depth)
def test_a_store_in_the_midst_of_work_is_sound(world, findings, depth):
    for image in world.draft("cup_1.png", "scarf_1.png", "hat_1.png"):
        world.stroke(image.id, "key")
    world.approve(1)
    world.submit(2)
    world.take_in("shoe_1.png")
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
