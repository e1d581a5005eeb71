"""People whom an identity provider vouches for (OpenID Connect). It opens accounts to nobody who was not invited."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from annotation_store import clock, schema
from annotation_store.errors import InvalidNameError, NameTakenError, UnknownIdentityError
from annotation_store.events import record_event
from annotation_store.kinds import InvitationKind
from annotation_store.people.accounts import create_account
from annotation_store.people.invitations import spend
from annotation_store.people.names import LONGEST, LONGEST_SHOWN, check_display_name, check_name
from annotation_store.records import PersonRecord
from annotation_store.store import Store


@dataclass(frozen=True, slots=True)
class Identity:
    """What the provider says of somebody, its signature checked.

    issuer, subject: who they are there, never changed and never given to another. email: None unless the provider has
    verified that it is theirs. name, display_name: what they are called there, perhaps empty.
    """

    issuer: str
    subject: str
    email: str | None
    name: str
    display_name: str

    @property
    def key(self) -> str:
        """A subject is unique within its issuer only (OpenID Connect Core 1.0, section 2)."""
        return f"{self.issuer} {self.subject}"


def recognise(store: Store, identity: Identity) -> PersonRecord:
    """The active person of this identity. Raises UnknownIdentityError if there is none.

    Who comes for the first time is known by a verified address: that of an account without an identity, or of an open
    invitation, which is thereby used.
    """
    with store.database.write() as session:
        person = (
            session.scalar(select(schema.Person).filter_by(oidc_subject=identity.key))
            or _bind_account(session, identity)
            or _follow_invitation(session, identity)
        )
        if person is None or person.disabled_at is not None:
            raise UnknownIdentityError
        session.flush()
        return PersonRecord.of(person)


def _bind_account(session: Session, identity: Identity) -> schema.Person | None:
    if identity.email is None:
        return None
    person = session.scalar(select(schema.Person).filter_by(email=identity.email, oidc_subject=None))
    if person is not None and person.disabled_at is None:
        person.oidc_subject = identity.key
        data = {"person_id": person.id, "issuer": identity.issuer}
        record_event(session, actor=person.name, action="person.identified", data=data)
    return person


def _follow_invitation(session: Session, identity: Identity) -> schema.Person | None:
    if identity.email is None or session.scalar(select(schema.Person.id).filter_by(email=identity.email)) is not None:
        return None
    query = select(schema.Invitation).where(
        schema.Invitation.kind == InvitationKind.JOIN,
        schema.Invitation.email == identity.email,
        schema.Invitation.used_at.is_(None),
        schema.Invitation.expires_at > clock.utc_now(),
    )
    invitation = session.scalar(query.order_by(schema.Invitation.id.desc()).limit(1))
    if invitation is None:
        return None
    name = _free_name(session, identity.name or identity.email.partition("@")[0])
    person = create_account(
        session,
        invitation,
        name=name,
        display_name=_shown(identity.display_name, otherwise=name),
        oidc_subject=identity.key,
    )
    spend(invitation, person)
    return person


def _free_name(session: Session, wanted: str) -> str:
    """A name like `wanted` that nobody has."""
    stem = re.sub(r"[^a-z0-9._-]+", "-", wanted.partition("@")[0].lower()).strip("-._")[: LONGEST - 4] or "person"
    for name in (stem, *(f"{stem}-{number}" for number in range(2, 1000))):
        try:
            name = check_name(name)
        except InvalidNameError:
            continue
        if session.scalar(select(schema.Person.id).filter_by(name=name)) is None:
            return name
    raise NameTakenError("name", f"All names like “{stem}” are taken: ask an admin for a link to join by.")


def _shown(display_name: str, *, otherwise: str) -> str:
    try:
        return check_display_name(display_name[:LONGEST_SHOWN])
    except InvalidNameError:
        return otherwise
