"""Accounts: who there is, and what an admin changes about them. An account comes to be by an invitation only."""

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from annotation_store import clock, schema
from annotation_store.errors import LastAdminError, NameTakenError, NotFoundError
from annotation_store.events import record_event
from annotation_store.kinds import Role
from annotation_store.people.names import check_display_name, check_email
from annotation_store.projects import find_project
from annotation_store.records import PersonRecord
from annotation_store.store import Store


def has_accounts(store: Store) -> bool:
    """Whether anybody ever joined."""
    with store.database.read() as session:
        return any_account(session)


def get_person(store: Store, person_id: int) -> PersonRecord:
    """The person, or NotFoundError."""
    with store.database.read() as session:
        return PersonRecord.of(find_person(session, person_id))


def person_named(store: Store, name: str) -> PersonRecord:
    """The person with the account `name`, however it is written, or NotFoundError."""
    with store.database.read() as session:
        row = session.scalar(select(schema.Person).filter_by(name=name.strip().lower()))
        if row is None:
            raise NotFoundError(f"Nobody here is called “{name}”: look at the list of people.")
        return PersonRecord.of(row)


def list_people(store: Store) -> tuple[PersonRecord, ...]:
    """Everybody, by name; those who are shut out come last."""
    query = select(schema.Person).order_by(schema.Person.disabled_at.is_not(None), schema.Person.name)
    with store.database.read() as session:
        return tuple(PersonRecord.of(row) for row in session.scalars(query))


def memberships(store: Store) -> Mapping[int, frozenset[int]]:
    """The projects of each person: {number of the person: numbers of projects}; who belongs to none is missing."""
    found: dict[int, set[int]] = {}
    with store.database.read() as session:
        for row in session.execute(select(schema.ProjectMember.person_id, schema.ProjectMember.project_id)):
            found.setdefault(row.person_id, set()).add(row.project_id)
    return {person_id: frozenset(project_ids) for person_id, project_ids in found.items()}


def change_role(store: Store, person_id: int, role: Role, *, by: str) -> PersonRecord:
    """Raises NotFoundError, or LastAdminError if nobody could invite people any more."""
    with store.database.write() as session:
        person = find_person(session, person_id)
        if role is not Role.ADMIN:
            _keep_an_admin(session, person)
        was, person.role = person.role, role
        return _told(session, person, "role_changed", by=by, was=was.value, role=role.value)


def change_display_name(store: Store, person_id: int, display_name: str, *, by: str) -> PersonRecord:
    """Raises NotFoundError, InvalidNameError."""
    display_name = check_display_name(display_name)
    with store.database.write() as session:
        person = find_person(session, person_id)
        was, person.display_name = person.display_name, display_name
        return _told(session, person, "renamed", by=by, was=was, display_name=display_name)


def set_projects(store: Store, person_id: int, project_ids: Collection[int], *, by: str) -> PersonRecord:
    """Have somebody belong to these projects and to no other. Raises NotFoundError."""
    with store.database.write() as session:
        person = find_person(session, person_id)
        session.execute(delete(schema.ProjectMember).filter_by(person_id=person_id))
        _join_projects(session, person, project_ids)
        return _told(session, person, "projects_changed", by=by, project_ids=sorted(set(project_ids)))


def disable(store: Store, person_id: int, *, by: str) -> PersonRecord:
    """Shut somebody out, at their very next request; their tokens end for good. What they did stays theirs.

    Raises NotFoundError, or LastAdminError if nobody could invite people any more.
    """
    with store.database.write() as session:
        person = find_person(session, person_id)
        if person.disabled_at is None:
            _keep_an_admin(session, person)
            person.disabled_at = clock.utc_now()
        session.execute(delete(schema.SignIn).filter_by(person_id=person_id))
        tokens = update(schema.ApiToken).filter_by(person_id=person_id, revoked_at=None)
        session.execute(tokens.values(revoked_at=clock.utc_now()))
        return _told(session, person, "disabled", by=by)


def enable(store: Store, person_id: int, *, by: str) -> PersonRecord:
    """Let somebody in again who was shut out, or locked out after wrong passwords. Raises NotFoundError."""
    with store.database.write() as session:
        person = find_person(session, person_id)
        person.disabled_at = None
        unlock(person)
        return _told(session, person, "enabled", by=by)


def any_account(session: Session) -> bool:
    """For this floor only."""
    return session.scalar(select(schema.Person.id).limit(1)) is not None


def find_person(session: Session, person_id: int) -> schema.Person:
    """The person, or NotFoundError; for this floor only."""
    if (row := session.get(schema.Person, person_id)) is None:
        raise NotFoundError(f"There is no person number {person_id}: reload the list of people.")
    return row


def unlock(person: schema.Person) -> None:
    """Forget the wrong passwords; for this floor only."""
    person.failed_attempts = 0
    person.locked_until = None


def create_account(
    session: Session,
    invitation: schema.Invitation,
    *,
    name: str,
    display_name: str,
    password_hash: str | None = None,
    oidc_subject: str | None = None,
) -> schema.Person:
    """The account to which `invitation` invited; for this floor only. name, display_name: checked already.

    Raises NameTakenError, NotFoundError if a project is gone.
    """
    require_free(session, name=name, email=invitation.email)
    person = schema.Person(
        name=name,
        display_name=display_name,
        email=invitation.email,
        role=invitation.role,
        password_hash=password_hash,
        oidc_subject=oidc_subject,
        failed_attempts=0,
        created_at=clock.utc_now(),
        created_by=invitation.created_by,
    )
    session.add(person)
    session.flush()
    _join_projects(session, person, invitation.project_ids)
    data = {"person_id": person.id, "role": person.role.value, "invitation_id": invitation.id}
    record_event(session, actor=name, action="person.joined", data=data)
    return person


def require_free(session: Session, *, name: str | None = None, email: str | None = None) -> None:
    """Raises NameTakenError if an account has this name or address; for this floor only."""
    if name is not None and session.scalar(select(schema.Person.id).filter_by(name=name)) is not None:
        raise NameTakenError("name", f"The name “{name}” is taken: choose another one.")
    if email is not None:
        owner = session.scalar(select(schema.Person.name).filter_by(email=check_email(email)))
        if owner is not None:
            raise NameTakenError("email", f"{email} belongs to the account “{owner}”: invite by another address.")


def _join_projects(session: Session, person: schema.Person, project_ids: Collection[int]) -> None:
    for project_id in sorted(set(project_ids)):
        find_project(session, project_id)
        session.add(schema.ProjectMember(project_id=project_id, person_id=person.id))


def _keep_an_admin(session: Session, person: schema.Person) -> None:
    """Raises LastAdminError if `person` is the only admin who can come in."""
    if person.role is not Role.ADMIN or person.disabled_at is not None:
        return
    others = select(schema.Person.id).where(
        schema.Person.role == Role.ADMIN, schema.Person.disabled_at.is_(None), schema.Person.id != person.id
    )
    if session.scalar(others.limit(1)) is None:
        raise LastAdminError(person.name)


def _told(session: Session, person: schema.Person, what: str, *, by: str, **data: object) -> PersonRecord:
    """Tell the audit trail, and return the person as they now are."""
    session.flush()
    record_event(session, actor=by, action=f"person.{what}", data={"person_id": person.id, "name": person.name, **data})
    return PersonRecord.of(person)
