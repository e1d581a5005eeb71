"""Sign-ins: a browser keeps a secret, and for as long as it is good, whoever uses that browser is the person.

Nothing is remembered between requests: a sign-in that was ended, by whatever process, is over at the next request.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from annotation_store import clock, schema
from annotation_store.errors import NotFoundError, SignInRefusedError
from annotation_store.events import record_event
from annotation_store.people.accounts import find_person
from annotation_store.people.tokens import hash_of, new_token
from annotation_store.records import PersonRecord, SignInRecord
from annotation_store.store import Store

SEEN_EVERY = timedelta(minutes=1)
LONGEST_BROWSER = 300


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A sign-in is over when its browser was not seen for `idle`, and in any case after `absolute`."""

    idle: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a request comes from, as the store has it at this moment. project_ids: those that they belong to."""

    person: PersonRecord
    project_ids: frozenset[int]
    sign_in: SignInRecord


def begin_sign_in(store: Store, person_id: int, *, browser: str, lifetime: Lifetime) -> tuple[SignInRecord, str]:
    """A new sign-in, and the secret for its browser to keep. Others of the person go on.

    Raises NotFoundError, or SignInRefusedError if the person has been shut out.
    """
    token, now = new_token(), clock.utc_now()
    with store.database.write() as session:
        person = find_person(session, person_id)
        if person.disabled_at is not None:
            raise SignInRefusedError
        session.execute(delete(schema.SignIn).where(schema.SignIn.expires_at <= now))
        row = schema.SignIn(
            token_hash=hash_of(token),
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=now + min(lifetime.idle, lifetime.absolute),
            browser=browser[:LONGEST_BROWSER],
        )
        session.add(row)
        session.flush()
        record_event(session, actor=person.name, action="sign_in.began", data={"sign_in_id": row.id})
        return SignInRecord.of(row), token


_PERSON = [getattr(schema.Person, field.name) for field in fields(PersonRecord)]
_SIGN_IN = [getattr(schema.SignIn, field.name) for field in fields(SignInRecord)]
_LOOK_UP = (
    select(*_PERSON, *_SIGN_IN, schema.ProjectMember.project_id)
    .join_from(schema.SignIn, schema.Person, schema.SignIn.person_id == schema.Person.id)
    .outerjoin(schema.ProjectMember, schema.ProjectMember.person_id == schema.Person.id)
    .where(
        schema.SignIn.token_hash == bindparam("token_hash"),
        schema.SignIn.expires_at > bindparam("now"),
        schema.Person.disabled_at.is_(None),
    )
)


def look_up(store: Store, token: str) -> SignedIn | None:
    """Whose secret this is, if it is still good. Every request asks, so it is one query and writes nothing."""
    with store.database.read() as session:
        rows: Sequence[tuple[object, ...]] = session.execute(
            _LOOK_UP, {"token_hash": hash_of(token), "now": clock.utc_now()}
        ).all()
    if not rows:
        return None
    first, end_of_person = rows[0], len(_PERSON)
    return SignedIn(
        person=PersonRecord(*first[:end_of_person]),  # type: ignore[arg-type]
        project_ids=frozenset(row[-1] for row in rows if row[-1] is not None),  # type: ignore[misc]
        sign_in=SignInRecord(*first[end_of_person:-1]),  # type: ignore[arg-type]
    )


def is_worth_noting(sign_in: SignInRecord) -> bool:
    """Whether `note_seen` would write: a minute has passed since it last did."""
    return clock.utc_now() - sign_in.seen_at >= SEEN_EVERY


def note_seen(store: Store, sign_in: SignInRecord, lifetime: Lifetime) -> None:
    """The browser was here: its sign-in lives on from now. Nothing happens if somebody has ended it."""
    now = clock.utc_now()
    until = min(now + lifetime.idle, sign_in.created_at + lifetime.absolute)
    change = update(schema.SignIn).where(schema.SignIn.id == sign_in.id, schema.SignIn.seen_at <= now - SEEN_EVERY)
    with store.database.write() as session:
        session.execute(change.values(seen_at=now, expires_at=until))


def list_sign_ins(store: Store, person_id: int) -> tuple[SignInRecord, ...]:
    """Where the person is signed in now, the browser seen last first."""
    query = select(schema.SignIn).where(
        schema.SignIn.person_id == person_id, schema.SignIn.expires_at > clock.utc_now()
    )
    with store.database.read() as session:
        rows = session.scalars(query.order_by(schema.SignIn.seen_at.desc(), schema.SignIn.id.desc()))
        return tuple(SignInRecord.of(row) for row in rows)


def end_sign_in(store: Store, person_id: int, sign_in_id: int, *, by: str) -> None:
    """End one sign-in of a person. Raises NotFoundError if they have no such one."""
    with store.database.write() as session:
        row = session.get(schema.SignIn, sign_in_id)
        if row is None or row.person_id != person_id:
            raise NotFoundError("This browser is not signed in any more: reload the page.")
        session.delete(row)
        record_event(session, actor=by, action="sign_in.ended", data={"person_id": person_id, "sign_in_id": sign_in_id})


def end_all_sign_ins(store: Store, person_id: int, *, by: str, keep: int | None = None) -> int:
    """End all sign-ins of a person but number `keep`; returns how many. Raises NotFoundError."""
    with store.database.write() as session:
        find_person(session, person_id)
        ended = forget_sign_ins(session, person_id, keep=keep)
        record_event(session, actor=by, action="sign_in.all_ended", data={"person_id": person_id, "ended": ended})
        return ended


def forget_sign_ins(session: Session, person_id: int, *, keep: int | None = None) -> int:
    """For this floor only: without a word in the audit trail, which the caller writes."""
    query = delete(schema.SignIn).where(schema.SignIn.person_id == person_id)
    if keep is not None:
        query = query.where(schema.SignIn.id != keep)
    result = session.execute(query)
    assert isinstance(result, CursorResult)  # noqa: S101, a DELETE has no other
    return result.rowcount
