"""The history of an image: its revisions, what was decided about them, and how much was drawn between, in one list.

It is read from what is never changed (`migrations/append_only.py`). Revisions follow one another by their numbers, and
all that is about a revision stands between it and the next one; only within that does the clock order what happened.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from annotation_store import schema
from annotation_store.kinds import EntryKind, RevisionKind, Verdict
from annotation_store.records import DecisionRecord, RevisionRecord
from annotation_store.reviews.bulk_approval import was_in_bulk
from annotation_store.reviews.decisions import read_decisions
from annotation_store.revisions import read_revisions, repeated_by
from annotation_store.rows import find_image, find_model
from annotation_store.store import Store


@dataclass(frozen=True, slots=True)
class Made:
    """A revision came to be. model: the name of the version that made its alpha. restored: the number it repeats."""

    at: datetime
    by: str
    revision: int
    kind: RevisionKind
    model: str | None
    drafter: str | None
    restored: int | None


@dataclass(frozen=True, slots=True)
class Decided:
    """Somebody decided about a revision; `revision` is None where there was no draft yet.

    in_bulk: approved together with others, without anybody's look at it.
    """

    at: datetime
    by: str
    revision: int | None
    verdict: Verdict
    note: str
    in_bulk: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one person did on a revision, from `at` until `until`, with nothing else made or decided in between.

    edits: drawn. undone, redone: steps back and forward.
    """

    at: datetime
    until: datetime
    by: str
    revision: int
    edits: int
    undone: int
    redone: int


Happening = Made | Decided | Drawn


def history_of(store: Store, image_id: int) -> tuple[Happening, ...]:
    """All that happened to an image, oldest first. Raises NotFoundError if there is no such image."""
    with store.database.read() as session:
        find_image(session, image_id)
        revisions = read_revisions(session, image_id)
        decisions = read_decisions(session, image_id)
        happenings: list[Happening] = [_decided(each, None) for each in decisions if each.revision_id is None]
        for revision in revisions:
            happenings.append(_made(session, revision, revisions))
            about_it = [each for each in decisions if each.revision_id == revision.id]
            happenings += _since(revision, about_it, _read_entries(session, revision))
        return tuple(happenings)


def _made(session: Session, revision: RevisionRecord, revisions: Sequence[RevisionRecord]) -> Made:
    model = None if revision.model_version_id is None else find_model(session, revision.model_version_id).name
    repeated = repeated_by(revision, revisions) if revision.kind is RevisionKind.RESTORED else None
    return Made(
        at=revision.created_at,
        by=revision.author,
        revision=revision.number,
        kind=revision.kind,
        model=model,
        drafter=revision.drafter,
        restored=None if repeated is None else repeated.number,
    )


def _decided(decision: DecisionRecord, revision: int | None) -> Decided:
    return Decided(
        at=decision.created_at,
        by=decision.author,
        revision=revision,
        verdict=decision.verdict,
        note=decision.note,
        in_bulk=was_in_bulk(decision),
    )


def _since(
    revision: RevisionRecord, decisions: Iterable[DecisionRecord], entries: Iterable[schema.EditEntry]
) -> Iterator[Happening]:
    """What happened while `revision` was the newest."""
    in_order: list[DecisionRecord | schema.EditEntry] = sorted((*decisions, *entries), key=attrgetter("created_at"))
    drawn: list[schema.EditEntry] = []
    for each in in_order:
        if isinstance(each, schema.EditEntry):
            drawn.append(each)
            continue
        yield from _drawn(drawn, revision.number)
        drawn = []
        yield _decided(each, revision.number)
    yield from _drawn(drawn, revision.number)


def _drawn(entries: Iterable[schema.EditEntry], revision: int) -> Iterator[Drawn]:
    """One for each author, whoever began first."""
    by_author: dict[str, list[schema.EditEntry]] = {}
    for entry in entries:
        by_author.setdefault(entry.author, []).append(entry)
    for author, theirs in by_author.items():
        kinds = Counter(entry.kind for entry in theirs)
        yield Drawn(
            at=theirs[0].created_at,
            until=theirs[-1].created_at,
            by=author,
            revision=revision,
            edits=kinds[EntryKind.EDIT],
            undone=kinds[EntryKind.UNDO],
            redone=kinds[EntryKind.REDO],
        )


def _read_entries(session: Session, revision: RevisionRecord) -> Iterable[schema.EditEntry]:
    """The log of a revision, but for what was drawn: that may weigh megabytes."""
    told = load_only(schema.EditEntry.kind, schema.EditEntry.author, schema.EditEntry.created_at)
    query = select(schema.EditEntry).filter_by(revision_id=revision.id).order_by(schema.EditEntry.position)
    return session.scalars(query.options(told))
