import json
import re

import pytest
from approved_discs import approve_disc
from filelock import FileLock
from obstore.store import MemoryStore

from annotation_store.buckets.objects import ObstoreObjects
from annotation_store.keeping import moving
from studio.worker_lock import LOCK_FILE

PLACE = "s3://bucket/studio"


@pytest.fixture
def studio(store, monkeypatch):
    """A studio with an approved photo, and a bucket in memory."""
    memory = MemoryStore()
    monkeypatch.setattr(moving, "ObstoreObjects", lambda address: ObstoreObjects(address, memory))
    approve_disc(store, "cup.png", 1)
    return store


def test_a_move_says_how_many_files_and_what_to_set(run, studio):
    result = run("blobs", "move", PLACE)
    assert result.exit_code == 0, result.output
    copied, what_to_set = result.stdout.splitlines()
    assert copied.startswith("4 files (")
    assert copied.endswith(f") copied to {PLACE}, 0 files (0 bytes) there already")
    assert what_to_set == f"all are there: now set MATTELOOP_BLOB_URL={PLACE}"


def test_while_a_worker_is_at_work_it_brings_what_there_is(run, studio):
    with FileLock(studio.folder / LOCK_FILE):
        result = run("blobs", "move", PLACE, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["complete"], told["copied"]["files"]) == (False, 4)
    assert "stop it, and give the same command again" in result.stderr
    result = run("blobs", "move", PLACE, "--json")
    assert (result.exit_code, json.loads(result.stdout)["there"]["files"]) == (0, 4)


def test_what_is_lost_is_said(run, studio):
    next(iter(studio.blobs.files())).unlink()
    result = run("blobs", "move", PLACE)
    assert result.exit_code == 1
    assert "1 files are lost where they were" in result.stderr


@pytest.mark.parametrize(
    ("to", "words"),
    [("folder", "lie in .* already"), ("ftp://x", "write s3://"), ("s3://key:secret@bucket/studio", "leave them out")],
)
def test_a_place_that_cannot_be_one_is_refused(run, store, to, words):
    result = run("blobs", "move", to)
    assert result.exit_code == 1
    assert re.search(words, result.stderr)
    assert "secret" not in result.output


def test_an_address_in_the_settings_is_never_quoted(run, studio, monkeypatch):
    monkeypatch.setenv("MATTELOOP_BLOB_URL", "s3://key:secret@bucket/studio")
    result = run("doctor")
    assert (result.exit_code, "secret" in result.output) == (1, False)
    assert "leave them out" in result.stderr
