"""Answers that are kept under a key of the sender's: a request that comes once more is answered as the first time.

A row comes to be before the work is begun, so that of two alike only one is worked on. Whoever works on it renews the
row from time to time. A process that dies meanwhile leaves a row without an answer; after a minute the same request may
be tried again. Should the first one still be there, it finds that the row is another's, and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from sqlalchemy import delete
from sqlalchemy.orm import Session

from annotation_store import clock, schema
from annotation_store.errors import KeyInUseError, KeyReusedError
from annotation_store.store import Store

KEPT = timedelta(hours=24)
PATIENCE = timedelta(minutes=1)
"""An attempt that was not renewed for so long has died."""
_ATTEMPT = "attempt"  # in the place of headers, which there are none of before the answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. headers: their names lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Attempt:
    """The work on a request is its holder's, who ends it by `keep` or `drop`. token: tells it from later ones."""

    person: str
    key: str
    token: str


def begin(store: Store, person: str, key: str, fingerprint: str) -> Answer | Attempt:
    """The answer that was given under this key; an attempt if the work is the caller's now.

    fingerprint: of all that the request asks for. Raises KeyReusedError if the key came with another request before,
    KeyInUseError while the same is being answered.
    """
    attempt = Attempt(person, key, token_hex(16))
    with store.database.write() as session:
        now = clock.utc_now()  # with the pen in hand: waiting for it is no part of the work
        session.execute(delete(schema.Replay).where(schema.Replay.created_at < now - KEPT))
        row = session.get(schema.Replay, (person, key))
        if row is None:
            row = schema.Replay(person=person, key=key, fingerprint=fingerprint)
            session.add(row)
        elif row.fingerprint != fingerprint:
            raise KeyReusedError
        elif row.status is not None:
            return Answer(row.status, dict(row.headers or {}), row.body or b"")
        elif row.created_at > now - PATIENCE:
            raise KeyInUseError
        row.created_at, row.headers = now, {_ATTEMPT: attempt.token}
        return attempt


def renew(store: Store, attempt: Attempt) -> None:
    """It is still being worked on."""
    with store.database.write() as session:
        if (row := _row_of(session, attempt)) is not None:
            row.created_at = clock.utc_now()


def keep(store: Store, attempt: Attempt, answer: Answer) -> None:
    """Give this answer from now on."""
    with store.database.write() as session:
        if (row := _row_of(session, attempt)) is not None:
            row.status, row.headers, row.body = answer.status, dict(answer.headers), answer.body


def drop(store: Store, attempt: Attempt) -> None:
    """Nothing came of it that would have to be kept: the same may be asked for again at once."""
    with store.database.write() as session:
        if (row := _row_of(session, attempt)) is not None:
            session.delete(row)


def _row_of(session: Session, attempt: Attempt) -> schema.Replay | None:
    """None once it has an answer, or is another's."""
    row = session.get(schema.Replay, (attempt.person, attempt.key))
    if row is None or row.status is not None or (row.headers or {}).get(_ATTEMPT) != attempt.token:
        return None
    return row
