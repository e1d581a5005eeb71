"""Tokens of scripts: a secret by which a program acts for a person, within the abilities that the person gave it.

A token does nothing that its person may not do: scopes beyond those of a role count again once the role has them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from annotation_store import clock, schema
from annotation_store.errors import InvalidTokenError, SignInRefusedError, TokenGoneError
from annotation_store.events import record_event
from annotation_store.people.accounts import find_person
from annotation_store.people.roles import ABILITIES, Ability
from annotation_store.people.tokens import hash_of, new_token
from annotation_store.records import ApiTokenRecord, PersonRecord
from annotation_store.store import Store

PREFIX = "mloop_"
"""How every token begins, so that programs that look for lost secrets find it."""

LONGEST_NAME = 80
LONGEST_DAYS = 3650
MOST_TOKENS = 50
"""Of one person, at a time."""

USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """For whom a script acts, as the store has it at this moment. project_ids: those that they belong to."""

    person: PersonRecord
    project_ids: frozenset[int]
    token: ApiTokenRecord

    @property
    def scopes(self) -> frozenset[Ability]:
        """What the token was made for; a word that no ability is called by counts for nothing."""
        return frozenset(ability for ability in Ability if ability.value in self.token.scopes)


def create_token(
    store: Store, person_id: int, *, name: str, scopes: Collection[Ability], by: str, days: int | None = None
) -> tuple[ApiTokenRecord, str]:
    """A new token and its secret, which is nowhere to be had again. days: until it ends; None for never.

    name: what it is for, 1 to 80 characters. Raises NotFoundError, SignInRefusedError if the person has been shut out,
    InvalidTokenError if the name, the scopes or the days will not do, or if the person has too many tokens.
    """
    name = _checked_name(name)
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise InvalidTokenError("days", f"A token ends after 1 to {LONGEST_DAYS} days, or never.")
    secret, now = PREFIX + new_token(), clock.utc_now()
    with store.database.write() as session:
        person = find_person(session, person_id)
        if person.disabled_at is not None:
            raise SignInRefusedError
        _check_scopes(scopes, ABILITIES[person.role], person.role.value)
        _check_room(session, person_id)
        row = schema.ApiToken(
            token_hash=hash_of(secret),
            person_id=person_id,
            name=name,
            scopes=[ability.value for ability in Ability if ability in scopes],
            created_at=now,
            expires_at=None if days is None else now + timedelta(days=days),
        )
        session.add(row)
        session.flush()
        data = {"person_id": person_id, "token_id": row.id, "name": name, "scopes": row.scopes, "days": days}
        record_event(session, actor=by, action="api_token.created", data=data)
        return ApiTokenRecord.of(row), secret


_PERSON = [getattr(schema.Person, field.name) for field in fields(PersonRecord)]
_TOKEN = [getattr(schema.ApiToken, field.name) for field in fields(ApiTokenRecord)]
_LOOK_UP = (
    select(*_PERSON, *_TOKEN, schema.ProjectMember.project_id)
    .join_from(schema.ApiToken, schema.Person, schema.ApiToken.person_id == schema.Person.id)
    .outerjoin(schema.ProjectMember, schema.ProjectMember.person_id == schema.Person.id)
    .where(
        schema.ApiToken.token_hash == bindparam("token_hash"),
        schema.ApiToken.revoked_at.is_(None),
        or_(schema.ApiToken.expires_at.is_(None), schema.ApiToken.expires_at > bindparam("now")),
        schema.Person.disabled_at.is_(None),
    )
)


def look_up(store: Store, secret: str) -> TokenHolder | None:
    """Whose secret this is, if it is still good. Every request asks, so it is one query and writes nothing."""
    if not secret.startswith(PREFIX):
        return None
    with store.database.read() as session:
        rows: Sequence[tuple[object, ...]] = session.execute(
            _LOOK_UP, {"token_hash": hash_of(secret), "now": clock.utc_now()}
        ).all()
    if not rows:
        return None
    first, end_of_person = rows[0], len(_PERSON)
    return TokenHolder(
        person=PersonRecord(*first[:end_of_person]),  # type: ignore[arg-type]
        project_ids=frozenset(row[-1] for row in rows if row[-1] is not None),  # type: ignore[misc]
        token=ApiTokenRecord(*first[end_of_person:-1]),  # type: ignore[arg-type]
    )


def is_worth_noting(token: ApiTokenRecord) -> bool:
    """Whether `note_used` would write: it never did, or a minute has passed since."""
    return token.used_at is None or clock.utc_now() - token.used_at >= USED_EVERY


def note_used(store: Store, token: ApiTokenRecord) -> None:
    """The token was used now. Nothing happens if that was noted within the last minute."""
    now = clock.utc_now()
    is_old = or_(schema.ApiToken.used_at.is_(None), schema.ApiToken.used_at <= now - USED_EVERY)
    with store.database.write() as session:
        session.execute(update(schema.ApiToken).where(schema.ApiToken.id == token.id, is_old).values(used_at=now))


def list_tokens(store: Store, person_id: int) -> tuple[ApiTokenRecord, ...]:
    """The tokens of a person that are still good, the newest first."""
    query = select(schema.ApiToken).where(*_good(person_id)).order_by(schema.ApiToken.id.desc())
    with store.database.read() as session:
        return tuple(ApiTokenRecord.of(row) for row in session.scalars(query))


def revoke_token(store: Store, person_id: int, token_id: int, *, by: str) -> None:
    """End a token of a person, at its next request. Raises TokenGoneError if they have no such one any more."""
    with store.database.write() as session:
        row = session.get(schema.ApiToken, token_id)
        if row is None or row.person_id != person_id or row.revoked_at is not None:
            raise TokenGoneError
        row.revoked_at = clock.utc_now()
        data = {"person_id": person_id, "token_id": token_id, "name": row.name}
        record_event(session, actor=by, action="api_token.revoked", data=data)


def _good(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        schema.ApiToken.person_id == person_id,
        schema.ApiToken.revoked_at.is_(None),
        or_(schema.ApiToken.expires_at.is_(None), schema.ApiToken.expires_at > clock.utc_now()),
    )


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise InvalidTokenError("name", f"Say what the token is for, in 1 to {LONGEST_NAME} characters.")
    return name


def _check_scopes(scopes: Collection[Ability], allowed: frozenset[Ability], role: str) -> None:
    if not scopes:
        raise InvalidTokenError("scopes", "Say what the token may do: choose one scope at least.")
    if beyond := set(scopes) - allowed:
        words = ", ".join(ability.value for ability in Ability if ability in beyond)
        raise InvalidTokenError("beyond", f"A token of the role {role} cannot have the scope {words}.")


def _check_room(session: Session, person_id: int) -> None:
    if (session.scalar(select(func.count()).select_from(schema.ApiToken).where(*_good(person_id))) or 0) >= MOST_TOKENS:
        raise InvalidTokenError("room", f"A person has at most {MOST_TOKENS} tokens: revoke one that nobody uses.")
