"""Whether somebody is who they say they are, by their password; and giving themselves another one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from annotation_store import clock, schema
from annotation_store.errors import AccountLockedError, SignInRefusedError
from annotation_store.events import record_event
from annotation_store.people import passwords
from annotation_store.people.accounts import find_person, unlock
from annotation_store.people.lock_out import lock_after
from annotation_store.people.sign_ins import forget_sign_ins
from annotation_store.records import PersonRecord
from annotation_store.store import Store


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What the password is to be compared with. locked_until: None unless the account was locked before."""

    person_id: int | None = None
    password_hash: str | None = None
    locked_until: datetime | None = None


def check_credentials(store: Store, name: str, password: str) -> PersonRecord:
    """The active person of this name and password.

    Raises SignInRefusedError in the same words, after the same work, for a wrong password, a name that nobody has, and
    an account that is disabled or has no password. Raises AccountLockedError if only a lock is in the way.
    """
    attempt = _note_attempt(store, name.strip().lower())
    right = passwords.is_password(password, attempt.password_hash)
    if not right or attempt.person_id is None or attempt.password_hash is None:
        raise SignInRefusedError
    if attempt.locked_until is not None:
        raise AccountLockedError(attempt.locked_until)
    outdated = passwords.is_outdated(attempt.password_hash)
    newer = passwords.hash_password(password) if outdated else attempt.password_hash
    with store.database.write() as session:
        person = find_person(session, attempt.person_id)
        if person.disabled_at is not None or person.password_hash != attempt.password_hash:  # since a moment ago
            raise SignInRefusedError
        unlock(person)
        person.password_hash = newer
        session.flush()
        return PersonRecord.of(person)


def change_password(store: Store, person_id: int, *, current: str, new: str, keep: int | None = None) -> PersonRecord:
    """Take `new` for `current`, and end all sign-ins of the person but number `keep`.

    Raises SignInRefusedError if `current` is wrong, AccountLockedError, InvalidPasswordError, NotFoundError.
    """
    with store.database.read() as session:
        name = find_person(session, person_id).name
    passwords.check_password(new, name=name)
    check_credentials(store, name, current)
    new_hash = passwords.hash_password(new)
    with store.database.write() as session:
        person = find_person(session, person_id)
        person.password_hash = new_hash
        ended = forget_sign_ins(session, person_id, keep=keep)
        record_event(
            session, actor=name, action="person.password_changed", data={"person_id": person_id, "ended": ended}
        )
        session.flush()
        return PersonRecord.of(person)


def has_password(store: Store, person_id: int) -> bool:
    """Whether they can sign in by a password at all. Raises NotFoundError."""
    with store.database.read() as session:
        return find_person(session, person_id).password_hash is not None


def _note_attempt(store: Store, name: str) -> _Attempt:
    """Count the attempt as a wrong one before it is decided, so that a thousand at the same moment are no way around.

    One write for every name, there or not: the disk takes its time for each. What was typed as a name is not kept if
    nobody has it, since it is sometimes the password.
    """
    now = clock.utc_now()
    with store.database.write() as session:
        person = session.scalar(select(schema.Person).filter_by(name=name))
        if person is None or person.disabled_at is not None or person.password_hash is None:
            record_event(session, actor="nobody", action="sign_in.tried")
            return _Attempt()
        locked_until = person.locked_until if person.locked_until is not None and person.locked_until > now else None
        if locked_until is None:
            person.failed_attempts += 1
            if (length := lock_after(person.failed_attempts)) is not None:
                person.locked_until = now + length
        data = {"person_id": person.id, "name": name, "locked": locked_until is not None}
        record_event(session, actor="nobody", action="sign_in.tried", data=data)
        return _Attempt(person.id, person.password_hash, locked_until)
