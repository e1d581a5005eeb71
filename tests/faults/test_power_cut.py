"""What is acknowledged is flushed to the disk, and in an order that leaves no row without its file."""

from pathlib import Path
from typing import Any

import pytest
from small_images import approve, draft, submit, take_in
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from annotation_store import corrections, reviews
from annotation_store.corrections import KeyedEdit
from annotation_store.learning import model_registry
from annotation_store.store import Store, open_store
from faults.durable_steps import DurableSteps, watch_commits
from matting_core.edits.soft_stroke import SoftStroke
from matting_core.trimap import force_known
from studio.commands.whole_files import whole_file
from training.whole_file import write_atomically


def approve_painted(store: Store) -> None:
    """A revision with all the blobs that one can have."""
    image = draft(store, "fur_1.png", 4)
    place = corrections.open_document(store, image.id)
    soft = KeyedEdit("a", SoftStroke(60, 80, 50, 40, ((100, 60), (200, 90))))
    corrections.append_edits(store, image.id, revision_id=place.revision_id, position=0, edits=[soft], by="keiko")
    marks = corrections.replayed_marks(store, corrections.open_document(store, image.id))
    _, alpha = corrections.load_base(store, place.revision_id)
    shown = marks.shown(force_known(alpha, marks.trimap), marks.whole)
    reviews.approve(store, image.id, reviews.Seen(place.revision_id, 1, marks.trimap, shown), by="keiko")


def promised_by(connection: Session | Connection) -> tuple[Any, ...]:
    return tuple(connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous"))


def files_under(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def test_every_file_and_its_name_are_flushed_before_the_row_that_names_it_is_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, named, lost = DurableSteps(tmp_path, monkeypatch), set(), []

    def before_commit(blobs: set[str]) -> None:
        named.update(blobs)
        lost.extend(filter(None, (steps.lost_in_a_power_cut(store.blobs.path(blob)) for blob in blobs)))

    store = open_store(tmp_path / "new" / "data")
    watch_commits(store.database.engine, before_commit)
    approve(store, "cup_1.png", 1)
    submit(store, "cup_2.png", 2)
    approve_painted(store)
    take_in(store, "cup_3.png", 3)
    details = {"parent_id": None, "run_id": None, "metrics": {}, "licence": "MIT", "code_version": "1"}
    model_registry.register_candidate(store, architecture="compact", weights=b"weights", **details)
    assert lost == []
    assert named == files_under(store.blobs.root)
    assert len(named) >= 12


@pytest.mark.parametrize("lost", range(3), ids=["the file's", "its folder's", "the folder's above"])
def test_a_name_that_a_killed_process_did_not_flush_is_flushed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    store = open_store(tmp_path / "data")
    path = store.blobs.path(store.blobs.put(b"photo"))
    steps = DurableSteps(tmp_path, monkeypatch)
    steps.forget([path, *path.parents][lost])
    assert steps.lost_in_a_power_cut(path) is not None
    open_store(tmp_path / "data").blobs.put(b"photo")
    assert steps.lost_in_a_power_cut(path) is None


def test_a_new_store_is_itself_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = DurableSteps(tmp_path, monkeypatch)
    store = open_store(tmp_path / "new" / "data")
    assert [steps.lost_in_a_power_cut(path) for path in (store.folder, store.blobs.root)] == [None, None]


def test_a_file_that_a_command_has_written_is_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, target = DurableSteps(tmp_path, monkeypatch), tmp_path / "cutouts.zip"
    with whole_file(target) as file:
        file.write(b"cut-outs")
    assert steps.lost_in_a_power_cut(target) is None


def test_a_checkpoint_takes_the_place_of_the_one_before_only_when_its_bytes_are_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, target = DurableSteps(tmp_path, monkeypatch), tmp_path / "checkpoint.pt"
    rename = Path.replace

    def watched(path: Path, target: Path) -> Path:
        assert "the bytes" not in (steps.lost_in_a_power_cut(path) or "")
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    write_atomically(target, b"weights")
    assert target.read_bytes() == b"weights"


def test_every_connection_flushes_at_each_commit(tmp_path: Path) -> None:
    """SQLite in WAL mode flushes its log at each commit only with synchronous = FULL (2)."""
    store = open_store(tmp_path / "data")
    with store.database.read() as reader, store.database.write() as writer, store.database.read() as another:
        found = [promised_by(session) for session in (reader, writer, another)]
    with store.database.migration() as config:
        found.append(promised_by(config.attributes["connection"]))
    assert found == [("wal", 2)] * 4
