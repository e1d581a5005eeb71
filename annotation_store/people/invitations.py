"""One-time links: to join, to choose a new password, and to be the first admin. Each works once, for some time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from annotation_store import clock, schema
from annotation_store.errors import LinkSpentError, NotFoundError
from annotation_store.events import record_event
from annotation_store.kinds import InvitationKind, Role
from annotation_store.people import passwords
from annotation_store.people.accounts import any_account, create_account, find_person, require_free, unlock
from annotation_store.people.names import check_display_name, check_email, check_name
from annotation_store.people.sign_ins import forget_sign_ins
from annotation_store.people.tokens import hash_of, new_token
from annotation_store.projects import find_project
from annotation_store.records import InvitationRecord, PersonRecord
from annotation_store.store import Store

LIVES = {
    InvitationKind.JOIN: timedelta(days=7),
    InvitationKind.NEW_PASSWORD: timedelta(days=1),
    InvitationKind.FIRST_ADMIN: timedelta(hours=1),
}
"""How long a link of each kind works."""
TO_JOIN = frozenset({InvitationKind.JOIN, InvitationKind.FIRST_ADMIN})
STUDIO = "studio"  # who invites the first admin


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link that was just made; its token is nowhere else."""

    invitation: InvitationRecord
    token: str


def invite(store: Store, *, role: Role, project_ids: Collection[int], email: str | None, by: str) -> Link:
    """A link for somebody to join as `role` of these projects.

    email: whose it is, so that they may also join through the identity provider. Raises NotFoundError,
    InvalidNameError, NameTakenError if the address has an account already.
    """
    email = check_email(email) if email else None
    with store.database.write() as session:
        require_free(session, email=email)
        for project_id in project_ids:
            find_project(session, project_id)
        return _offer(session, InvitationKind.JOIN, role=role, project_ids=project_ids, email=email, by=by)


def offer_new_password(store: Store, person_id: int, *, by: str) -> Link:
    """A link for somebody to choose a new password; an older one of theirs dies. Raises NotFoundError."""
    with store.database.write() as session:
        person = find_person(session, person_id)
        _let_die(session, schema.Invitation.person_id == person_id)
        return _offer(session, InvitationKind.NEW_PASSWORD, role=person.role, person_id=person_id, by=by)


def offer_first_admin(store: Store) -> Link | None:
    """A link for the first person to join, as an admin; an older one dies. None where there is an account."""
    with store.database.write() as session:
        if any_account(session):
            return None
        _let_die(session, schema.Invitation.kind == InvitationKind.FIRST_ADMIN)
        return _offer(session, InvitationKind.FIRST_ADMIN, role=Role.ADMIN, by=STUDIO)


def open_invitation(store: Store, token: str) -> InvitationRecord:
    """What the link is for. Raises LinkSpentError if it does not work."""
    with store.database.read() as session:
        return InvitationRecord.of(_find_open(session, token))


def list_open(store: Store) -> tuple[InvitationRecord, ...]:
    """The invitations to join that were not used yet, oldest first."""
    query = select(schema.Invitation).where(
        schema.Invitation.kind == InvitationKind.JOIN,
        schema.Invitation.used_at.is_(None),
        schema.Invitation.expires_at > clock.utc_now(),
    )
    with store.database.read() as session:
        return tuple(InvitationRecord.of(row) for row in session.scalars(query.order_by(schema.Invitation.id)))


def withdraw(store: Store, invitation_id: int, *, by: str) -> None:
    """Have an open invitation work no more. Raises NotFoundError if it is not open."""
    with store.database.write() as session:
        row = session.get(schema.Invitation, invitation_id)
        if row is None or row.used_at is not None or row.expires_at <= clock.utc_now():
            raise NotFoundError(f"There is no open invitation number {invitation_id}: look at the list of people.")
        row.expires_at = clock.utc_now()
        record_event(session, actor=by, action="invitation.withdrawn", data={"invitation_id": invitation_id})


def join(store: Store, token: str, *, name: str, display_name: str, password: str) -> PersonRecord:
    """Make the account to which the link invites.

    Raises LinkSpentError, InvalidNameError, InvalidPasswordError, NameTakenError.
    """
    name, display_name = check_name(name), check_display_name(display_name or name)
    passwords.check_password(password, name=name)
    open_invitation(store, token)  # nobody makes the studio hash without a link
    password_hash = passwords.hash_password(password)
    with store.database.write() as session:
        invitation = _find_open(session, token, kinds=TO_JOIN)
        person = create_account(session, invitation, name=name, display_name=display_name, password_hash=password_hash)
        spend(invitation, person)
        session.flush()
        return PersonRecord.of(person)


def choose_new_password(store: Store, token: str, password: str) -> PersonRecord:
    """Set the password of the person to whom the link belongs, end their sign-ins and open a locked account.

    Raises LinkSpentError, also if the account is disabled, InvalidPasswordError.
    """
    person_id = open_invitation(store, token).person_id
    if person_id is None:
        raise LinkSpentError
    with store.database.read() as session:
        passwords.check_password(password, name=find_person(session, person_id).name)
    password_hash = passwords.hash_password(password)
    with store.database.write() as session:
        invitation = _find_open(session, token, kinds={InvitationKind.NEW_PASSWORD})
        person = find_person(session, person_id)
        if person.disabled_at is not None:
            raise LinkSpentError
        person.password_hash = password_hash
        unlock(person)
        spend(invitation, person)
        data = {"person_id": person_id, "ended": forget_sign_ins(session, person_id), "invitation_id": invitation.id}
        record_event(session, actor=person.name, action="person.password_changed", data=data)
        session.flush()
        return PersonRecord.of(person)


def spend(invitation: schema.Invitation, person: schema.Person) -> None:
    """Note in the caller's transaction that the link has been used; for this floor only."""
    invitation.used_at = clock.utc_now()
    invitation.person_id = person.id


def _offer(
    session: Session,
    kind: InvitationKind,
    *,
    role: Role,
    by: str,
    project_ids: Collection[int] = (),
    email: str | None = None,
    person_id: int | None = None,
) -> Link:
    token, now = new_token(), clock.utc_now()
    row = schema.Invitation(
        token_hash=hash_of(token),
        kind=kind,
        role=role,
        project_ids=sorted(set(project_ids)),
        email=email,
        person_id=person_id,
        created_at=now,
        created_by=by,
        expires_at=now + LIVES[kind],
    )
    session.add(row)
    session.flush()
    data = {"invitation_id": row.id, "kind": kind.value, "role": role.value, "person_id": person_id, "email": email}
    record_event(session, actor=by, action="invitation.made", data=data)
    return Link(InvitationRecord.of(row), token)


def _let_die(session: Session, which: object) -> None:
    """End the open ones among the invitations `which` is true of."""
    now = clock.utc_now()
    still_open = (schema.Invitation.used_at.is_(None), schema.Invitation.expires_at > now)
    session.execute(update(schema.Invitation).where(which, *still_open).values(expires_at=now))  # type: ignore[arg-type]


def _find_open(
    session: Session, token: str, *, kinds: Collection[InvitationKind] = tuple(InvitationKind)
) -> schema.Invitation:
    """The invitation, or LinkSpentError. In a writing session nobody else can use it before the commit."""
    row = session.scalar(select(schema.Invitation).filter_by(token_hash=hash_of(token)))
    if row is None or row.used_at is not None or row.expires_at <= clock.utc_now() or row.kind not in kinds:
        raise LinkSpentError
    if row.kind is InvitationKind.FIRST_ADMIN and any_account(session):
        raise LinkSpentError
    return row
