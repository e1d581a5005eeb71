"""Whether a data folder is sound and holds what was promised, judged from its tables and files alone.

Nothing of the studio reads for this but the words of its states: an error in the store's own readers would hide there.
"""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import Any

from annotation_store.kinds import EntryKind, RevisionKind, Verdict
from annotation_store.states import ImageState, ModelState, RunState
from annotation_store.store import BLOB_FOLDER, DATABASE_FILE
from faults.promises import Decision, Entry, Promises

WORDS = (
    ("images", "state", ImageState),
    ("revisions", "kind", RevisionKind),
    ("edit_log", "kind", EntryKind),
    ("decisions", "verdict", Verdict),
    ("model_versions", "state", ModelState),
    ("training_runs", "state", RunState),
)
BLOBS = (
    ("images", ("sha256", "thumbnail_blob")),
    ("revisions", ("trimap_blob", "alpha_blob", "retouch_blob")),
    ("model_versions", ("weights_blob",)),
)
NEED_A_HEAD = (ImageState.READY, ImageState.IN_CORRECTION, ImageState.IN_REVIEW, ImageState.APPROVED)
DECIDED = {
    ImageState.APPROVED: Verdict.APPROVED,
    ImageState.IN_REVIEW: Verdict.SUBMITTED,
    ImageState.SKIPPED: Verdict.SKIPPED,
}
KEEPS_WHAT_WAS_SEEN = (Verdict.APPROVED, Verdict.SUBMITTED)


def examine(folder: Path, promises: Promises, *, at_rest: bool) -> list[str]:
    """All that is wrong with the store in `folder`, a sentence each; empty if it is sound.

    at_rest: nobody asks for anything any more, and every photo has been drafted.
    """
    at_least = promises.now()
    tables, wrong = _read(folder)
    at_most = promises.now()  # requests may be on their way
    return [
        *wrong,
        *_unknown_words(tables),
        *_images(tables, at_rest=at_rest),
        *_revisions(tables),
        *_logs(tables, at_least=at_least, at_most=at_most),
        *_decisions(tables, at_least=at_least, at_most=at_most),
        *_models(tables),
        *_photos(tables, at_least=at_least, at_most=at_most),
        *_blobs(tables, folder / BLOB_FOLDER),
    ]


Row = sqlite3.Row
Tables = dict[str, list[Row]]


def _read(folder: Path) -> tuple[Tables, list[str]]:
    """All rows that are looked at, by table, as they stand at one moment; and what SQLite itself complains of."""
    with closing(sqlite3.connect(folder / DATABASE_FILE, timeout=30)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN")
        tables = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()  # noqa: S608  (a name from above)
            for table in {*(name for name, *_ in (*WORDS, *BLOBS)), "events"}
        }
        complaints = [
            f"{check}: {tuple(row)}"
            for check in ("integrity_check", "foreign_key_check")
            for row in connection.execute(f"PRAGMA {check}")
            if tuple(row) != ("ok",)
        ]
    return tables, complaints


def _grouped(rows: Iterable[Row], column: str) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _unknown_words(tables: Tables) -> Iterator[str]:
    for table, column, words in WORDS:
        for row in tables[table]:
            if row[column] not in set(words):
                yield f"{table} {row['id']}: {column} is {row[column]!r}, which is none"


def _images(tables: Tables, *, at_rest: bool) -> Iterator[str]:
    revisions = _grouped(tables["revisions"], "image_id")
    decisions = _grouped(tables["decisions"], "image_id")
    for image in tables["images"]:
        state, head, own = image["state"], image["head_revision_id"], revisions[image["id"]]
        newest = max(own, key=lambda row: row["number"])["id"] if own else None
        if head != newest:
            yield f"image {image['id']}: its head is revision {head}, its newest revision is {newest}"
        if state in NEED_A_HEAD and head is None:
            yield f"image {image['id']} is {state} without a revision"
        if state == ImageState.FAILED and not image["failure"]:
            yield f"image {image['id']} has failed without a reason"
        if at_rest and state in (ImageState.WAITING, ImageState.DRAFTING, ImageState.FAILED):
            yield f"image {image['id']} was never drafted, it is still {state}: {image['failure']}"
        if state in DECIDED:
            last = decisions[image["id"]][-1] if decisions[image["id"]] else None
            if last is None or (last["verdict"], last["revision_id"]) != (DECIDED[state], head):
                yield f"image {image['id']} is {state}, but the last decision is {last and tuple(last)}, head {head}"


def _revisions(tables: Tables) -> Iterator[str]:
    for image, own in _grouped(tables["revisions"], "image_id").items():
        numbers = sorted(row["number"] for row in own)
        if numbers != list(range(1, len(own) + 1)):
            yield f"image {image}: its revisions have the numbers {numbers}"
        ids = {row["id"] for row in own}
        for row in own:
            if row["parent_id"] is not None and row["parent_id"] not in ids:
                yield f"revision {row['id']} of image {image} has a parent of another image"


