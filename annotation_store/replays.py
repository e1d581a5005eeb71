"""Answers that are kept under a key of the sender's: a request that comes once more is answered as the first time.

A row comes to be before the work is begun, so that of two alike only one is worked on. A process that dies meanwhile
leaves a row without an answer; after a minute the same request may be tried again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from annotation_store import clock, schema
from annotation_store.errors import KeyInUseError, KeyReusedError
from annotation_store.store import Store

KEPT = timedelta(hours=24)
PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. headers: their names lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def begin(store: Store, person: str, key: str, fingerprint: str) -> Answer | None:
    """The answer that was given under this key; None if the work is the caller's now, who ends it by `keep` or `drop`.

    fingerprint: of all that the request asks for. Raises KeyReusedError if the key came with another request before,
    KeyInUseError while the same is being answered.
    """
    now = clock.utc_now()
    with store.database.write() as session:
        session.execute(delete(schema.Replay).where(schema.Replay.created_at < now - KEPT))
        row = session.get(schema.Replay, (person, key))
        if row is None:
            session.add(schema.Replay(person=person, key=key, fingerprint=fingerprint, created_at=now))
            return None
        if row.fingerprint != fingerprint:
            raise KeyReusedError
        if row.status is not None:
            return Answer(row.status, dict(row.headers or {}), row.body or b"")
        if row.created_at > now - PATIENCE:
            raise KeyInUseError
        row.created_at = now
        return None


def keep(store: Store, person: str, key: str, answer: Answer) -> None:
    """Give this answer from now on."""
    with store.database.write() as session:
        row = session.get(schema.Replay, (person, key))
        if row is not None:
            row.status, row.headers, row.body = answer.status, dict(answer.headers), answer.body


def drop(store: Store, person: str, key: str) -> None:
    """Nothing came of it that would have to be kept: the same may be asked for again at once."""
    with store.database.write() as session:
        session.execute(delete(schema.Replay).filter_by(person=person, key=key, status=None))