def _logs(tables: Tables, *, at_least: Promises, at_most: Promises) -> Iterator[str]:
    by_revision = _grouped(tables["edit_log"], "revision_id")
    for revision in {*by_revision, *at_least.logs}:
        own = sorted(by_revision[revision], key=lambda row: row["position"])
        positions = [row["position"] for row in own]
        if positions != list(range(len(own))):
            yield f"the log of revision {revision} has the positions {positions}"
        entries = [Entry(row["client_key"], row["kind"], row["edit"] and row["edit"].decode()) for row in own]
        if len({entry.key for entry in entries}) != len(entries):
            yield f"the log of revision {revision} holds a key twice: {[entry.key for entry in entries]}"
        if _active(entries) is None:
            yield f"the log of revision {revision} undoes more than there is: {[entry.kind for entry in entries]}"
        yield from _between(
            f"the log of revision {revision}",
            entries,
            at_least=at_least.logs.get(revision, []),
            at_most=at_most.logs.get(revision, []) + at_most.asked_entries.get(revision, []),
        )


def _decisions(tables: Tables, *, at_least: Promises, at_most: Promises) -> Iterator[str]:
    parents = {row["id"]: row["parent_id"] for row in tables["revisions"]}
    rows, events = (_grouped(tables[table], "image_id") for table in ("decisions", "events"))
    for image in {*rows, *at_least.decisions}:
        asked = [at_most.asked_decisions[image]] if image in at_most.asked_decisions else []
        possible = at_most.decisions.get(image, []) + asked
        found = [
            expected if expected is not None and _is(row, expected, parents) else (row["verdict"], row["revision_id"])
            for row, expected in zip_longest(rows[image], possible[: len(rows[image])])
        ]
        least = at_least.decisions.get(image, [])
        yield from _between(f"what was decided about image {image}", found, at_least=least, at_most=possible)
        verdicts = [row["verdict"] for row in rows[image]]
        told = [row["action"].removeprefix("image.") for row in events[image]]
        if verdicts != [verdict for verdict in told if verdict in set(Verdict)]:
            yield f"image {image} was decided on as {verdicts}, the events tell {told}"


def _is(row: Row, decision: Decision, parents: Mapping[int, int | None]) -> bool:
    """Whether a row keeps `decision`; approved or submitted, what was seen is kept as a child if it was drawn on."""
    kept, makes_a_child = row["revision_id"], row["verdict"] in KEEPS_WHAT_WAS_SEEN
    is_itself = kept == decision.seen and not (makes_a_child and decision.drawn_on)
    is_child = makes_a_child and parents.get(kept) == decision.seen
    return row["verdict"] == decision.verdict and (is_itself or is_child)


def _models(tables: Tables) -> Iterator[str]:
    rows = tables["model_versions"]
    live = [row["name"] for row in rows if row["state"] == ModelState.LIVE]
    if len(live) > 1 or (rows and not live):
        yield f"the live models are {live}"


def _photos(tables: Tables, *, at_least: Promises, at_most: Promises) -> Iterator[str]:
    taken_in = [row["sha256"] for row in tables["images"]]
    for digest in at_least.photos - set(taken_in):
        yield f"the photo {digest} was acknowledged and is not there"
    for digest in set(taken_in) - at_most.photos - at_most.asked_photos:
        yield f"nobody sent the photo {digest}"
    if len(set(taken_in)) != len(taken_in):
        yield "a photo was taken in twice"


def _blobs(tables: Tables, folder: Path) -> Iterator[str]:
    for table, columns in BLOBS:
        for row in tables[table]:
            for column in columns:
                digest = row[column]
                if digest is None:
                    continue
                path = folder / digest[:2] / digest[2:4] / digest
                if not path.is_file():
                    yield f"{table} {row['id']}: its {column} {digest} is not there"
                elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                    yield f"{table} {row['id']}: its {column} {digest} holds other bytes"


def _between(what: str, found: Sequence[Any], *, at_least: Sequence[Any], at_most: Sequence[Any]) -> Iterator[str]:
    """`found` begins with all of `at_least`, and is itself a beginning of `at_most`."""
    if list(found[: len(at_least)]) != list(at_least):
        yield f"{what} has lost something:\n  promised {list(at_least)}\n  found    {list(found)}"
    elif list(at_most[: len(found)]) != list(found):
        yield f"{what} holds what nobody asked for:\n  asked for {list(at_most)}\n  found     {list(found)}"


def _active(entries: Iterable[Entry]) -> int | None:
    """How many edits count, after undo and redo; None if more is undone or redone than there is."""
    active = undone = 0
    for entry in entries:
        match entry.kind:
            case "edit":
                active, undone = active + 1, 0
            case "undo":
                active, undone = active - 1, undone + 1
            case "redo":
                active, undone = active + 1, undone - 1
        if active < 0 or undone < 0:
            return None
    return active


def states_of(folder: Path) -> dict[str, str]:
    """The state of each photo, by its name."""
    tables, _ = _read(folder)
    return {row["name"]: row["state"] for row in tables["images"]}
